"""Who is in: inclusion rules on scanner, day and clinical columns, and the flow of patients through them."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import NodescopeError
from core.figures.inclusion import inclusion_figure
from core.figures.text import plain
from core.importing.drafts import Draft
from core.study.intake.preview import PlanPreview
from core.study.intake.rules import TITLES, Rule
from core.study.intake.tables import SourceTable
from pages._ui import show
from pages._ui.study.data import drafting, images, planned, rule_form

NAMES = {
    "patient": "Patient", "cohort": "Cohort", "raw": "Node status", "label": "LNM", "image": "Image",
    "mask": "Mask", "included": "In", "reason": "Why not",
}  # fmt: skip


def draw(draft: Draft) -> None:
    """The rules, the flow, and every patient with the reason."""
    found = planned.ready(draft)
    if found is None:
        st.info(images.FIRST, icon=":material/table:")
        return
    st.markdown("Patients without node status, image or mask are left out anyway. Further rules are yours.")
    _chosen(draft)
    rule_form.draw(draft, found, facts(draft))
    _headers(draft, found)
    shown = planned.shown(draft, found, facts(draft))
    said = f"{len(shown.included)} of {len(shown.patients)} patients are in."
    figure = partial(inclusion_figure, shown.flow)
    show.chart(figure, said, "import_flow", caption=said, private=True)
    for problem in shown.problems:
        st.warning(plain(problem), icon=":material/warning:")
    for note in shown.notes:
        st.caption(plain(note))
    with st.expander(f"Every patient, n = {len(shown.patients)}"):
        st.dataframe(shown.patients[list(NAMES)].rename(columns=NAMES), hide_index=True)


def missing(draft: Draft) -> str:
    """What keeps a study from being made of the patients that are left."""
    found = planned.ready(draft)
    if found is None:
        return "the clinical table comes first"
    try:
        shown = planned.shown(draft, found, facts(draft))
    except NodescopeError as error:
        return error.fix
    if any(step_unknown(shown)):
        return "read the image headers, which the rules ask for"
    return shown.problems[0] if shown.problems else ""


def step_unknown(shown: PlanPreview) -> "pd.Series[bool]":
    """Steps of the flow that are not known yet."""
    return shown.flow["n"].isna()


def facts(draft: Draft) -> pd.DataFrame | None:
    """What the headers say, once they were read; in memory only, since days are the patients'."""
    return st.session_state.get(drafting.key(draft, "facts"))


def _chosen(draft: Draft) -> None:
    for number, values in enumerate(draft.get("rules", [])):
        rule = Rule(**{**values, "values": tuple(values["values"])})
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(rule.title)}**; not known: {rule.unknown}")
            st.button(
                "Remove", key=drafting.key(draft, f"remove_{number}"), icon=":material/delete:",
                type="tertiary",
                on_click=_remove, args=(draft, number),
            )  # fmt: skip


def _remove(draft: Draft, number: int) -> None:
    draft.renew()
    draft.put(rules=[rule for k, rule in enumerate(draft.get("rules", [])) if k != number])


def _headers(draft: Draft, found: SourceTable) -> None:
    """Reads the headers when a rule asks for them, and only then."""
    asked = [rule for rule in draft.get("rules", []) if rule["source"] in TITLES]
    known = facts(draft)
    if known is not None:
        _said(known)
        return
    if st.button(
        "Read the image headers", icon=":material/manage_search:", type="primary" if asked else "secondary",
        help="Manufacturer, field strength, modality and day of each exam.",
    ):  # fmt: skip
        _read(draft, found)
        st.rerun()


def _read(draft: Draft, found: SourceTable) -> None:
    from core.importing.headers import header_facts

    bar = st.progress(0.0, "Reading the headers")
    now = planned.plan(draft, found)

    def tell(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), f"Reading the headers: {done} of {total}")

    st.session_state[drafting.key(draft, "facts")] = header_facts(now, planned.shown(draft, found), tell)


def _said(known: pd.DataFrame) -> None:
    parts: list[Any] = []
    for name in ("manufacturer", "field_strength", "modality"):
        counts = known[name].replace("", None).value_counts(dropna=False)
        values = ", ".join(f"{'not known' if pd.isna(v) else v} ({n})" for v, n in counts.items())
        parts.append(f"{TITLES[name]}: {values}")
    st.caption(f"By the headers of {len(known)} exams. {'; '.join(parts)}.")
