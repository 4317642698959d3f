"""From the clinical table to the analysis: who is left after each step, cohort by cohort."""

from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.figures.flow import TALL, WIDE, Node, arrow, box
from core.figures.palette import Theme, style
from core.figures.panels import cohorts_of

PITCH = {False: 1.2, True: 1.55}  # of the rows, without and with those left out
WIDEST, LETTERS = 16, 28  # letters of a line in a box, and below it


def inclusion_figure(table: pd.DataFrame, theme: Theme) -> go.Figure:
    """One row of boxes per cohort; those left out stand below the box that they did not reach.

    Args:
        table: [cohort, role, step, n, left_out, reasons], n missing where it is not computed yet, or as a
            column ``unknown`` says instead.
        theme: light or dark.
    """
    cohorts, steps = cohorts_of(table), list(dict.fromkeys(table["step"]))
    figure = go.Figure(go.Scatter(x=[0], y=[0], mode="markers", marker={"opacity": 0}, hoverinfo="skip"))
    pitch = PITCH[bool(table["left_out"].any())]
    shapes, notes = [], []
    for row, (cohort, role) in enumerate(cohorts):
        y = row * pitch
        notes.append(_title(f"<b>{role.capitalize()}</b> {cohort}", y))
        for found in table[table["cohort"] == cohort].to_dict("records"):
            x = steps.index(found["step"])
            state = "waiting" if pd.isna(found["n"]) else "done"
            shapes.append(box(Node(found["step"], x, y), state, theme))
            notes += [_text(found, x, y, theme), *_left_out(found, x, y, theme)]
            notes += [arrow([(x - 1 + WIDE / 2, y), (x - WIDE / 2, y)], theme)] if x else []
    figure.update_layout(shapes=shapes, annotations=notes)
    figure.update_xaxes(visible=False, range=[-0.46, len(steps) - 0.54], fixedrange=True)
    figure.update_yaxes(visible=False, range=[len(cohorts) * pitch - 0.78, -0.62], fixedrange=True)
    return style(figure, theme, round(16 + 92 * pitch * len(cohorts)), top=4)


def _title(text: str, y: float) -> dict[str, Any]:
    place = {"x": -WIDE / 2, "y": y - TALL / 2, "xanchor": "left", "yanchor": "bottom"}
    return {**place, "text": text, "showarrow": False, "font": {"size": 13}}


def _text(found: dict[str, Any], x: float, y: float, theme: Theme) -> dict[str, Any]:
    known = not pd.isna(found["n"])
    count = f"n = {found['n']}" if known else found.get("unknown", "not computed yet")
    text = "<br>".join([*wrap(found["step"], WIDEST), f"<b>{count}</b>"])
    font = {"color": theme.ink if known else theme.quiet, "size": 12}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font}


def _left_out(found: dict[str, Any], x: float, y: float, theme: Theme) -> list[dict[str, Any]]:
    if not found["left_out"]:
        return []
    lines = wrap(
        f"left out: {found['reasons']}", LETTERS, max_lines=3, placeholder=" ...", break_on_hyphens=False
    )
    place = {"x": x, "y": y + TALL / 2, "yanchor": "top", "showarrow": False}
    return [{**place, "text": "<br>".join(lines), "font": {"color": theme.quiet, "size": 11.5}}]
