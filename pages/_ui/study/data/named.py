"""The study's name, in words and as a folder."""

import re

import streamlit as st

from core.importing.drafts import Draft
from core.paths import studies_folder
from pages._ui.study.data import drafting


def draw(draft: Draft) -> None:
    """Name and description."""
    st.text_input("Name", placeholder="My cohort, 2015-2020", **drafting.kept(draft, "name", ""))
    st.text_area(
        "Description", placeholder="Where the patients come from, which scanner, who drew the masks",
        **drafting.kept(draft, "description", ""),
    )  # fmt: skip
    if draft.get("name", "").strip():
        st.caption(f"Its folder on the server will be *{folder_name(draft)}*.")


def missing(draft: Draft) -> str:
    """What is still to be said."""
    if not draft.get("name", "").strip():
        return "give the study a name"
    taken = (studies_folder() / folder_name(draft)).exists() and draft.get("made") != folder_name(draft)
    return "choose another name: a study with this one is there" if taken else ""


def folder_name(draft: Draft) -> str:
    """The name as that of a folder: letters, digits and _."""
    return draft.get("made") or re.sub(r"[^\w]+", "_", draft.get("name", "").strip().lower()).strip("_")[:60]


def stands(draft: Draft) -> bool:
    """Whether the study that the import made is there."""
    return bool(draft.get("made")) and (studies_folder() / draft.get("made") / "study.toml").is_file()
