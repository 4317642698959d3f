"""On which scale expression values are, and what those below 0 mean."""

from typing import Any

import pandas as pd
import streamlit as st

from core.errors import NodescopeError
from core.importing.drafts import Draft
from core.settings import ExpressionSettings
from pages._ui.guard import show as show_error
from pages._ui.study.data import drafting

SCALES = {
    "auto": "told by the values", "log2": "log2(x + 1)",
    "linear": "linear (FPKM, TPM, counts): log2(x + 1) is taken",
}  # fmt: skip
NEGATIVES = {
    "refuse": "ask if there are any", "zero": "mean not expressed: 0", "drop": "are faults: their genes go",
}  # fmt: skip


def ask(draft: Draft) -> None:
    """The question of the scale; of a linear one also what values below 0 mean."""
    st.radio(
        "Scale of the values", list(SCALES), format_func=SCALES.get, horizontal=True,
        **drafting.kept(draft, "scale", "auto", list(SCALES)),
    )  # fmt: skip
    if draft.get("scale") == "linear":
        st.radio(
            "Values below 0", list(NEGATIVES), format_func=NEGATIVES.get, horizontal=True,
            **drafting.kept(draft, "negatives", "refuse", list(NEGATIVES)),
        )  # fmt: skip


def said(draft: Draft) -> ExpressionSettings:
    """The answers so far."""
    scale = draft.get("scale", "auto")
    return ExpressionSettings(
        scale=scale, negatives=draft.get("negatives", "refuse") if scale == "linear" else "refuse"
    )


def told(draft: Draft, table: pd.DataFrame) -> None:
    """The range of the values, how they are taken, and why they cannot be."""
    low, high = float(table.min().min()), float(table.max().max())
    wrong = fault(draft, table)
    taken = " Taken as log2(x + 1)." if draft.get("scale", "auto") == "auto" and wrong is None else ""
    st.caption(f"Values from {low:.4g} to {high:.4g}.{taken}")
    if wrong is not None:
        show_error(wrong)


def fault(draft: Draft, table: pd.DataFrame) -> NodescopeError | None:
    """Why the values cannot be taken as answered."""
    from core.genomics.scale import on_log2_scale

    answers = said(draft)

    def tried() -> NodescopeError | None:
        try:
            on_log2_scale(table.dropna(), answers)
        except NodescopeError as error:
            return error
        return None

    return drafting.memo(draft, "scale_fault", (id(table), answers), tried)


def values(draft: Draft) -> dict[tuple[str, ...], Any]:
    """What study.toml says of values below 0, as ``edit_study`` takes it."""
    negatives = said(draft).negatives
    return {} if negatives == "refuse" else {("settings", "expression", "negatives"): negatives}
