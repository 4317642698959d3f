"""What was read of an expression table: genes left after each step, their means, samples that stand apart."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import LNM, LNM_NAMES, Theme, style
from core.figures.text import number

BINS = 60


def flow_figure(flow: pd.DataFrame, theme: Theme) -> go.Figure:
    """Genes left after each step, from the file to the network; what a step left out is said beside its bar.

    Args:
        flow: [step, left_out, left], in order.
        theme: light or dark.
    """
    said = [
        f"{left:,}" + (f"  (-{out:,})" if out else "")
        for out, left in zip(flow["left_out"], flow["left"], strict=True)
    ]
    last = [theme.quiet] * (len(flow) - 1) + [theme.accent]
    figure = go.Figure(
        go.Bar(
            x=flow["left"], y=flow["step"], orientation="h", text=said, textposition="inside",
            insidetextanchor="start", textfont={"size": 13, "color": "#ffffff"}, textangle=0,
            marker={"color": last},
            hovertemplate="%{y}<br>%{x:,} genes left<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(title_text="Genes left", rangemode="tozero")
    style(figure, theme, 320, top=12)
    figure.update_yaxes(autorange="reversed", ticks="", tickfont={"color": theme.ink, "size": 12.5})
    return figure


def means_figure(means: pd.Series, least: float, theme: Theme) -> go.Figure:
    """How many genes have which mean, and the least mean that is kept.

    Args:
        means: mean log2(x + 1) of every gene.
        least: mean from which a gene is kept, drawn as a line.
        theme: light or dark.
    """
    counts, edges = np.histogram(means, bins=BINS)
    middle = (edges[:-1] + edges[1:]) / 2
    kept = np.where(middle >= least, theme.accent, theme.quiet)
    figure = go.Figure(
        go.Bar(
            x=middle, y=counts, width=np.diff(edges), marker={"color": list(kept)}, showlegend=False,
            hovertemplate="mean %{x:.2f}<br>%{y:,} genes<extra></extra>",
        )
    )  # fmt: skip
    figure.add_vline(x=least, line={"color": theme.ink, "width": 1, "dash": "dash"})
    figure.add_annotation(
        x=least, y=1, yref="y domain", yanchor="top", xanchor="left", xshift=5, showarrow=False,
        text=f"min_mean {least:g}", font={"color": theme.ink, "size": 12},
    )  # fmt: skip
    figure.update_xaxes(title_text="Mean log2(x + 1) of a gene")
    figure.update_yaxes(title_text=f"Genes, n = {len(means):,}")
    return style(figure, theme, 320, top=12)


def samples_figure(samples: pd.DataFrame, lnm: dict[str, int], limit: float, theme: Theme) -> go.Figure:
    """Standardised connectivity (Z.k) of every sample, smallest first; those below the limit are named.

    Args:
        samples: [sample, z, dropped]; dropped ones are crosses.
        lnm: LNM of each patient, the colour of a point.
        limit: Z.k below which a sample stands apart, drawn as a line.
        theme: light or dark.
    """
    ordered = samples.sort_values("z", kind="stable", ignore_index=True)
    labels = ordered["sample"].map(lnm)
    figure = go.Figure()
    for value in (0, 1):
        rows = ordered[labels == value]
        figure.add_scatter(
            x=rows.index + 1, y=rows["z"], ids=list(rows["sample"]), mode="markers+text",
            name=f"{LNM_NAMES[value]}, n = {len(rows)}",
            text=[code if z < limit else "" for code, z in zip(rows["sample"], rows["z"], strict=True)],
            textposition="middle right", textfont={"size": 12, "color": theme.ink},
            marker={
                "color": LNM[value], "size": 8, "opacity": 0.85,
                "symbol": ["x" if dropped else "circle" for dropped in rows["dropped"]],
            },
            hovertemplate="%{id}<br>Z.k %{y:.2f}<extra></extra>",
        )  # fmt: skip
    figure.add_hline(y=limit, line={"color": theme.ink, "width": 1, "dash": "dash"})
    figure.add_annotation(
        x=1, xref="x domain", y=limit, yanchor="bottom", xanchor="right", showarrow=False,
        text=f"Z.k {number(limit, 1)}", font={"color": theme.ink, "size": 12},
    )  # fmt: skip
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"})
    figure.update_xaxes(title_text=f"Samples, least connected first, n = {len(ordered)}")
    figure.update_yaxes(title_text="Z.k (standardised connectivity)")
    return style(figure, theme, 360, top=30)
