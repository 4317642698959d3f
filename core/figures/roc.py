"""Receiver operating characteristic curves, one panel per cohort."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import Theme, dash, model_colour, model_width, ordered_models, style
from core.figures.panels import cohort_panels, cohorts_of
from core.figures.text import estimate


def roc_figure(roc: pd.DataFrame, metrics: pd.DataFrame, theme: Theme) -> go.Figure:
    """ROC curves, each labelled with its AUC (95% CI) in its own colour.

    Args:
        roc: [cohort, role, model, threshold, fpr, tpr] in the order of the curve.
        metrics: [cohort, role, model, n, positives, auc, auc_low, auc_high].
        theme: light or dark.
    """
    figure = cohort_panels(roc, metrics)
    for column, (cohort, role) in enumerate(cohorts_of(roc), start=1):
        chance = {"color": theme.quiet, "width": 1, "dash": "dot"}
        figure.add_scatter(
            x=[0, 1],
            y=[0, 1],
            mode="lines",
            line=chance,
            hoverinfo="skip",
            showlegend=False,
            row=1,
            col=column,
        )
        panel = roc[roc["cohort"] == cohort]
        models = ordered_models(list(panel["model"]))
        for model in models:
            figure.add_trace(_curve(panel[panel["model"] == model], role, model, theme), row=1, col=column)
        for line, model in enumerate(reversed(models)):
            _label(figure, column, line, f"{model}  {_auc(metrics, cohort, model)}", theme=theme)
            _bar(figure, column, line, model_colour(model, theme))
        square = {"scaleanchor": f"x{'' if column == 1 else column}", "constrain": "domain"}
        figure.update_yaxes(title_text="Sensitivity" if column == 1 else None, **square, row=1, col=column)
    ticks = {"range": [-0.015, 1.015], "tickvals": [0, 0.25, 0.5, 0.75, 1], "constrain": "domain"}
    figure.update_xaxes(title_text="1 - specificity", constraintoward="left", **ticks)
    figure.update_yaxes(constraintoward="top", **ticks)
    return style(figure, theme, 460)


def _auc(metrics: pd.DataFrame, cohort: str, model: str) -> str:
    row = metrics[(metrics["cohort"] == cohort) & (metrics["model"] == model)]
    return estimate(*row[["auc", "auc_low", "auc_high"]].iloc[0]) if len(row) else ""


def _label(figure: go.Figure, column: int, line: int, text: str, *, theme: Theme) -> None:
    """A line of the list at the lower right, where no curve of use passes."""
    place = {"x": 0.99, "y": _height(line), "xanchor": "right", "row": 1, "col": column}
    figure.add_annotation(text=text, font={"size": 12.5}, showarrow=False, bgcolor=theme.paper, **place)


def _bar(figure: go.Figure, column: int, line: int, colour: str) -> None:
    """The colour of the curve that a line of the list names."""
    y, line_style = _height(line), {"color": colour, "width": 3}
    figure.add_shape(type="line", x0=0.4, x1=0.45, y0=y, y1=y, line=line_style, row=1, col=column)


def _height(line: int) -> float:
    return 0.04 + 0.062 * line


def _curve(curve: pd.DataFrame, role: str, model: str, theme: Theme) -> go.Scatter:
    return go.Scatter(
        x=curve["fpr"],
        y=curve["tpr"],
        customdata=np.column_stack([curve["threshold"], 1 - curve["fpr"]]),
        mode="lines",
        name=model,
        showlegend=False,
        line={"color": model_colour(model, theme), "width": model_width(model), "dash": dash(role)},
        hovertemplate=(
            f"<b>{model}</b><br>sensitivity %{{y:.2f}}<br>specificity %{{customdata[1]:.2f}}"
            "<br>cut-off %{customdata[0]:.3f}<extra></extra>"
        ),
    )
