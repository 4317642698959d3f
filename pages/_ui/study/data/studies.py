"""The studies side by side, the imports under way, and what can be done with each."""

import time
from pathlib import Path

import pandas as pd
import streamlit as st

from core.errors import NodescopeError
from core.figures.text import plain
from core.importing.drafts import Draft
from core.study.manifest import Study
from pages._ui import access
from pages._ui.guard import guarded
from pages._ui.study.data import archive, arrival, drafting, edit, second

COLUMNS = ("Study", "Name", "Cohorts", "Patients", "LNM positive", "Expression")


def draw() -> None:
    """Everything but the steps of an import."""
    with st.container(horizontal=True):
        st.button("New study", icon=":material/add:", type="primary", on_click=_new)
        with st.popover("Import an archive", icon=":material/unarchive:"), guarded():
            arrival.take()
    with guarded():
        arrival.draw()
    _under_way()
    found = access.studies()
    if not found:
        st.info("No study yet. Begin with *New study*.", icon=":material/info:")
        return
    st.subheader(f"Studies, n = {len(found)}", anchor=False)
    st.table(pd.DataFrame([_row(folder) for folder in found.values()], columns=COLUMNS), border="horizontal",
             hide_index=True)  # fmt: skip
    st.caption("Open another with the picker in the sidebar; every page then shows that one.")
    folder = access.study_folder()
    st.subheader(f"This study: {plain(folder.name)}", anchor=False)
    with guarded():
        edit.draw(folder)
    with guarded():
        _second(folder)
    with guarded():
        archive.give(folder)


def _second(folder: Path) -> None:
    if (folder / "study.toml").is_file() and access.study_at(folder).expression is not None:
        with st.expander("A second cohort with expression", icon=":material/genetics:"):
            second.draw(folder)


def _row(folder: Path) -> tuple[str, ...]:
    try:
        study = access.study_at(folder)
    except NodescopeError as error:
        return (plain(folder.name), f":material/error: {plain(str(error))}", "", "", "", "")
    return (plain(folder.name), plain(study.name), *_counts(study))


def _counts(study: Study) -> tuple[str, ...]:
    sizes = study.clinical.groupby("cohort", sort=False).size()
    cohorts = ", ".join(f"{plain(c.name)} ({c.role}) {sizes.get(c.name, 0)}" for c in study.cohorts)
    positive = int(study.clinical["lnm"].sum())
    return cohorts, str(len(study.clinical)), str(positive), "yes" if study.expression else "no"


def _under_way() -> None:
    for draft in drafting.drafts().all():
        if draft.get("made") or draft.get("second_of"):
            continue
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            name = plain(draft.get("name") or "without a name yet")
            st.markdown(f"**Import under way:** {name}, last changed {_ago(draft)}")
            st.button(
                "Go on", key=f"go_{draft.number}", on_click=drafting.open_, args=(draft,), type="primary"
            )
            st.button(
                "Discard", key=f"discard_{draft.number}", icon=":material/delete:",
                on_click=drafting.drafts().discard, args=(draft.number,),
                help="Forgets the choices and removes what was uploaded; files on the server stay.",
            )  # fmt: skip


def _ago(draft: Draft) -> str:
    minutes = max((time.time() - draft.saved) / 60, 0)
    if minutes < 90:
        return f"{minutes:.0f} min ago"
    return f"{minutes / 60:.0f} h ago" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days ago"


def _new() -> None:
    drafting.open_(drafting.drafts().new(step="study"))
