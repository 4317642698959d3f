"""The nomogram's parts on its page: the marked patient, the tables for reading it on paper."""

from collections.abc import Collection
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.families import MODELS
from core.figures.nomogram import Marked, shown_value
from core.figures.panels import cohorts_of
from core.figures.place import place_figure
from core.figures.text import estimate, label, number, p_number, plain, title
from core.models.levels import INTERCEPT, column_of
from core.models.nomogram import has_levels
from core.models.readings import coefficient_table, point_table
from core.store import Entry
from pages._ui import access, show, state

LNM = {0: "LNM negative", 1: "LNM positive"}


def choose(rows: pd.DataFrame) -> pd.Series | None:
    """The patient to mark, kept in the link; None where nobody is marked."""
    codes = list(rows["patient"])
    if st.session_state.get(state.PATIENT) not in codes:
        st.session_state.pop(state.PATIENT, None)
    chosen = st.selectbox(
        "Patient on the nomogram", codes, index=None, placeholder="Mark a patient", key=state.PATIENT,
        bind="query-params", width=320,
    )  # fmt: skip
    return None if chosen is None else rows.set_index("patient", drop=False).loc[chosen]


def marked(row: pd.Series, names: list[str]) -> Marked:
    """The patient's marks on the axes of these names."""
    points = {name: float(row[f"points {name}"]) for name in names}
    return Marked(row[names].to_dict(), points, float(row["total"]), float(row["probability"]))


def reading(row: pd.Series, names: list[str]) -> str:
    """The patient as one reads the nomogram."""
    parts = [
        f"{label(n)} {plain(shown_value(row[n], n))}: {number(row[f'points {n}'], 1)} points" for n in names
    ]
    said = (
        f"**{row['patient']}** ({LNM[row['lnm']]}): {'; '.join(parts)}; total {number(row['total'], 0)} "
        f"points, **P(LNM) = {number(row['probability'])}**."
    )
    if row["role"] == "training":
        said += f" Fitted without this patient's fold (as evaluated): {number(row['stacked'])}."
    return said


def left_out(found: Entry) -> None:
    """Who has no place on the nomogram for want of a covariate."""
    failures = access.value(found, "failures")
    if failures.empty:
        return
    few = len(failures) == 1
    with st.expander(f"{len(failures)} patient{'' if few else 's'} {'is' if few else 'are'} left out"):
        show.table(failures, "nomogram_left_out")


def formula(coefficients: pd.DataFrame, covariates: Collection[str]) -> None:
    """The regression as a formula, and its coefficients."""
    table = coefficient_table(coefficients, covariates)
    first, *others = table[["name", "coef"]].itertuples(index=False)
    terms = [f"{'-' if c < 0 else '+'} {abs(c):.3f} x {_written(name)}" for name, c in others if c != 0]
    st.code(f"logit P(LNM) = {first.coef:.3f} {' '.join(terms)}", language=None)
    rows = [
        {
            "Term": r["name"], "Coefficient (95% CI)": _limited(r, "coef"),
            "Odds ratio (95% CI)": "" if r["name"] == INTERCEPT else _limited(r, "ratio"),
            "Odds ratio for": "" if r["name"] == INTERCEPT else _rise(r), "P": _p(r),
        }
        for r in table.to_dict("records")
    ]  # fmt: skip
    show.table(pd.DataFrame(rows), "coefficients", coefficients)


def _written(name: str) -> str:
    return f"[{name}]" if name != column_of(name) else name


def _limited(row: dict[str, Any], name: str) -> str:
    return estimate(row[name], row[f"{name}_low"], row[f"{name}_high"])


def _rise(row: dict[str, Any]) -> str:
    if row["name"] == column_of(row["name"]):
        return f"a rise of {row['rise']:g}"
    return "reference level" if pd.isna(row["p"]) else "this level against the reference"


def _p(row: dict[str, Any]) -> str:
    return "" if pd.isna(row["p"]) else p_number(row["p"])


def tables(axes: pd.DataFrame, coefficients: pd.DataFrame, names: list[str]) -> None:
    """Points of each signature and covariate, and the probability at a total, side by side."""
    columns = st.columns(len(names) + 1, gap="large")
    for column, name in zip(columns, names, strict=False):
        ticks = axes[axes["axis"] == name]
        values = ticks["level"] if has_levels(ticks) else ticks["value"].map(partial(shown_value, name=name))
        head = name if name in MODELS else title(name)
        with column:
            _small(values, ticks["points"].map("{:.0f}".format), head, "Points")
    totals = point_table(axes, coefficients, step=10.0)
    with columns[-1]:
        _small(
            totals["total"].map("{:.0f}".format), totals["probability"].map(number), "Total points", "P(LNM)"
        )
    show.download(axes, "nomogram_axes")


def _small(first: pd.Series, second: pd.Series, *names: str) -> None:
    st.dataframe(
        pd.DataFrame(dict(zip(names, (first, second), strict=True))), hide_index=True, height="content"
    )


def strips(rows: pd.DataFrame, patient: pd.Series | None) -> None:
    """DLRN probabilities as evaluated of every patient, a strip per cohort; the marked one in its own."""
    for cohort, role in cohorts_of(rows):
        own = patient is not None and patient["cohort"] == cohort
        place = float(patient["stacked"]) if own else None
        figure = partial(
            place_figure, rows[rows["cohort"] == cohort], place, model="stacked",
            name=patient["patient"] if own else "",
        )  # fmt: skip
        said = f"{role.capitalize()} {cohort}, n = {int((rows['cohort'] == cohort).sum())}"
        what = "out-of-fold" if role == "training" else "the nomogram's"
        caption = f"**{plain(said)}.** DLRN probability ({what}) by LNM; a lasso selects patients."
        show.chart(
            figure, f"DLRN probabilities, {said}.", f"place_{role}_{cohort}", caption=caption, lasso=True
        )
