"""Clinical covariates of a case, asked for where the model's nomogram has any."""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.figures.text import label, listed, measured, plain
from pages._ui import state
from pages._ui.case.held import Held

if TYPE_CHECKING:
    from core.models.bundle import Bundle

WIDE = 10  # a range from here on is stepped through by whole numbers


def ask(one: Held, bundle: "Bundle") -> bool:
    """Inputs with what the training patients span; whether every covariate is given."""
    wanted = {str(name): own for name, own in bundle.covariates.groupby("covariate", sort=False)}
    one.covariates = {n: v for n, v in one.covariates.items() if n in wanted and _fits(wanted[n], v)}
    if not wanted:
        return True
    for column, (name, own) in zip(st.columns(max(len(wanted), 3)), wanted.items(), strict=False):
        with column:
            _input(one, name, own)
    missing = [label(name) for name in wanted if name not in one.covariates]
    if missing:
        given = f"{listed(missing)} {'are' if len(missing) > 1 else 'is'} given"
        st.info(
            f"The nomogram has clinical covariates: the case is scored when {given}.", icon=":material/edit:"
        )
    return not missing


def _input(one: Held, name: str, own: pd.DataFrame) -> None:
    key = one.key(f"{state.CASE_COVARIATE}-{name}")
    more = {"key": key, "on_change": _told, "args": (one, name, key)}
    if own["level"].iloc[0]:
        levels = list(own["level"])
        chosen = one.covariates.get(name)
        at = levels.index(chosen) if chosen in levels else None
        counts = ", ".join(f"{plain(row.level)} {row.n}" for row in own.itertuples())
        st.selectbox(label(name), levels, at, placeholder="not given", **more)
        st.caption(f"Training patients: {counts}.")
    else:
        low, high = own["low"].iloc[0], own["high"].iloc[0]
        step = 1.0 if high - low >= WIDE else 0.01
        st.number_input(
            plain(measured(name)),
            value=one.covariates.get(name),
            step=step,
            format="%g",
            placeholder="not given",
            **more,
        )
        st.caption(f"Training patients: {low:g} to {high:g}.")


def _told(one: Held, name: str, key: str) -> None:
    value = st.session_state[key]
    one.covariates = {k: v for k, v in one.covariates.items() if k != name}
    if value is not None:
        one.covariates[name] = value
    one.results.clear()


def _fits(own: pd.DataFrame, value: float | str) -> bool:
    return value in set(own["level"]) if own["level"].iloc[0] else not isinstance(value, str)
