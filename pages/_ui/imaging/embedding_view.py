"""All features of a family at once: the patients as a map, and how far the cohorts lie apart."""

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.digests import digest
from core.features.embedding import FEWEST, Embedding, pca, umap
from core.figures.embedding import embedding_figure
from core.figures.text import estimate, label, share
from core.settings import as_dict
from core.store import Entry
from core.study.cohort_filter import is_range
from pages._ui import access, patients, show, state
from pages._ui.guard import guarded
from pages._ui.imaging.features_view import Comparison, tested

if TYPE_CHECKING:
    from core.stages.shift import Shift

MAPS = ["PCA", "UMAP"]
LEAST = 10  # patients of a cohort; fewer tell nothing
CAUSES = (
    "Scanner, protocol and who was recruited can all be behind a shift; nothing is corrected here. The "
    "interval knows of the patients drawn, not of the classifier's fitting."
)
CLICK = "A click picks a patient out, the lasso of the tool bar several, for every page."
FAR = "UMAP keeps neighbours together; distances between far groups, and the axes, mean nothing. "


def draw(entry: Entry, title: str, people: pd.DataFrame, offered: dict[str, Comparison]) -> None:
    """Both sections, for the patients that pass the filter and have features."""
    st.subheader("Map of the patients", anchor=False)
    if title != "Radiomics":
        show.weights()
    with guarded():
        _map(entry, title, people)
    st.subheader("Shift between the cohorts", anchor=False)
    with guarded():
        _shift(entry, title, people, offered.get("Cohorts"))


def _map(entry: Entry, title: str, people: pd.DataFrame) -> None:
    if len(people) < FEWEST:
        st.info(f"A map needs {FEWEST} patients or more.", icon=":material/filter_alt:")
        return
    with st.container(horizontal=True, gap="medium"):
        kind = show.choice("Map", MAPS, state.EMBEDDING)
        by = _colour()
    found = _embedded(entry, kind, people)
    clinical = patients.clinical()
    known = clinical[["patient", "cohort", "role"]].assign(value=clinical[by])
    points = found.points.reset_index(names="patient").merge(known, on="patient")
    said = f"{kind} of {found.features:,} {title} features, n = {len(points)}"
    draw = partial(
        embedding_figure, points, by=by, numbers=is_range(clinical[by]) and by not in ("lnm", "cohort"),
        axes=_axes(found), said=said, ticks=found.variance is not None,
    )  # fmt: skip
    caption = f"{said}, z-scored over these patients. {'' if found.variance else FAR}{CLICK}"
    show.chart(
        draw,
        f"{said}, coloured by {label(by)}.",
        "embedding",
        caption=caption,
        lasso=True,
        pick=state.PATIENT,
    )
    if several := len(patients.selected()):
        many = f"the {several} selected patients" if several > 1 else patients.selected()[0]
        st.page_link("pages/study/patient.py", label=f"Open {many}", icon=":material/person_search:")


def _colour() -> str:
    """The column that gives the colours."""
    columns = [c for c in patients.columns(access.study().clinical) if c != "lnm"]
    options = ["lnm", *columns]
    return st.selectbox(
        "Colour", options, format_func=label, key=state.EMBEDDING_COLOUR, bind="query-params", width=220
    )


def _embedded(entry: Entry, kind: str, people: pd.DataFrame) -> Embedding:
    features = access.value(entry, "features").loc[people["patient"]]
    mark = digest(list(people["patient"]))
    if kind == "PCA":
        return access.derive(partial(pca, features), entry.key, mark)
    settings = access.study().settings.embedding
    with st.spinner("UMAP; its first map after a start of the server takes half a minute"):
        make = partial(umap, features, settings)
        return access.derive(make, entry.key, mark, digest(as_dict(settings)))


def _axes(found: Embedding) -> tuple[str, str]:
    if found.variance is None:
        return "UMAP 1", "UMAP 2"
    first, second = (f"PC{k} ({v:.1%} of variance)" for k, v in enumerate(found.variance, start=1))
    return first, second


def _shift(entry: Entry, title: str, people: pd.DataFrame, cohorts: Comparison | None) -> None:
    sizes = people["role"].value_counts()
    least = max(LEAST, access.study().settings.resampling.folds)
    if cohorts is None or sizes.min() < least:
        st.caption(_why(sizes, least))
        return
    table = tested(entry, cohorts).dropna(subset=["p"])
    with st.spinner("Telling the cohorts apart"):
        found = _measured(entry, people)
    _told(found, title, int((table["q"] < 0.05).sum()), len(table))


def _why(sizes: "pd.Series[int]", least: int) -> str:
    if access.study().clinical["role"].nunique() < 2:
        return "This study has no validation cohort, so there is no shift to measure."
    counts = " and ".join(f"{sizes.get(role, 0)} {role}" for role in ("training", "validation"))
    return f"A shift needs {least} patients or more of each cohort with features; {counts} pass the filter."


def _measured(entry: Entry, people: pd.DataFrame) -> "Shift":
    from core.stages.shift import cohort_shift

    features, settings = access.value(entry, "features"), access.study().settings
    training, validation = (
        features.loc[people.loc[people["role"] == role, "patient"]] for role in ("training", "validation")
    )
    make = partial(cohort_shift, training, validation, settings.shift, settings.resampling)
    used = digest([as_dict(settings.shift), as_dict(settings.resampling)])
    return access.derive(make, entry.key, digest(list(people["patient"])), used)


def _told(found: "Shift", title: str, differ: int, count: int) -> None:
    apart = "tells the cohorts apart" if found.auc.low > 0.5 else "cannot tell the cohorts apart"
    auc = estimate(found.auc.auc, found.auc.low, found.auc.high)
    st.markdown(
        f"By all {title} features a classifier {apart}: out-of-fold **AUC {auc}**, "
        f"n = {found.n_training} training, {found.n_validation} validation."
    )
    inside = share(found.inside, found.n_validation)
    rows = [
        ("AUC of telling the cohorts apart (95% CI)", auc, "0.50, by chance somewhat below"),
        ("Features that differ, q < 0.05", share(differ, count), "near 0"),
        ("Validation patients inside the training domain", inside,
         f"{share(found.inside_training, found.n_training)} of training, each by the others"),
    ]  # fmt: skip
    raw = {
        "auc": found.auc.auc, "auc_low": found.auc.low, "auc_high": found.auc.high, "differ": differ,
        "features": count, "inside": found.inside, "inside_training": found.inside_training,
        "n_training": found.n_training, "n_validation": found.n_validation,
    }  # fmt: skip
    printed = pd.DataFrame(rows, columns=["Measure", "Here", "Without shift"])
    show.table(printed, "cohort_shift", pd.DataFrame([raw]))
    st.caption(CAUSES)
