"""Figures of named rows, such as a forest plot: their names, and the line of no discrimination."""

import plotly.graph_objects as go

from core.figures.palette import Theme


def chance(figure: go.Figure, theme: Theme) -> None:
    """The dotted line of an AUC that tells nothing."""
    figure.add_vline(x=0.5, line={"color": theme.quiet, "width": 1, "dash": "dot"})
    figure.add_annotation(
        x=0.5, y=0, yref="paper", yanchor="bottom", xanchor="left", xshift=4, text="chance",
        showarrow=False, font={"color": theme.quiet, "size": 12},
    )  # fmt: skip


def name_rows(figure: go.Figure, names: list[str], theme: Theme) -> go.Figure:
    """Names of the rows from below, on a bare axis."""
    figure.update_yaxes(
        tickvals=list(range(len(names))), ticktext=names, range=[-0.5, len(names) - 0.5], showgrid=False,
        ticks="", showline=False, tickfont={"color": theme.ink, "size": 13},
    )  # fmt: skip
    return figure
