"""Parts of the validation page: the tables as printed, stability and subgroups of one model."""

from functools import partial

import pandas as pd
import streamlit as st

from core.evaluation.subgroups import subgroups
from core.figures.agreement import groups_figure, level_name, subgroups_figure
from core.figures.palette import ordered_models
from core.figures.text import estimate, number, p_number
from core.figures.validation import KINDS, PRESETS, curve_figure, permutation_figure, presets_figure
from core.methods import validation as words
from core.store import Entry
from pages._ui import access, show, state


def areas_table(areas: pd.DataFrame) -> pd.DataFrame:
    """A row per model, a column per kind of AUC."""
    rows = []
    for model in ordered_models(list(areas["model"])):
        cells = {"Model": model}
        for row in areas[areas["model"] == model].itertuples():
            name = KINDS[row.kind][0] + (f" {row.cohort}" if row.kind == "external" else "")
            cells[name[:1].upper() + name[1:]] = estimate(row.auc, row.low, row.high)
        rows.append(cells)
    return pd.DataFrame(rows)


def by_model(names: "pd.Series[str]") -> "pd.Series[int]":
    """Places of models in their fixed order."""
    order = ordered_models(list(names))
    return names.map(order.index)


def permutation_table(found: pd.DataFrame) -> pd.DataFrame:
    """Observed AUC, middle of the permuted ones and P, by preset."""
    rows = [
        {
            "Model": r.model, "Preset": PRESETS[r.preset], "Out-of-fold AUC, one repeat": number(r.observed),
            "Under permuted labels, mean (95% range)": estimate(r.mean, r.low, r.high),
            "Permutations": str(r.permutations), "P": p_number(r.p),
        }
        for r in found.sort_values("model", key=by_model, kind="stable").itertuples()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def refits(found: Entry, size: str) -> None:
    """Permuted labels, both presets beside each other, and the learning curve; ``size``: n of the cohort."""
    null, tested, curve = (access.value(found, name) for name in ("permutation", "p", "curve"))
    st.subheader("Permuted labels", anchor=False)
    said = "AUCs under permuted labels."
    figure = partial(permutation_figure, null, tested)
    show.chart(figure, said, "permutation", caption=f"{words.PERMUTED} {size}")
    st.subheader("The two presets under permuted labels", anchor=False)
    said = words.optimism_of_presets(null)
    st.markdown(said)
    show.chart(partial(presets_figure, null), said, "presets", caption=f"{words.LEAK} {size}")
    show.table(permutation_table(tested), "permutation", null)
    st.subheader("Learning curve", anchor=False)
    said = "Held-out AUC by the number of training patients."
    show.chart(partial(curve_figure, curve), said, "learning_curve", caption=f"{words.CURVE} {size}")
    show.download(curve, "learning_curve")


def stability(found: Entry, models: list[str]) -> None:
    """Agreement of the folds' models on their features, for one signature."""
    st.subheader("Stability of the features", anchor=False)
    signatures = [model for model in models if model != "DLRN"]
    model = show.choice("Signature", signatures, f"{state.VALIDATED}_signature")
    agreed, groups, leading = (_of(found, name, model) for name in ("stability", "groups", "features"))
    st.markdown(words.agreement(agreed.iloc[0]))
    if groups["group"].nunique() > 1:
        figure = partial(groups_figure, groups, model)
        caption = "Loadings lead back from the components to the features. Tick: share of all features."
        show.chart(figure, f"Share of the {model} signature by image type.", "groups", caption=caption)
    often = f"Among the leading {agreed['chosen'].iloc[0]:.0f} in"
    rows = [
        {"Feature": r.short, often: f"{r.chosen} of {r.models}", "Mean share (%)": number(100 * r.share)}
        for r in leading.itertuples()
    ]
    with st.expander(f"Features that lead the {model} signature"):
        show.table(pd.DataFrame(rows), "leading_features", leading)


def by_subgroup(fusion: Entry, models: list[str]) -> None:
    """AUC of one model by every clinical column."""
    st.subheader("Subgroups", anchor=False)
    model = show.choice("Model", models[::-1], f"{state.VALIDATED}_model")
    predictions, clinical = access.value(fusion, "predictions"), access.study().clinical
    make = partial(subgroups, predictions, clinical, models)
    table = access.derive(make, fusion.key, access.preset())
    own = table[table["model"] == model]
    said = f"AUC of {model} in every subgroup of each cohort."
    show.chart(partial(subgroups_figure, own, model), said, "subgroups", caption=words.SUBGROUPS)
    rows = [
        {
            "Cohort": r.cohort, "Subgroup": level_name(r.column, r.level),
            "n": str(r.n), "LNM positive": str(r.positives), "AUC (95% CI)": estimate(r.auc, r.low, r.high),
            "P of equal AUCs": p_number(r.p),
        }
        for r in own.itertuples()
    ]  # fmt: skip
    with st.expander(f"{model} by subgroup, as a table"):
        show.table(pd.DataFrame(rows), "subgroups", table)


def _of(found: Entry, name: str, model: str) -> pd.DataFrame:
    table = access.value(found, name)
    return table[table["model"] == model]
