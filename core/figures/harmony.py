"""One feature by batch, as measured and after ComBat."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.palette import LNM, LNM_NAMES, Theme, style, tint


def harmony_figure(values: pd.DataFrame, theme: Theme, *, title: str, panels: Mapping[str, str]) -> go.Figure:
    """A box per batch of every panel on one axis, with the patients as points coloured by LNM.

    Args:
        values: [patient, batch, lnm, a column per panel]; rows without a value are not drawn.
        theme: light or dark.
        title: of the axis.
        panels: column -> heading.
    """
    figure = make_subplots(cols=len(panels), subplot_titles=list(panels.values()), shared_yaxes=True)
    batches = sorted(values["batch"].unique())
    for number, column in enumerate(panels, start=1):
        known = values.dropna(subset=[column])
        sizes = known["batch"].value_counts()
        names = known["batch"].map({b: f"<b>{b}</b><br>n = {sizes[b]}" for b in sizes.index})
        for label in (0, 1):
            own = known["lnm"] == label
            figure.add_box(
                x=names[own], y=known[column][own], ids=known["patient"][own], boxpoints="all", jitter=0.6,
                pointpos=0, name=LNM_NAMES[label], offsetgroup=str(label), legendgroup=str(label),
                showlegend=number == 1, line={"color": LNM[label], "width": 1.2},
                fillcolor=tint(LNM[label], 0.12), marker={"color": LNM[label], "size": 6, "opacity": 0.8},
                hovertemplate="%{id}<br>%{y:.4g}<extra></extra>", row=1, col=number,
            )  # fmt: skip
        shown = [f"<b>{b}</b><br>n = {sizes[b]}" for b in batches if b in sizes]
        figure.update_xaxes(type="category", categoryorder="array", categoryarray=shown, col=number)
    figure.update_layout(boxmode="group", boxgap=0.25)
    figure.update_yaxes(title_text=title, col=1)
    style(figure, theme, 400, top=58)
    figure.update_annotations(font={"size": 13.5})
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.08, "yanchor": "bottom"})
    return figure.update_xaxes(tickfont={"color": theme.ink, "size": 12.5}, ticks="")
