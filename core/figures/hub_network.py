"""Hub genes of a module as a network, and the topological overlap of its genes as a heat map."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.label_room import label_room
from core.figures.palette import DIVERGING, Theme, style, tint
from core.figures.text import number

SMALLEST, LARGEST = 11.0, 24.0  # pixels of a node
HEIGHT = 520
COLOURS = "Viridis"
REACH = 1.2  # of both axes
NARROW = (285, 440)  # pixels of the plot where the page is narrow: names that find room there always do
FONT = 10.5


def network_figure(
    nodes: pd.DataFrame, edges: pd.DataFrame, significance: pd.Series, trait: str, chosen: str, theme: Theme
) -> go.Figure:
    """Genes joined by their strongest overlaps; a click on one gives it as ``customdata``.

    Names do not overlap: the chosen gene's comes first, then by |kME|; the others stand on hover alone.

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
    bare = {"visible": False, "range": [-REACH, REACH]}
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
    r: NDArray[np.float64],
    trait: str,
    chosen: str,
    theme: Theme,
) -> go.Scatter:
    limit = max(0.1, float(np.nanmax(np.abs(r), initial=0.0)))
    spread = float(np.ptp(nodes["k"]))
    share = (nodes["k"] - nodes["k"].min()) / spread if spread else 0.5 * np.ones(len(nodes))
    picked = (nodes["gene"] == chosen).to_numpy()
    bar = {
        "title": {"text": f"r with {trait}", "side": "top", "font": {"size": 12.5}}, "thickness": 10,
        "outlinewidth": 0, "len": 180, "lenmode": "pixels", "orientation": "h", "x": 0, "xanchor": "left",
        "y": 0, "yanchor": "top", "tickfont": {"color": theme.quiet},
    }  # fmt: skip
    sizes = SMALLEST + (LARGEST - SMALLEST) * np.asarray(share, float)
    sides = _sides(nodes, sizes, chosen)
    return go.Scatter(
        x=nodes["x"], y=nodes["y"], customdata=nodes["gene"], mode="markers+text",
        text=[
            f"<b>{gene}</b>" if gene == chosen else gene if side else ""
            for gene, side in zip(nodes["gene"], sides, strict=True)
        ],
        textposition=[side or "top center" for side in sides],
        textfont={"size": FONT, "color": theme.ink}, showlegend=False,
        hovertext=[
            f"<b>{gene}</b><br>kME {number(kme)}<br>r with {trait} {number(one)}"
            for gene, kme, one in zip(nodes["gene"], nodes["kme"], r, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={
            "size": sizes, "opacity": 1,
            "color": r, "colorscale": DIVERGING, "cmin": -limit, "cmax": limit, "cmid": 0,
            "line": {
                "color": list(np.where(picked, theme.accent, theme.quiet)),
                "width": list(np.where(picked, 4.0, 0.8)),
            },
            "colorbar": bar,
        },
        selected={"marker": {"opacity": 1}, "textfont": {"color": theme.ink}},
        unselected={"marker": {"opacity": 1}, "textfont": {"color": theme.ink}},
    )  # fmt: skip


def _sides(nodes: pd.DataFrame, sizes: NDArray[np.float64], chosen: str) -> list[str | None]:
    """Text position of each name that finds room."""
    pixels = nodes[["x", "y"]].to_numpy() * np.array(NARROW) / (2 * REACH)
    rank = nodes["kme"].abs().where(nodes["gene"] != chosen, np.inf)
    order = list(np.argsort(-rank.to_numpy(), kind="stable"))
    return label_room(pixels, sizes, list(nodes["gene"]), order, FONT)


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
