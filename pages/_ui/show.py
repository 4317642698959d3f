"""How every page shows things: header, chart, table, their downloads, methods text."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.figures.export import MIME, can_draw, to_file
from core.figures.marks import codes, pick_out
from core.figures.palette import LIGHT, Theme
from core.figures.text import plain
from pages._ui import access, broken, later, origin, patients, theme

TOOLS = {"displaylogo": False, "modeBarButtonsToRemove": ["autoScale2d", "toImage"]}
LONG = 20  # rows; a longer table scrolls, and can be searched and sorted
NO_LASSO = ["select2d", "lasso2d"]
Draw = Callable[..., go.Figure]


def header(title: str, said: str = "") -> None:
    """Title of a page, and a sentence on what it is for."""
    origin.reset()
    later.begin(title)
    st.header(title, anchor=False)
    if said:
        st.markdown(said)


def notices(*, of_study: bool) -> None:
    """The line above every page: research use only, and what the study's numbers depend on."""
    study = broken.readable() if of_study else None
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


def chart(
    draw: Draw,
    said: str,
    key: str,
    *,
    caption: str = "",
    lasso: bool = False,
    pick: str = "",
    pan: bool = False,
    private: bool = False,
) -> None:
    """A figure with its downloads.

    Args:
        draw: makes the figure when called with ``theme=``; files are drawn in the light one.
        said: what it shows in words, for those who cannot see it.
        key: its name on the page and in file names.
        caption: below it, beside the downloads.
        lasso: patients (the ``ids`` of its traces) can be selected, for every page.
        pick: state key that takes the ``customdata`` of a clicked point.
        pan: it is moved by dragging and zoomed by the wheel, as a map is.
        private: it shows an uploaded case, and is not kept where another session could meet it.
    """
    # Streamlit hears no click while the lasso is the tool: with a click to hear it waits in the tool bar.
    drag = "pan" if pan else "lasso" if lasso and not pick else False
    tool = {"dragmode": drag, "clickmode": "event+select"} if lasso or pick else {}
    finish = partial(_finished, draw, theme.colours(), tuple(patients.selected()), tool)
    figure = finish() if private else access.drawn(finish)
    tools = {**TOOLS, "modeBarButtonsToRemove": TOOLS["modeBarButtonsToRemove"] + ([] if lasso else NO_LASSO)}
    more: dict[str, Any] = {}
    tools["scrollZoom"] = pan
    name = f"chart_{key}" + (f"_{patients.cleared()}" if lasso and patients.cleared() else "")
    if lasso or pick:
        more["on_select"] = partial(_chosen, name, codes(figure) if lasso else [], pick)
        more["selection_mode"] = ("points", "box", "lasso") if lasso else ("points",)
    st.plotly_chart(figure, theme=None, key=name, config=tools, alt=said, **more)
    with st.container(horizontal=True, wrap=False, horizontal_alignment="distribute"):
        st.caption(caption, width="stretch")
        _files(draw, key)


def _finished(draw: Draw, paper: Theme, selected: tuple[str, ...], tool: dict[str, Any]) -> go.Figure:
    """The figure as this session sees it: its theme, the patients it picked out, the tool in hand."""
    return pick_out(draw(theme=paper), selected).update_layout(tool)


def _chosen(name: str, named: list[list[str]], pick: str) -> None:
    points = st.session_state[name]["selection"]["points"]
    if pick and points and points[0].get("customdata") is not None:
        st.session_state[pick] = points[0]["customdata"]
    # A clicked point that names no patient leaves the selection of patients as it is.
    if pick and (not any(named) or (points and not any(named[p["curve_number"]] for p in points))):
        return
    patients.select([named[p["curve_number"]][p["point_index"]] for p in points if named[p["curve_number"]]])


def _files(draw: Draw, key: str) -> None:
    """Downloads of a figure, drawn when they are asked for."""
    line = origin.line()
    with st.popover("Save figure", icon=":material/download:", type="tertiary", key=f"files_{key}"):
        if not can_draw():
            st.caption("Figure files are drawn by Chrome or Chromium: install one on the server.")
            return
        for form in MIME:
            st.download_button(
                form.upper(),
                partial(_file, draw, form, line),
                f"nodescope_{key}.{form}",
                MIME[form],
                key=f"{form}_{key}",
                on_click="ignore",
                width="stretch",
            )


def _file(draw: Draw, form: Any, line: str) -> bytes:
    return to_file(draw(theme=LIGHT), form, line)


def table(frame: pd.DataFrame, name: str, raw: pd.DataFrame | None = None) -> None:
    """A table as printed, and the full numbers as CSV; one that fits is set like print, nothing cut."""
    if len(frame) < LONG:
        st.table(frame.map(_cell), border="horizontal", hide_index=True)
    else:
        st.dataframe(frame, hide_index=True, width="stretch")
    download(frame if raw is None else raw, name)


def _cell(value: Any) -> Any:
    """``st.table`` reads Markdown; a missing value stays empty."""
    if isinstance(value, str):
        return plain(value)
    return "" if pd.isna(value) else value


def download(frame: pd.DataFrame, name: str) -> None:
    """CSV with all digits; a first line says where the numbers come from."""
    make = partial(_csv, frame, origin.line())
    st.download_button(
        "CSV", make, f"nodescope_{name}.csv", "text/csv", icon=":material/download:", key=f"csv_{name}",
        on_click="ignore",
    )  # fmt: skip


def _csv(frame: pd.DataFrame, line: str) -> str:
    return f"# {line}\n{frame.to_csv(index=False)}"


def methods(text: str) -> None:
    """Methods text for the analysis shown, last on a page; the corner of the block copies it."""
    with st.expander("Methods, for a paper"):
        st.code(text, language=None, wrap_lines=True)


def choice(label: str, options: list[str], key: str, **more: Any) -> str:
    """One of a few options, beside what it changes; kept across pages and in the link."""
    more.setdefault("default", options[0])
    return st.segmented_control(label, options, key=key, required=True, bind="query-params", **more)
