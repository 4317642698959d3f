"""Hub genes of a module as a network, and the topological overlap of its genes as a heat map."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import DIVERGING, Theme, style, tint
from core.figures.text import number

SMALLEST, LARGEST = 11.0, 24.0  # pixels of a node
HEIGHT = 520
COLOURS = "Viridis"


def network_figure(
    nodes: pd.DataFrame, edges: pd.DataFrame, significance: pd.Series, trait: str, chosen: str, theme: Theme
) -> go.Figure:
    """Genes joined by their strongest overlaps; a click on one gives it as ``customdata``.

    Args:
        nodes: [gene, kme, k, x, y]; the larger k, the larger the node.
        edges: [source, target, overlap].
        significance: r of each gene with the trait, by gene: the colour of its node.
        trait: what the significance is for.
        chosen: gene that is outlined.
        theme: light or dark.
    """
    r = significance.reindex(nodes["gene"]).to_numpy(dtype=float)
    figure = go.Figure([_edges(nodes, edges, theme), _nodes(nodes, r, trait, chosen, theme)])
    style(figure, theme, HEIGHT, top=8)
    bare = {"visible": False, "range": [-1.2, 1.2]}
    figure.update_layout(xaxis=bare, yaxis=bare, hovermode="closest", uirevision="hubs")
    return figure


def _edges(nodes: pd.DataFrame, edges: pd.DataFrame, theme: Theme) -> go.Scatter:
    """All edges as one line, so that the browser draws one path."""
    place = nodes.set_index("gene")
    ends = [place.loc[edges[side], ["x", "y"]].to_numpy() for side in ("source", "target")]
    line = np.stack([*ends, np.full((len(edges), 2), np.nan)], axis=1).reshape(-1, 2)
    return go.Scatter(
        x=line[:, 0], y=line[:, 1], mode="lines", line={"color": tint(theme.quiet, 0.45), "width": 1},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _nodes(
    nodes: pd.DataFrame,
    r: np.ndarray[tuple[int], np.dtype[np.float64]],
    trait: str,
    chosen: str,
    theme: Theme,
) -> go.Scatter:
    limit = max(0.1, float(np.nanmax(np.abs(r), initial=0.0)))
    spread = float(np.ptp(nodes["k"]))
    share = (nodes["k"] - nodes["k"].min()) / spread if spread else 0.5 * np.ones(len(nodes))
    picked = (nodes["gene"] == chosen).to_numpy()
    bar = {"title": {"text": f"r with<br>{trait}", "side": "top"}, "thickness": 10, "outlinewidth": 0}
    return go.Scatter(
        x=nodes["x"], y=nodes["y"], customdata=nodes["gene"], mode="markers+text",
        text=[f"<b>{gene}</b>" if gene == chosen else gene for gene in nodes["gene"]],
        textposition="top center", textfont={"size": 10.5, "color": theme.ink}, showlegend=False,
        hovertext=[
            f"<b>{gene}</b><br>kME {number(kme)}<br>r with {trait} {number(one)}"
            for gene, kme, one in zip(nodes["gene"], nodes["kme"], r, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={
            "size": SMALLEST + (LARGEST - SMALLEST) * np.asarray(share, float), "opacity": 1,
            "color": r, "colorscale": DIVERGING, "cmin": -limit, "cmax": limit, "cmid": 0,
            "line": {
                "color": list(np.where(picked, theme.accent, theme.quiet)),
                "width": list(np.where(picked, 4.0, 0.8)),
            },
            "colorbar": {**bar, "len": 180, "lenmode": "pixels", "y": 1, "yanchor": "top",
                         "tickfont": {"color": theme.quiet}},
        },
        selected={"marker": {"opacity": 1}, "textfont": {"color": theme.ink}},
        unselected={"marker": {"opacity": 1}, "textfont": {"color": theme.ink}},
    )  # fmt: skip


def overlap_figure(overlap: pd.DataFrame, theme: Theme) -> go.Figure:
    """Topological overlap of genes, in the order of rows; the diagonal, which is 1, is left blank.

    Args:
        overlap: genes x genes.
        theme: light or dark.
    """
    z = overlap.to_numpy(dtype=np.float32, copy=True)
    np.fill_diagonal(z, np.nan)
    genes = list(overlap.index)
    bar = {"title": {"text": "TOM", "side": "top"}, "thickness": 10, "outlinewidth": 0}
    figure = go.Figure(
        go.Heatmap(
            z=np.round(z, 3), x=genes, y=genes, colorscale=COLOURS, hoverongaps=False,
            hovertemplate="%{x} and %{y}<br>TOM %{z:.3f}<extra></extra>",
            colorbar={**bar, "len": 180, "lenmode": "pixels", "y": 1, "yanchor": "top",
                      "tickfont": {"color": theme.quiet}},
        )
    )  # fmt: skip
    style(figure, theme, HEIGHT, top=8)
    bare = {"showticklabels": False, "ticks": "", "showgrid": False, "showline": False}
    title = f"{len(genes)} genes, clustered"
    figure.update_xaxes(**bare, title_text=title, constrain="domain")
    figure.update_yaxes(**bare, autorange="reversed", scaleanchor="x", constrain="domain")
    return figure
