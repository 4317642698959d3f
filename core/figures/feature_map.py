"""Patients x features as a clustered heat map with tracks of LNM and cohort."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.figures.palette import DIVERGING, LNM, LNM_NAMES, Theme, style, tint

Lines = tuple[NDArray[np.float64], NDArray[np.float64]]  # x and height of the joins, (joins, 4)
ROW, TRACK, TREE, TOP = 13, 16, 70, 56  # pixels
LIMIT = 3.0
ROLES = {"training": 0.95, "validation": 0.35}


def feature_map_figure(
    z: pd.DataFrame,
    patients: pd.DataFrame,
    theme: Theme,
    *,
    patients_tree: Lines | None = None,
    features_tree: Lines | None = None,
    selected: Collection[str] = (),
) -> go.Figure:
    """Heat map of z scores, centred on 0, in the order given.

    Args:
        z: patients x features, named as they are to be read.
        patients: index patient, [lnm, role].
        theme: light or dark.
        patients_tree: dendrogram above the patients, if they are clustered.
        features_tree: dendrogram beside the features.
        selected: patients with a mark above their column.
    """
    heights = [TREE if patients_tree else 14, 2 * TRACK, ROW * z.shape[1]]
    figure = make_subplots(
        rows=3, cols=2, row_heights=heights, column_widths=[0.93, 0.07], vertical_spacing=0.004,
        horizontal_spacing=0.004, specs=[[{}, None], [{}, None], [{}, {}]],
    )  # fmt: skip
    figure.add_trace(_heat(z, theme), row=3, col=1)
    for trace in _tracks(patients.loc[z.index], theme):
        figure.add_trace(trace, row=2, col=1)
    _chosen(figure, z, selected, patients_tree, theme)
    for tree, place in ((patients_tree, (1, 1)), (features_tree, (3, 2))):
        if tree:
            figure.add_trace(_branches(*tree, theme, beside=place == (3, 2)), row=place[0], col=place[1])
    style(figure, theme, sum(heights) + TOP + 24, top=TOP)
    _axes(figure, z, theme)
    figure.update_layout(barmode="overlay", bargap=0, hovermode="closest", margin_b=16)
    figure.update_layout(
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"}
    )
    return figure


def _heat(z: pd.DataFrame, theme: Theme) -> go.Heatmap:
    bar = {"orientation": "h", "thickness": 9, "outlinewidth": 0, "lenmode": "pixels", "len": 150, "x": 1}
    bar |= {"xanchor": "right", "y": 1, "yanchor": "bottom", "title": {"text": "z score", "side": "top"}}
    return go.Heatmap(
        z=np.round(z.to_numpy().T, 2), x=list(z.index), y=list(z.columns), colorscale=DIVERGING, zmid=0,
        zmin=-LIMIT, zmax=LIMIT, colorbar={**bar, "tickfont": {"color": theme.quiet}},
        hovertemplate="%{x}<br>%{y}<br>z = %{z:.2f}<extra></extra>",
    )  # fmt: skip


def _tracks(patients: pd.DataFrame, theme: Theme) -> list[go.Bar]:
    """LNM above, cohort below."""
    found = [(1.0, patients["lnm"] == label, LNM[label], LNM_NAMES[label]) for label in (0, 1)]
    for role, strength in ROLES.items():
        found.append((0.0, patients["role"] == role, tint(theme.quiet, strength), role))
    tracks = [
        _track(patients.index[who], base, colour, name) for base, who, colour, name in found if who.any()
    ]
    said = [f"{LNM_NAMES[p.lnm]}, {p.role}" for p in patients.itertuples()]
    return [*tracks, _marks(patients.index, said)]


def _track(codes: Any, base: float, colour: str, name: str) -> go.Bar:
    return go.Bar(
        x=list(codes), y=[0.88] * len(codes), base=[base] * len(codes), width=1, hoverinfo="skip",
        marker={"color": colour, "line": {"width": 0}}, name=f"{name}, n = {len(codes)}",
    )  # fmt: skip


def _marks(codes: Any, said: list[str]) -> go.Bar:
    """What is clicked and lassoed: see-through, since the colours of the tracks must not fade."""
    return go.Bar(
        x=list(codes), y=[1.88] * len(codes), width=1, ids=list(codes), hovertext=said, showlegend=False,
        hovertemplate="%{id}<br>%{hovertext}<extra></extra>", marker={"color": "rgba(0,0,0,0)"},
        name="patients",
    )  # fmt: skip


def _chosen(
    figure: go.Figure, z: pd.DataFrame, selected: Collection[str], tree: Lines | None, theme: Theme
) -> None:
    """Triangles above the chosen patients, at the foot of the upper panel."""
    places = [i for i, code in enumerate(z.index) if code in set(selected)]
    foot = -0.08 * float(tree[1].max()) if tree else 0.0
    figure.add_scatter(
        x=places, y=[foot] * len(places), mode="markers", hoverinfo="skip", showlegend=False, name="selected",
        marker={"symbol": "triangle-down", "size": 10, "color": theme.accent}, cliponaxis=False, row=1, col=1,
    )  # fmt: skip


def _branches(x: NDArray[np.float64], height: NDArray[np.float64], theme: Theme, beside: bool) -> go.Scatter:
    """All joins as one line, broken between them."""
    along, away = (np.pad(a, ((0, 0), (0, 1)), constant_values=np.nan).ravel() for a in (x, height))
    return go.Scatter(
        x=away if beside else along, y=along if beside else away, mode="lines", hoverinfo="skip",
        line={"color": theme.quiet, "width": 1}, showlegend=False, name="tree",
    )  # fmt: skip


def _axes(figure: go.Figure, z: pd.DataFrame, theme: Theme) -> None:
    patients, features = len(z), z.shape[1]
    figure.update_xaxes(visible=False)
    figure.update_yaxes(showline=False, ticks="", showgrid=False)
    figure.update_xaxes(range=[-0.5, patients - 0.5], row=1, col=1)
    figure.update_yaxes(visible=False, row=1, col=1)
    order = {"type": "category", "categoryorder": "array", "categoryarray": list(z.index)}
    for row in (2, 3):
        figure.update_xaxes(**order, range=[-0.5, patients - 0.5], row=row, col=1)
    names = {"color": theme.ink, "size": 12}
    figure.update_yaxes(
        tickvals=[0.44, 1.44], ticktext=["Cohort", "LNM"], range=[0, 1.95], tickfont=names, row=2, col=1
    )
    small = {"color": theme.quiet, "size": 10}
    figure.update_yaxes(type="category", range=[features - 0.5, -0.5], tickfont=small, dtick=1, row=3, col=1)
    figure.update_yaxes(visible=False, range=[features - 0.5, -0.5], row=3, col=2)
