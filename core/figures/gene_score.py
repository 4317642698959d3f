"""Core genes of two signatures, the gene score's ROC curves and odds ratios."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import Theme, model_colour, style
from core.figures.text import MISSING, estimate, number, p_value

KINDS = {"out_of_fold": "out-of-fold", "apparent": "apparent"}
WIDEST = 12.0  # powers of ten that the axis of odds ratios spans at most on one side


def overlap_figure(overlap: pd.DataFrame, names: tuple[str, str], theme: Theme) -> go.Figure:
    """Core genes of one signature only, of both, of the other only, as counted bars over a dot matrix.

    Args:
        overlap: [gene, in_radiomics, in_deep, common].
        names: what the two signatures are called.
        theme: light or dark.
    """
    first, second = overlap["in_radiomics"].astype(bool), overlap["in_deep"].astype(bool)
    counts = [int((first & ~second).sum()), int((first & second).sum()), int((second & ~first).sum())]
    colours = [model_colour(names[0], theme), theme.accent, model_colour(names[1], theme)]
    words = [f"{names[0]} only", "both", f"{names[1]} only"]
    figure = go.Figure(
        go.Bar(
            x=[0, 1, 2], y=counts, text=[f"{c:,}" for c in counts], textposition="outside", cliponaxis=False,
            marker={"color": colours}, width=0.6, customdata=words, textfont={"color": theme.ink, "size": 14},
            hovertemplate="%{customdata}: %{y} core genes<extra></extra>", showlegend=False,
        )
    )  # fmt: skip
    totals = [int(first.sum()), int(second.sum())]
    figure.add_traces(_matrix(theme))
    figure.update_layout(
        yaxis={"domain": [0.3, 1], "title": {"text": "Core genes"}, "rangemode": "tozero"},
        yaxis2={"domain": [0, 0.24], "anchor": "x", "range": [-0.6, 1.6], "tickvals": [1, 0],
                "ticktext": [f"{n} ({t:,})" for n, t in zip(names, totals, strict=True)]},
    )  # fmt: skip
    style(figure, theme, 440, top=34)
    figure.update_xaxes(visible=False, range=[-0.6, 2.6], anchor="y2")
    figure.update_yaxes(showgrid=False)
    figure.update_layout(
        yaxis2={"showline": False, "ticks": "", "tickfont": {"color": theme.ink, "size": 13}},
    )
    return figure


def _matrix(theme: Theme) -> list[go.Scatter]:
    """Filled where a bar's genes belong to the row's signature."""
    inside = {(0, 1), (1, 1), (1, 0), (2, 0)}
    cells = [(x, y) for x in range(3) for y in (1, 0)]
    colours = [theme.ink if cell in inside else theme.rule for cell in cells]
    dots = go.Scatter(
        x=[x for x, _ in cells], y=[y for _, y in cells], yaxis="y2", mode="markers", hoverinfo="skip",
        marker={"size": 14, "color": colours}, showlegend=False,
    )  # fmt: skip
    line = {"color": theme.ink, "width": 3}
    joined = go.Scatter(
        x=[1, 1], y=[0, 1], yaxis="y2", mode="lines", line=line, hoverinfo="skip", showlegend=False
    )
    return [joined, dots]


def score_roc_figure(
    curves: Mapping[str, pd.DataFrame], areas: Mapping[str, tuple[float, float, float]], n: str, theme: Theme
) -> go.Figure:
    """ROC of the gene score: out-of-fold solid and thick, apparent dotted and grey.

    Args:
        curves: by "out_of_fold" and "apparent": [threshold, fpr, tpr].
        areas: by the same names AUC and its limits.
        n: who is counted, as the title of the panel.
        theme: light or dark.
    """
    chance = {"color": theme.quiet, "width": 1, "dash": "dot"}
    figure = go.Figure(
        go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line=chance, hoverinfo="skip", showlegend=False)
    )
    looks = {"apparent": (theme.quiet, 1.6, "dash"), "out_of_fold": (theme.ink, 3.0, "solid")}
    for kind, (colour, width, dash) in looks.items():
        if kind not in curves:
            continue
        note = ", fitted on these patients" if kind == "apparent" else ""
        figure.add_scatter(
            x=curves[kind]["fpr"], y=curves[kind]["tpr"], mode="lines", legendrank=width,
            name=f"{KINDS[kind]}{note}<br>AUC {estimate(*areas[kind])}",
            line={"color": colour, "width": width, "dash": dash},
            hovertemplate=f"{KINDS[kind]}<br>sensitivity %{{y:.2f}}<br>1 - specificity "
            "%{x:.2f}<extra></extra>",
        )  # fmt: skip
    ticks = {"range": [-0.015, 1.015], "tickvals": [0, 0.25, 0.5, 0.75, 1], "constrain": "domain"}
    figure.update_xaxes(title_text="1 - specificity", **ticks)
    figure.update_yaxes(title_text="Sensitivity", scaleanchor="x", **ticks)
    style(figure, theme, 440, top=34)
    place = {"x": 0.5, "y": -0.15, "xanchor": "center", "yanchor": "top", "traceorder": "reversed"}
    figure.update_layout(
        legend=place,
        title={"text": n, "font": {"size": 13.5}, "x": 0, "xref": "paper", "y": 0.97},
    )
    return figure


def odds_figure(odds: pd.DataFrame, theme: Theme) -> go.Figure:
    """Odds ratios with 95% intervals on a log axis; what is infinite or has no interval says so.

    Args:
        odds: [score, method, per, odds_ratio, low, high, p, interval, separation], a row per line.
        theme: light or dark.
    """
    rows = odds.to_dict("records")
    ends = [_log(r[c]) for r in rows for c in ("odds_ratio", "low", "high")]
    known = [e for e in ends if e is not None] or [0.0]
    low, high = max(min(known) - 0.3, -WIDEST), min(max(known) + 0.3, WIDEST)
    figure = go.Figure()
    for at, row in enumerate(rows):
        if _log(row["odds_ratio"]) is not None:
            figure.add_trace(_estimate(row, at, theme))
        figure.add_annotation(
            x=1.02, xref="paper", xanchor="left", y=at, text=_odds_text(row), showarrow=False,
            font={"color": theme.ink},
        )  # fmt: skip
    figure.add_vline(x=1, line={"color": theme.quiet, "width": 1, "dash": "dot"})
    figure.update_xaxes(
        type="log", title_text="Odds ratio of LNM (95% CI), log scale",
        range=[min(low, -0.2), max(high, 0.2)],
        domain=[0, 1], exponentformat="power" if high > 5 else "none",
        dtick="D2" if high - low < 2.5 else max(1, math.ceil((high - low) / 5)), tickangle=0,
    )  # fmt: skip
    names = [f"{_method(r['method'])}, per {r['per']}" for r in rows]
    figure.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=names, range=[len(rows) - 0.5, -0.5], showgrid=False
    )
    style(figure, theme, 100 + 46 * len(rows), top=14)
    figure.update_yaxes(ticks="", showline=False, tickfont={"color": theme.ink, "size": 13})
    figure.update_layout(showlegend=False, margin_r=250)
    return figure


def _estimate(row: dict[str, Any], at: int, theme: Theme) -> go.Scatter:
    value, low, high = row["odds_ratio"], row["low"], row["high"]
    bars = (
        {}
        if _log(low) is None or _log(high) is None
        else {"array": [high - value], "arrayminus": [value - low]}
    )
    colour = theme.ink if row["method"] == "Firth" else theme.quiet
    return go.Scatter(
        x=[value], y=[at], mode="markers", name=str(row["method"]),
        marker={"size": 11, "symbol": "square", "color": colour},
        error_x={**bars, "color": colour, "thickness": 1.6, "width": 5},
        hovertemplate=f"{_odds_text(row)}<extra></extra>",
    )  # fmt: skip


def _odds_text(row: dict[str, Any]) -> str:
    if _log(row["odds_ratio"]) is None:
        return "no finite estimate: classes are separated"
    return f"{odds_estimate(row)}, {p_value(row['p'])}"


def odds_estimate(row: dict[str, Any]) -> str:
    """``6.13 (1.90-19.8)``; powers of ten where numbers get long."""
    value, low, high = (_odds_number(row[c]) for c in ("odds_ratio", "low", "high"))
    return value if MISSING in (low, high) else f"{value} ({low}-{high})"


def _odds_number(value: float) -> str:
    if value is None or not math.isfinite(value):
        return MISSING
    if value and (value >= 1e5 or value < 0.01):
        return f"{value:.1e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
    return number(value, 2 if value < 100 else 0)


def _log(value: float) -> float | None:
    return math.log10(value) if math.isfinite(value) and value > 0 else None


def _method(method: str) -> str:
    return method[:1].upper() + method[1:]
