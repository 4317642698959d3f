"""Where one probability lies among those of a cohort."""

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import LNM, LNM_NAMES, Theme, style, tint
from core.figures.text import number


def place_figure(
    predictions: pd.DataFrame,
    probability: float | None,
    theme: Theme,
    model: str = "DLRN",
    name: str = "this case",
) -> go.Figure:
    """Where a probability lies among the cohort's, by LNM.

    Args:
        predictions: [lnm, ``model``] of the patients to compare with; ``patient`` names them.
        probability: of the case; None marks none.
        theme: light or dark.
        model: column of the probabilities.
        name: what to call the case.
    """
    figure = go.Figure()
    for lnm in (0, 1):
        rows = predictions[predictions["lnm"] == lnm]
        values, named = rows[model], "patient" in rows
        figure.add_trace(
            go.Box(
                x=values, y=[lnm] * len(values), orientation="h", boxpoints="all", jitter=0.7, pointpos=0,
                fillcolor=tint(LNM[lnm], 0.12), line={"color": LNM[lnm], "width": 1.2},
                marker={"color": LNM[lnm], "size": 6, "opacity": 0.75}, showlegend=False,
                name=f"{LNM_NAMES[lnm]}, n = {len(values)}", ids=rows["patient"] if named else None,
                hovertemplate=f"{'%{id}<br>' * named}%{{x:.2f}}<extra></extra>",
            )
        )  # fmt: skip
    if probability is not None:
        figure.add_vline(x=probability, line={"color": theme.accent, "width": 2})
        figure.add_annotation(
            x=probability, y=1, yref="paper", yanchor="bottom", text=f"<b>{name} {number(probability)}</b>",
            showarrow=False,
            xanchor="right" if probability > 0.9 else "left" if probability < 0.1 else "center",
        )  # fmt: skip
    names = [f"{LNM_NAMES[k]}<br>n = {(predictions['lnm'] == k).sum()}" for k in (0, 1)]
    figure.update_xaxes(title_text="Predicted probability of LNM", range=[-0.01, 1.01])
    figure.update_yaxes(tickvals=[0, 1], ticktext=names, showgrid=False, range=[-0.6, 1.6])
    style(figure, theme, 230, top=28)
    figure.update_yaxes(showline=False, ticks="", tickfont={"color": theme.ink})
    return figure
