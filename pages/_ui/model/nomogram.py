"""The nomogram's parts on its page: the marked patient, the tables for reading it on paper."""

from functools import partial

import pandas as pd
import streamlit as st

from core.figures.nomogram import Marked, place_figure
from core.figures.panels import cohorts_of
from core.figures.text import estimate, number, p_number
from core.models.levels import INTERCEPT
from core.models.readings import coefficient_table, point_table
from pages._ui import show, state

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


def marked(row: pd.Series, signatures: list[str]) -> Marked:
    """The patient's marks."""
    values = {name: float(row[name]) for name in signatures}
    points = {name: float(row[f"points {name}"]) for name in signatures}
    return Marked(values, points, float(row["total"]), float(row["probability"]))


def reading(row: pd.Series, signatures: list[str]) -> str:
    """The patient as one reads the nomogram."""
    parts = [f"{name} {number(row[name])}: {number(row[f'points {name}'], 1)} points" for name in signatures]
    said = (
        f"**{row['patient']}** ({LNM[row['lnm']]}): {'; '.join(parts)}; total {number(row['total'], 0)} "
        f"points, **P(LNM) = {number(row['probability'])}**."
    )
    if row["role"] == "training":
        said += f" Fitted without this patient's fold (as evaluated): {number(row['stacked'])}."
    return said


def formula(coefficients: pd.DataFrame) -> None:
    """The regression as a formula, and its coefficients."""
    table = coefficient_table(coefficients)
    first, *others = table[["name", "coef"]].itertuples(index=False)
    terms = [f"{'-' if c < 0 else '+'} {abs(c):.3f} x {name}" for name, c in others]
    st.code(f"logit P(LNM) = {first.coef:.3f} {' '.join(terms)}", language=None)
    rows = [
        {
            "Term": r["name"], "Coefficient (95% CI)": estimate(r["coef"], r["coef_low"], r["coef_high"]),
            "Odds ratio per 0.1 (95% CI)": ""
            if r["name"] == INTERCEPT
            else estimate(r["ratio"], r["ratio_low"], r["ratio_high"]),
            "P": p_number(r["p"]),
        }
        for r in table.to_dict("records")
    ]  # fmt: skip
    show.table(pd.DataFrame(rows), "coefficients", coefficients)


def tables(axes: pd.DataFrame, coefficients: pd.DataFrame, signatures: list[str]) -> None:
    """Points of each signature, and the probability at a total, side by side."""
    columns = st.columns(len(signatures) + 1, gap="large")
    for column, name in zip(columns, signatures, strict=False):
        ticks = axes[axes["axis"] == name]
        with column:
            points = ticks["points"].map("{:.0f}".format)
            _small(ticks["value"].map(number), points, f"{name} signature", "Points")
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
        caption = f"**{said}.** DLRN probability ({what}) by LNM; a lasso selects patients."
        show.chart(
            figure, f"DLRN probabilities, {said}.", f"place_{role}_{cohort}", caption=caption, lasso=True
        )
