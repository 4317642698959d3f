"""GSVA scores of patients: heat map with tracks."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import DIVERGING, LNM, LNM_NAMES, Theme, model_colour, style, tint
from core.figures.pathways import pathway_name
from core.figures.text import estimate, p_number

ROW, STRIP, TRACK = 19, 96, 17
RIGHT = 0.82  # where the heat map ends and the correlations begin
Blocks = Sequence[tuple[str, Sequence[str]]]


def heat_figure(
    scores: pd.DataFrame,
    groups: pd.DataFrame,
    blocks: Blocks,
    correlations: pd.DataFrame,
    signature: str,
    theme: Theme,
    selected: Collection[str] = (),
) -> go.Figure:
    """Pathways x patients, coloured from the lowest over 0 to the highest; tracks above, r on the right.

    Args:
        scores: pathways x patients, the columns in the order to draw.
        groups: by patient [lnm, high, value], value the signature's.
        blocks: (category, pathways) from top to bottom; a category without a name has no heading.
        correlations: [pathway, r, low, high, p, q, n] with ``signature``.
        signature: its name.
        theme: light or dark.
        selected: patients that the lowest track marks; none: no such track.

    ``ids`` of the dots are the patients; ``customdata`` of cells and bars the pathway.
    """
    patients = [str(code) for code in scores.columns]
    groups = groups.reindex(scores.columns)
    rows, headings = _rows(blocks)
    limit = float(np.nanmax(np.abs(scores.to_numpy()))) if scores.size else 1.0
    # Dots first: a lasso's first point is then a patient, not a cell.
    figure = go.Figure(_strip(groups, patients, signature))
    for name, own in blocks:
        figure.add_trace(_heat(scores.loc[list(own)], [rows[p] for p in own], name, limit, theme))
    figure.add_trace(_cells(scores, rows, patients))
    tracks = [("LNM", groups["lnm"], LNM[0], LNM[1]), _risk(groups, signature, theme)]
    if selected:
        marked = pd.Series([1.0 if code in set(selected) else 0.0 for code in patients], index=scores.columns)
        tracks.append(("Selected", marked, tint(theme.accent, 0.12), theme.accent))
    for at, track in enumerate(tracks):
        figure.add_trace(_track(*track, at, patients))
    figure.add_trace(_bars(correlations, rows, theme))
    _layout(figure, rows, headings, [t[0] for t in tracks], signature, patients, theme)
    return figure


def _rows(blocks: Blocks) -> tuple[dict[str, int], dict[str, int]]:
    """Row number of every pathway, and of every heading, which has a row of its own."""
    rows: dict[str, int] = {}
    headings: dict[str, int] = {}
    at = 0
    for name, own in blocks:
        if name:
            headings[name], at = at, at + 1
        rows |= {pathway: at + i for i, pathway in enumerate(own)}
        at += len(own)
    return rows, headings


def _heat(scores: pd.DataFrame, y: list[int], name: str, limit: float, theme: Theme) -> go.Heatmap:
    bar = {
        "title": {"text": "GSVA score", "side": "right", "font": {"size": 12}},
        "orientation": "h", "thickness": 10, "len": 170,
        "lenmode": "pixels", "x": 0, "xanchor": "left", "y": 0, "yanchor": "top", "ypad": 26,
        "outlinewidth": 0, "nticks": 5, "tickfont": {"color": theme.quiet},
    }  # fmt: skip
    return go.Heatmap(
        z=scores.to_numpy(), x=[str(c) for c in scores.columns], y=y, name=name or "scores", zmid=0,
        zmin=-limit, zmax=limit, colorscale=DIVERGING, showscale=min(y, default=0) <= 1, colorbar=bar,
        hoverinfo="skip", ygap=0.5,
    )  # fmt: skip


def _cells(scores: pd.DataFrame, rows: dict[str, int], patients: list[str]) -> go.Scatter:
    """Cells as they are clicked: heat maps themselves cannot be."""
    order = list(rows)
    values = scores.loc[order].to_numpy().ravel()
    return go.Scatter(
        x=patients * len(order), y=np.repeat(list(rows.values()), len(patients)), mode="markers",
        name="cells", customdata=[p for p in order for _ in patients],
        text=[f"{v:.2f}" for v in values], marker={"symbol": "square", "size": 12, "color": "rgba(0,0,0,0)"},
        hovertemplate="<b>%{customdata}</b><br>%{x}: %{text}<extra></extra>", showlegend=False,
    )  # fmt: skip


def _risk(groups: pd.DataFrame, signature: str, theme: Theme) -> tuple[str, pd.Series, str, str]:
    colour = model_colour(signature, theme)
    return f"{signature} high risk", groups["high"], tint(colour, 0.22), colour


def _track(name: str, values: pd.Series, low: str, high: str, at: int, patients: list[str]) -> go.Heatmap:
    return go.Heatmap(
        z=[values.to_numpy(dtype=float)], x=patients, y=[at], name=name, yaxis="y2", zmin=0, zmax=1,
        colorscale=[[0, low], [0.5, low], [0.5, high], [1, high]], showscale=False, ygap=3,
        hovertemplate=f"%{{x}}<br>{name}: %{{z:.0f}}<extra></extra>",
    )  # fmt: skip


def _strip(groups: pd.DataFrame, patients: list[str], signature: str) -> list[go.Scatter]:
    """The signature of every patient, above their column: the dots that select patients."""
    traces = []
    for lnm, name in LNM_NAMES.items():
        own = (groups["lnm"] == lnm).to_numpy()
        codes = [code for code, here in zip(patients, own, strict=True) if here]
        traces.append(
            go.Scatter(
                x=codes, y=groups.loc[own, "value"], ids=codes, mode="markers", name=name, yaxis="y3",
                marker={"color": LNM[lnm], "size": 7}, unselected={"marker": {"opacity": 1}},
                hovertemplate=f"<b>%{{id}}</b>, {name}<br>{signature} %{{y:.2f}}<extra></extra>",
            )
        )  # fmt: skip
    return traces


def _bars(correlations: pd.DataFrame, rows: dict[str, int], theme: Theme) -> go.Bar:
    table = correlations.set_index("pathway").reindex(list(rows))
    strong = [theme.ink if p < 0.05 else tint(theme.quiet, 0.4) for p in table["p"]]
    said = [
        f"<b>{pathway_name(r.Index)}</b><br>r = {estimate(r.r, r.low, r.high)}<br>P {p_number(r.p)}, "
        f"q {p_number(r.q)}"
        for r in table.itertuples()
    ]
    return go.Bar(
        x=table["r"], y=list(rows.values()), orientation="h", xaxis="x2", name="r", showlegend=False,
        marker={"color": strong}, width=0.68, customdata=list(rows), hovertext=said,
        hovertemplate="%{hovertext}<extra></extra>", unselected={"marker": {"opacity": 1}},
    )  # fmt: skip


def _layout(
    figure: go.Figure,
    rows: dict[str, int],
    headings: dict[str, int],
    tracks: list[str],
    signature: str,
    patients: list[str],
    theme: Theme,
) -> None:
    lines = len(rows) + len(headings)
    heights = [ROW * max(lines, 1), TRACK * len(tracks), STRIP]
    total = sum(heights) + 16
    heat, track = heights[0] / total, (heights[0] + 6 + heights[1]) / total
    figure.update_layout(
        xaxis2={"domain": [RIGHT + 0.02, 1], "anchor": "y", "title": {"text": "Pearson r"}},
        yaxis2={"domain": [(heights[0] + 6) / total, track], "anchor": "x"},
        yaxis3={"domain": [track + 8 / total, 1], "anchor": "x", "title": {"text": signature}},
        barmode="overlay", legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
    )  # fmt: skip
    style(figure, theme, total + 120, top=34)
    ticks = [pathway_name(p) for p in rows]
    plain: dict[str, Any] = {"showline": False, "ticks": "", "showgrid": False}
    figure.update_xaxes(showgrid=False)
    figure.update_layout(
        xaxis={"type": "category", "categoryorder": "array", "categoryarray": patients, "domain": [0, RIGHT],
               "anchor": "y", "showticklabels": False, "range": [-0.5, len(patients) - 0.5], **plain,
               "title": {"text": f"{len(patients)} patients"}},
        xaxis2={"zeroline": True, "zerolinecolor": theme.quiet, "nticks": 5, "rangemode": "tozero"},
        yaxis={"domain": [0, heat], "tickvals": list(rows.values()), "ticktext": ticks,
               "range": [lines - 0.5, -0.5], "tickfont": {"color": theme.ink, "size": 11.5},
               "ticklabelstandoff": 4, **plain},
        yaxis2={"tickvals": list(range(len(tracks))), "ticktext": tracks, "range": [len(tracks) - 0.5, -0.5],
                "tickfont": {"color": theme.ink}, "ticklabelstandoff": 4, **plain},
        yaxis3={"nticks": 3}, margin_b=56,
    )  # fmt: skip
    for name, at in headings.items():
        figure.add_annotation(
            text=f"<b>{name}</b>", x=0, xref="x domain", y=at, showarrow=False, xanchor="left",
            font={"size": 12, "color": theme.quiet},
        )  # fmt: skip
