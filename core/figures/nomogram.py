"""The nomogram as R's rms draws it: points, an axis per signature or covariate, total, probability."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from core.families import MODELS
from core.figures.palette import Theme, model_colour, style
from core.figures.text import measured, number

TOTAL, PROBABILITY = "Total points", "Probability"
SCALE = 100.0
LETTER, SPACE = 0.011, 0.006  # of a label and between two, in widths of the figure


@dataclass(frozen=True, slots=True)
class Marked:
    """A case on the nomogram: value and points of each signature or covariate, total points, probability."""

    values: dict[str, float | str]
    points: dict[str, float]
    total: float
    probability: float


def nomogram_figure(
    axes: pd.DataFrame, theme: Theme, case: Marked | None = None, name: str = "this case"
) -> go.Figure:
    """Axes one below the other, with fine ticks for a ruler; a case is marked on each.

    Args:
        axes: [axis, value, points]: the axes of signatures and covariates (points 0 to 100), then "Total
            points" and "Probability", whose points count on the scale of the total; a column "level" names
            the ticks of an axis that has no values.
        theme: light or dark.
        case: the case to mark.
        name: what to call it.
    """
    names = list(dict.fromkeys(axes["axis"]))
    signatures = [n for n in names if n not in (TOTAL, PROBABILITY)]
    most = float(axes.loc[axes["axis"] == TOTAL, "points"].max())
    scales = {"Points": SCALE, **dict.fromkeys(signatures, SCALE), TOTAL: most, PROBABILITY: most}
    figure = go.Figure()
    for row, (axis, scale) in enumerate(scales.items()):
        ticks = _points_axis() if axis == "Points" else axes[axes["axis"] == axis]
        _axis(figure, row, axis, ticks, scale=scale, theme=theme)
    if case is not None:
        _mark(figure, list(scales), case, most, theme)
        figure.update_traces(name=name, selector={"name": "this case"})
    # A case beyond the patients the axes were drawn for lies beyond their ends.
    places = (
        [0.0, 1.0]
        if case is None
        else [0.0, 1.0, case.total / most, *(p / SCALE for p in case.points.values())]
    )
    figure.update_xaxes(visible=False, range=[min(places) - 0.04, max(places) + 0.04])
    labels = [_label(n) for n in scales]
    figure.update_yaxes(
        tickvals=list(range(len(scales))), ticktext=labels, range=[len(scales) - 0.4, -0.75], showgrid=False
    )
    style(figure, theme, 60 + 74 * len(scales), top=8)
    figure.update_yaxes(
        showline=False, ticks="", tickfont={"color": theme.ink, "size": 13.5}, ticklabelstandoff=10
    )
    return figure


def _points_axis() -> pd.DataFrame:
    steps = [10.0 * i for i in range(11)]
    return pd.DataFrame({"value": steps, "points": steps})


def _axis(figure: go.Figure, row: int, name: str, ticks: pd.DataFrame, *, scale: float, theme: Theme) -> None:
    x = (ticks["points"] / scale).to_numpy()
    line = {"color": _colour(name, theme)}
    level = ticks["level"].to_numpy() if "level" in ticks and ticks["level"].iloc[0] else None
    figure.add_scatter(
        x=[x.min(), x.max()], y=[row, row], mode="lines", line={**line, "width": 1.6}, hoverinfo="skip",
        showlegend=False, name=name,
    )  # fmt: skip
    each = level is not None or _in_ones(ticks)  # every tick keeps its label, and none stands between
    fine = [] if each else _fine(x, name)
    figure.add_scatter(
        x=fine, y=[row] * len(fine), mode="markers", hoverinfo="skip", showlegend=False, name=name,
        marker={"symbol": "line-ns", "size": 5, "line": {**line, "width": 1}},
    )  # fmt: skip
    values = [_tick(v) for v in ticks["value"]] if level is None else list(level)
    labels, sides = (values, _sides(x, values)) if each else (_sparse(list(x), values), "top center")
    figure.add_scatter(
        x=x, y=[row] * len(x), mode="markers+text", text=labels, textposition=sides,
        textfont={"size": 12, "color": theme.quiet}, showlegend=False, name=name, customdata=values,
        marker={"symbol": "line-ns", "size": 9, "line": {**line, "width": 1.4}},
        hovertemplate=f"{name} %{{customdata}}<extra></extra>",
    )  # fmt: skip


def _in_ones(ticks: pd.DataFrame) -> bool:
    """Whether an axis counts in ones, a grade say: nobody has a value between its ticks."""
    values = ticks["value"].astype(float).sort_values()
    return len(values) > 1 and bool((values == values.round()).all() and (values.diff().dropna() == 1).all())


def _fine(x: Sequence[float], name: str) -> list[float]:
    """Four ticks between two labelled ones; none on the probability, which is not straight."""
    if name == PROBABILITY:
        return []
    pairs = zip(x[:-1], x[1:], strict=True)
    return [start + (end - start) * k / 5 for start, end in pairs for k in range(1, 5)]


def _sparse(x: Sequence[float], labels: list[str]) -> list[str]:
    """Leave out labels that would touch their left neighbour."""
    end, kept = -math.inf, dict[float, str]()
    for place, label in sorted(zip(x, labels, strict=True), key=lambda pair: pair[0]):
        half = LETTER * len(label) / 2
        room = place - half > end + SPACE
        kept[place] = label if room else ""
        end = place + half if room else end
    return [kept[place] for place in x]


def _sides(x: Sequence[float], labels: Sequence[str]) -> list[str]:
    """Every level keeps its label: above its tick and below it by turns where they would touch."""
    order = sorted(range(len(labels)), key=lambda i: x[i])
    sides, last, above = [""] * len(labels), -math.inf, False
    for i in order:
        half = LETTER * len(labels[i]) / 2
        above = not above if x[i] - half < last else True
        sides[i], last = f"{'top' if above else 'bottom'} center", x[i] + half
    return sides


def _mark(figure: go.Figure, rows: list[str], case: Marked, most: float, theme: Theme) -> None:
    total = case.total / most
    for name, points in case.points.items():
        place = points / SCALE
        text = f"{shown_value(case.values[name], name)}: {number(points, 1)} points"
        _dot(figure, place, rows.index(name), text, colour=_colour(name, theme), theme=theme)
        # A thin rule up to the points scale, as one reads a nomogram with a ruler.
        line = {"color": theme.quiet, "width": 1, "dash": "dot"}
        figure.add_shape(type="line", x0=place, x1=place, y0=0, y1=rows.index(name), line=line)
    line = {"color": theme.accent, "width": 1, "dash": "dot"}
    figure.add_shape(
        type="line", x0=total, x1=total, y0=rows.index(TOTAL), y1=rows.index(PROBABILITY), line=line
    )
    _dot(
        figure, total, rows.index(TOTAL), f"{number(case.total, 1)} points", colour=theme.accent, theme=theme
    )
    _dot(
        figure, total, rows.index(PROBABILITY), f"P(LNM) = {number(case.probability)}",
        colour=theme.accent, theme=theme,
    )  # fmt: skip


def _dot(figure: go.Figure, x: float, row: int, text: str, *, colour: str, theme: Theme) -> None:
    figure.add_scatter(
        x=[x], y=[row], mode="markers", showlegend=False, name="this case",
        hovertemplate=f"{text}<extra></extra>",
        marker={"size": 13, "color": colour, "line": {"color": theme.paper, "width": 1.5}},
    )  # fmt: skip
    # On paper of its own: the rules of the other axes pass behind it.
    figure.add_annotation(
        x=x, y=row, yshift=-19, text=f"<b>{text}</b>", showarrow=False, bgcolor=theme.paper, borderpad=1,
        xanchor="right" if x > 0.85 else "left" if x < 0.15 else "center",
        font={"size": 13, "color": theme.ink},
    )  # fmt: skip


def _label(name: str) -> str:
    if name in (PROBABILITY, TOTAL, "Points"):
        return f"{name}<br>of LNM" if name == PROBABILITY else name
    return f"{name}<br>signature" if name in MODELS else measured(name).replace(" (", "<br>(")


def shown_value(value: float | str, name: str) -> str:
    """A signature with two digits, a covariate as it is written."""
    return value if isinstance(value, str) else number(value) if name in MODELS else _tick(value)


def _colour(name: str, theme: Theme) -> str:
    return model_colour(name, theme) if name in MODELS else theme.quiet


def _tick(value: float) -> str:
    return f"{value:g}"
