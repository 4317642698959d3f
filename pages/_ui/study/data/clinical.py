"""The clinical table: read, its columns named, its node status decided, its patients given to cohorts."""

import streamlit as st

from core.errors import NodescopeError
from core.importing.drafts import Draft
from pages._ui.guard import show as show_error
from pages._ui.study.data import cohorts, columns, drafting, labels, table


def draw(draft: Draft) -> None:
    """All of it, from the file on."""
    st.markdown("One row per patient: a code of your own, the node status, and whatever else is known.")
    table.choose(draft)
    try:
        found = table.read(draft)
    except NodescopeError as error:
        show_error(error)
        table.reading(draft, None)
        if drafting.key(draft, "clinical_bytes") in st.session_state:
            st.button("Forget this upload", on_click=table.forget, args=(draft,), icon=":material/delete:")
        return
    if found is None:
        st.info("Choose the table: CSV, TSV or XLSX.", icon=":material/table:")
        return
    table.preview(found)
    table.reading(draft, found)
    st.markdown("#### Columns")
    mapping = columns.draw(draft, found)
    if not mapping.patient or not mapping.outcome:
        return
    st.markdown("#### Node status")
    labels.draw(draft, found, mapping)
    st.markdown("#### Cohorts")
    cohorts.draw(draft, found, mapping)


def missing(draft: Draft) -> str:
    """What is still to be chosen."""
    try:
        found = table.read(draft)
    except NodescopeError:
        return "choose a table that can be read"
    if found is None:
        return "choose a table"
    return columns.missing(draft, found) or labels.missing(draft, found) or cohorts.missing(draft, found)
