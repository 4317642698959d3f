"""Decision curves: net benefit against the threshold probability, one panel per cohort."""

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import Theme, dash, model_colour, model_width, ordered_models, style
from core.figures.panels import cohort_panels, cohorts_of, legend_in_panel

REFERENCES = {"all": "Treat all", "none": "Treat none"}


def decision_figure(decision: pd.DataFrame, sizes: pd.DataFrame, theme: Theme) -> go.Figure:
    """Net benefit of the models beside treating all and treating none.

    Args:
        decision: [cohort, role, model, threshold, net_benefit]; model also "all" and "none".
        sizes: [cohort, n, positives].
        theme: light or dark.
    """
    figure = cohort_panels(decision, sizes)
    for column, (cohort, role) in enumerate(cohorts_of(decision), start=1):
        legend = legend_in_panel(figure, column, x=1.0, y=1.0, xanchor="right", yanchor="top")
        panel = decision[decision["cohort"] == cohort]
        models = [m for m in ordered_models(list(panel["model"])) if m not in REFERENCES]
        for model in [*REFERENCES, *reversed(models)]:
            figure.add_trace(_curve(panel, role, model, theme, legend), row=1, col=column)
    top = float(decision.loc[decision["model"] == "all", "net_benefit"].max())
    figure.update_xaxes(title_text="Threshold probability of LNM", range=[0, 1])
    figure.update_yaxes(range=[-0.12, 1.15 * top])
    figure.update_yaxes(title_text="Net benefit", row=1, col=1)
    figure.update_layout(legend_traceorder="reversed", legend2_traceorder="reversed")
    return style(figure, theme, 400)


def _curve(panel: pd.DataFrame, role: str, model: str, theme: Theme, legend: str) -> go.Scatter:
    curve = panel[panel["model"] == model].sort_values("threshold")
    reference = model in REFERENCES
    line = (
        {"color": theme.quiet, "width": 1.2, "dash": "dot" if model == "none" else "solid"}
        if reference
        else {"color": model_colour(model, theme), "width": model_width(model), "dash": dash(role)}
    )
    name = REFERENCES.get(model, model)
    return go.Scatter(
        x=curve["threshold"],
        y=curve["net_benefit"],
        mode="lines",
        name=name,
        legend=legend,
        line=line,
        hovertemplate=f"<b>{name}</b><br>threshold %{{x:.2f}}<br>net benefit %{{y:.3f}}<extra></extra>",
    )
