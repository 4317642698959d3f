"""Patients as points of a map, coloured by what is known of them, with a symbol per cohort."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from core.figures.palette import DARK, LNM, LNM_NAMES, Theme, series_colours, style
from core.figures.panels import cohorts_of
from core.figures.text import measured

SHAPES = ("circle", "square", "diamond", "triangle-up", "star")
MISSING = "not known"
HEIGHT = 520


def embedding_figure(
    points: pd.DataFrame,
    theme: Theme,
    *,
    by: str,
    numbers: bool,
    axes: tuple[str, str],
    said: str,
    ticks: bool = True,
) -> go.Figure:
    """A point for every patient, both axes on one scale; training cohorts open, others filled.

    Args:
        points: [patient, x, y, cohort, role, value].
        theme: light or dark.
        by: the clinical column that the values are of; they give the colours.
        numbers: whether they are a range of numbers rather than a few values.
        axes: their titles.
        said: title of the panel, with n.
        ticks: False where the axes have no unit.
    """
    figure = go.Figure()
    shown = points if numbers else points.assign(level=levels(points["value"], by))
    colours = {} if numbers else colours_of(shown, by, theme)
    for place, (cohort, role) in enumerate(cohorts_of(points)):
        symbol = SHAPES[place % len(SHAPES)] + ("-open" if role == "training" else "")
        rows = shown[shown["cohort"] == cohort]
        name = f"{cohort}, {role}, n = {len(rows)}"
        traces = _by_number(rows, by, symbol, theme) if numbers else _by_level(rows, symbol, colours)
        for trace in traces:
            if by == "cohort":
                trace.update(name=name)
            else:
                trace.update(legendgroup=cohort, legendgrouptitle={"text": f"<b>{name}</b>"})
            figure.add_trace(trace)
    figure.add_annotation(
        text=said, xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", yshift=4,
        showarrow=False, font={"size": 13.5},
    )  # fmt: skip
    return _finish(figure, by if numbers else "", axes, theme, ticks)


def levels(values: pd.Series, by: str) -> list[str]:
    """A column as its legend says it: LNM by name, a missing value as not known."""
    names = {str(k): n for k, n in LNM_NAMES.items()} if by == "lnm" else {}
    text = [MISSING if pd.isna(v) else f"{v:g}" if isinstance(v, (int, float)) else str(v) for v in values]
    return [names.get(t, t) for t in text]


def colours_of(shown: pd.DataFrame, by: str, theme: Theme) -> dict[str, str]:
    """Colour of each level of [level, role]: LNM's own, training quiet, validation the accent, or any."""
    found = sorted(set(shown["level"]) - {MISSING})
    if by == "lnm":
        colours = {LNM_NAMES[k]: LNM[k] for k in LNM}
    elif by == "cohort":
        roles = shown.set_index("level")["role"].to_dict()
        colours = {c: theme.quiet if roles[c] == "training" else theme.accent for c in found}
    else:
        given = series_colours(theme)
        colours = {level: given[k % len(given)] for k, level in enumerate(found)}
    return {**{level: colours[level] for level in found}, MISSING: theme.rule}


def _by_level(rows: pd.DataFrame, symbol: str, colours: Mapping[str, str]) -> list[go.Scatter]:
    parts = [(level, colour, rows[rows["level"] == level]) for level, colour in colours.items()]
    return [
        _points(part, symbol, list(part["level"])).update(
            name=f"{level}, n = {len(part)}", marker={"color": colour}
        )
        for level, colour, part in parts
        if len(part)
    ]


def _by_number(rows: pd.DataFrame, by: str, symbol: str, theme: Theme) -> list[go.Scatter]:
    """Known values on the common colour axis (in the legend: in ink), the others in the quiet colour."""
    known, unknown = rows[rows["value"].notna()], rows[rows["value"].isna()]
    shade = {"color": known["value"].to_numpy(dtype=np.float64), "coloraxis": "coloraxis"}
    traces = [
        _points(known, symbol, [f"{measured(by)} {v:g}" for v in known["value"]]).update(
            name="known", showlegend=False, marker=shade
        ),
        _points(known.head(0), symbol, []).update(
            x=[None], y=[None], name=f"known, n = {len(known)}", marker={"color": theme.ink}
        ),
        _points(unknown, symbol, [MISSING] * len(unknown)).update(
            name=f"{MISSING}, n = {len(unknown)}", marker={"color": theme.rule}
        ),
    ]
    return [trace for trace, part in zip(traces, (known, known, unknown), strict=True) if len(part)]


def _points(rows: pd.DataFrame, symbol: str, said: list[str]) -> go.Scatter:
    marker: dict[str, Any] = {"symbol": symbol, "size": 9, "opacity": 0.85, "line": {"width": 1.8}}
    if not symbol.endswith("-open"):
        marker["line"] = {"width": 0}
    return go.Scatter(
        x=rows["x"], y=rows["y"], ids=rows["patient"], customdata=rows["patient"], hovertext=said,
        mode="markers", marker=marker, hovertemplate="%{id}<br>%{hovertext}<extra></extra>",
    )  # fmt: skip


def _finish(figure: go.Figure, by: str, axes: tuple[str, str], theme: Theme, ticks: bool) -> go.Figure:
    figure.update_xaxes(title_text=axes[0])
    figure.update_yaxes(title_text=axes[1], scaleanchor="x")
    legend = {"x": 1.01, "y": 1, "groupclick": "toggleitem", "tracegroupgap": 8}
    figure.update_layout(legend=legend, showlegend=True, hovermode="closest")
    if by:
        bar = {"title": {"text": measured(by)}, "thickness": 11, "outlinewidth": 0, "x": 1.01}
        bar |= {"xanchor": "left", "y": 0, "yanchor": "bottom", "len": 0.55}
        # The end of the scale that would vanish on this paper is left out.
        ends = (0.25, 1.0) if theme == DARK else (0.0, 0.88)
        scale = sample_colorscale("Viridis", list(np.linspace(*ends, 12)))
        figure.update_layout(coloraxis={"colorscale": scale, "colorbar": bar})
        figure.update_layout(legend_groupclick="togglegroup")
    style(figure, theme, HEIGHT)
    if not ticks:
        figure.update_xaxes(showticklabels=False, ticks="")
        figure.update_yaxes(showticklabels=False, ticks="")
    return figure
