"""Panels side by side, one per cohort, each with its own legend."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.palette import (
    ROLES,
    Theme,
    dash,
    model_colour,
    model_width,
    ordered_models,
    panel_title,
    tint,
)  # fmt: skip

Cohort = tuple[str, str]  # its name and role


class Curve(NamedTuple):
    """Rows of one model in one cohort, and the panel (column, from 1) that they go into."""

    column: int
    role: str
    model: str
    rows: pd.DataFrame

    def line(self, theme: Theme) -> dict[str, Any]:
        """The line of its model, in the dash of its role."""
        colour, width = model_colour(self.model, theme), model_width(self.model)
        return {"color": colour, "width": width, "dash": dash(self.role)}

    @property
    def place(self) -> dict[str, int]:
        """Where plotly draws it."""
        return {"row": 1, "col": self.column}


def cohorts_of(frame: pd.DataFrame) -> list[Cohort]:
    """Cohorts that occur in a frame [cohort, role, ...], training first."""
    pairs = frame[["cohort", "role"]].drop_duplicates().itertuples(index=False)
    return sorted(((str(c), str(r)) for c, r in pairs), key=lambda pair: ROLES.index(pair[1]))


def each_cohort(frame: pd.DataFrame) -> Iterator[tuple[int, Cohort, pd.DataFrame]]:
    """Panel number (from 1), cohort and its rows."""
    for column, cohort in enumerate(cohorts_of(frame), start=1):
        yield column, cohort, frame[frame["cohort"] == cohort[0]]


def each_curve(frame: pd.DataFrame, models: Sequence[str] = ()) -> Iterator[Curve]:
    """Rows of every model in every cohort of a frame [cohort, role, model, ...], in the fixed order.

    ``models`` chooses and orders the models; without it all are taken.
    """
    for column, (_, role), panel in each_cohort(frame):
        for model in models or ordered_models(list(panel["model"])):
            yield Curve(column, role, model, panel[panel["model"] == model])


def cohort_panels(
    frame: pd.DataFrame, sizes: pd.DataFrame, *, two_lines: bool = False, **more: Any
) -> go.Figure:
    """One panel per cohort of ``frame``; titles say n and positives from ``sizes`` [cohort, n, positives].

    ``two_lines`` breaks the titles for narrow panels; ``more`` goes to ``make_subplots``.
    """
    cohorts = cohorts_of(frame)
    titles = [_title(sizes, cohort) for cohort in cohorts] or [""]
    titles = [title.replace(", n =", "<br>n =") for title in titles] if two_lines else titles
    more = {"horizontal_spacing": 0.09, "rows": 1, **more}
    figure = make_subplots(cols=max(len(cohorts), 1), subplot_titles=titles, **more)
    for column, note in enumerate(figure.layout.annotations, start=1):
        domain = figure.get_subplot(1, column).xaxis.domain
        # Panel titles stand on the left, as in a paper.
        note.update(x=domain[0], xanchor="left", yshift=4, align="left", font={"size": 13.5})
    return figure


def square(figure: go.Figure, x_title: str, y_title: str, least: float = -0.015) -> None:
    """Both axes of every panel from ``least`` to just beyond 1 on one scale."""
    ticks = {"range": [least, 1.015], "tickvals": [0, 0.25, 0.5, 0.75, 1], "constrain": "domain"}
    figure.update_xaxes(title_text=x_title, constraintoward="left", **{**ticks, "range": [-0.015, 1.015]})
    for column, _ in enumerate(figure.select_yaxes(), start=1):
        scale = {"scaleanchor": f"x{'' if column == 1 else column}", "constraintoward": "top"}
        title = y_title if column == 1 else None
        figure.update_yaxes(title_text=title, **scale, **ticks, row=1, col=column)


def diagonal(figure: go.Figure, theme: Theme) -> None:
    """The dotted line from (0, 0) to (1, 1) in every panel: chance, or perfect calibration."""
    line = {"color": theme.quiet, "width": 1, "dash": "dot"}
    for column, _ in enumerate(figure.select_xaxes(), start=1):
        figure.add_scatter(
            x=[0, 1], y=[0, 1], mode="lines", line=line, hoverinfo="skip", showlegend=False, row=1, col=column
        )


def legend_in_panel(figure: go.Figure, column: int, **place: Any) -> str:
    """Name of the legend of panel ``column``, put inside the panel at a corner (fractions of the panel).

    Traces of one ``legendgroup`` come and go together, whichever panel's legend is clicked.
    """
    panel = figure.get_subplot(1, column)
    (left, right), (bottom, upper) = panel.xaxis.domain, panel.yaxis.domain
    name = "legend" if column == 1 else f"legend{column}"
    x, y = place.pop("x"), place.pop("y")
    place.update(x=left + x * (right - left), y=bottom + y * (upper - bottom))
    look = {"bgcolor": "rgba(0,0,0,0)", "font": {"size": 12.5}, "traceorder": "normal"}
    figure.update_layout({name: {**look, **place}})
    return name


def band(rows: pd.DataFrame, place: str, model: str, colour: str) -> go.Scatter:
    """The band [``place``, low, high] around a curve; it comes and goes with its model in the legend."""
    x, low, high = (rows[name].to_numpy() for name in (place, "low", "high"))
    return go.Scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]), mode="lines", fill="toself",
        fillcolor=tint(colour, 0.13), line={"width": 0}, hoverinfo="skip", showlegend=False,
        name=f"{model}, 95% band", legendgroup=model,
    )  # fmt: skip


def spot(x: float, y: float, text: str, colour: str, theme: Theme) -> go.Scatter:
    """The point of a chosen threshold, on any curve."""
    return go.Scatter(
        x=[x], y=[y], mode="markers", showlegend=False, name="chosen cut-off",
        hovertemplate=f"{text}<extra></extra>",
        marker={"size": 13, "color": colour, "line": {"color": theme.paper, "width": 2}},
    )  # fmt: skip


def _title(sizes: pd.DataFrame, cohort: Cohort) -> str:
    name, role = cohort
    rows = sizes.loc[sizes["cohort"] == name]
    if rows.empty:
        return f"<b>{role.capitalize()}</b> {name}"
    return panel_title(role, name, int(rows["n"].iloc[0]), int(rows["positives"].iloc[0]))
