"""How every page shows things: header, chart, table with download, methods text."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages._ui import access, state

TOOLS = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}


def header(title: str) -> None:
    """Title of a page."""
    st.header(title, anchor=False)


def notices() -> None:
    """The line above every page: research use only, and what the study's numbers depend on."""
    study = access.study()
    notes = [":gray-badge[:material/labs: Research use only, not for clinical decisions]"]
    if study is not None and study.synthetic:
        notes.append(
            ":orange-badge[:material/science: Synthetic study: simulated patients, no clinical evidence]"
        )
    if study is not None and access.preset() == "published":
        notes.append(":red-badge[:material/warning: As published: selection outside the folds, optimistic]")
    st.markdown(" ".join(notes))


def weights() -> None:
    """Say in place that numbers depend on random weights."""
    note = access.weights_note()
    if note:
        st.markdown(f":orange-badge[:material/warning: Random weights] {note}")


def chart(figure: go.Figure, said: str, key: str) -> None:
    """A figure; ``said`` is what it shows in words, for those who cannot see it."""
    tools = {**TOOLS, "toImageButtonOptions": {"format": "svg", "filename": f"nodescope_{key}"}}
    st.plotly_chart(figure, theme=None, key=f"chart_{key}", config=tools, alt=said)


def table(frame: pd.DataFrame, name: str, raw: pd.DataFrame | None = None) -> None:
    """A table as printed, and the full numbers as CSV."""
    st.dataframe(frame, hide_index=True, width="stretch", height="content" if len(frame) < 20 else "auto")
    download(frame if raw is None else raw, name)


def download(frame: pd.DataFrame, name: str) -> None:
    """CSV with all digits; a first line says where the numbers come from."""
    study = access.study()
    origin = (
        f"# Nodescope, {study.name}, preset {access.preset()}, research use only" if study else "# Nodescope"
    )
    if study is not None and study.synthetic:
        origin += ", SYNTHETIC: simulated patients"
    if access.weights_note():
        origin += ", deep features from random weights: no evidence"
    text = f"{origin}\n{frame.to_csv(index=False)}"
    st.download_button(
        "CSV", text, f"nodescope_{name}.csv", "text/csv", icon=":material/download:", key=f"csv_{name}",
        on_click="ignore",
    )  # fmt: skip


def methods(text: str) -> None:
    """Methods text, last on a page."""
    with st.expander("Methods"):
        st.markdown(text)


def choice(label: str, options: list[str], key: str, **more: object) -> str:
    """One of a few options, beside what it changes; kept across pages."""
    return st.segmented_control(
        label, options, key=key, default=options[0], required=True, **state.KEEP, **more
    )
