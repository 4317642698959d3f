"""A second cohort with expression for a study that is there: its table is chosen, read, and named."""

from pathlib import Path

import streamlit as st

from core.errors import NodescopeError
from core.figures.text import plain
from core.genomics.second_cohort import FEWEST_SAMPLES
from core.importing.drafts import Draft
from pages._ui import access, answers
from pages._ui.guard import guarded
from pages._ui.guard import show as show_error
from pages._ui.study.data import drafting, expression, place, scale, uploaded

SAID = (
    f"A table of another cohort, genes in rows, {FEWEST_SAMPLES} or more samples in columns: modules are "
    "looked for again in it (*Biology, Preservation*). Its samples need no images and no row in the clinical "
    "table."
)


def draw(folder: Path) -> None:
    """What is named now, and the way to another."""
    named = access.study_at(folder).second_expression
    st.markdown(SAID)
    if named is not None:
        _named(named.name)
    draft = of_study(folder)
    if draft is None:
        st.button(
            "Choose another table" if named else "Choose a table", icon=":material/add:", key="second_begin",
            on_click=_begin, args=(folder.name,),
        )  # fmt: skip
        return
    with guarded():
        place.choose(
            draft, "second", "Expression of the second cohort", expression.ENDINGS,
            lambda d, files: uploaded.saved(d, files, "second.tsv"),
        )  # fmt: skip
        scale.ask(draft)
        _end(draft, folder)


def of_study(folder: Path) -> Draft | None:
    """The choice under way of this study."""
    return next((d for d in drafting.drafts().all() if d.get("second_of") == folder.name), None)


def _begin(name: str) -> None:
    drafting.drafts().new(second_of=name)


def _named(name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Named now: *{plain(name)}*.")
        out = st.button("Take it out", key="second_out", help="The file stays in the study's folder.")
        if out and answers.save({("expression", "second"): None}):
            st.rerun()


def _end(draft: Draft, folder: Path) -> None:
    with st.container(horizontal=True):
        name = st.button(
            "Use this table", type="primary", icon=":material/check:", key="second_name",
            disabled=not place.known(draft, "second"),
        )  # fmt: skip
        st.button("Not now", key="second_not", on_click=drafting.drafts().discard, args=(draft.number,))
    if name:
        _name(draft, folder)


def _name(draft: Draft, folder: Path) -> None:
    from core.importing.second_cohort import name_second

    said = scale.said(draft)
    try:
        with st.spinner("Reading the expression"):
            samples = name_second(folder, Path(place.known(draft, "second")), said.scale, said.negatives)
    except NodescopeError as error:
        show_error(error)
        st.caption("The study is as it was.")
        return
    drafting.drafts().discard(draft.number)
    st.toast(f"Named: {samples} samples of a second cohort.", icon=":material/check:")
    st.rerun()
