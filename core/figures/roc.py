"""Receiver operating characteristic curves, one panel per cohort."""

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import Theme, model_colour, ordered_models, style
from core.figures.panels import Curve, band, cohort_panels, diagonal, each_cohort, each_curve, spot, square
from core.figures.text import estimate, number


def roc_figure(
    roc: pd.DataFrame,
    metrics: pd.DataFrame,
    theme: Theme,
    at: pd.DataFrame | None = None,
    model: str = "",
    bands: pd.DataFrame | None = None,
) -> go.Figure:
    """ROC curves, each labelled with its AUC (95% CI) in its own colour.

    Args:
        roc: [cohort, role, model, threshold, fpr, tpr] in the order of the curve.
        metrics: [cohort, role, model, n, positives, auc, auc_low, auc_high].
        theme: light or dark.
        at: [cohort, role, threshold, fpr, sensitivity]: marks a chosen cut-off.
        model: whose cut-off it is.
        bands: [cohort, role, model, fpr, low, high] of the sensitivity, drawn below the curves.
    """
    figure = cohort_panels(roc, metrics)
    diagonal(figure, theme)
    for curve in each_curve(bands) if bands is not None else ():
        colour = model_colour(curve.model, theme)
        figure.add_trace(band(curve.rows, "fpr", curve.model, colour), **curve.place)
    for curve in each_curve(roc):
        figure.add_trace(_curve(curve, theme), **curve.place)
    for column, (cohort, _), panel in each_cohort(roc):
        for line, name in enumerate(reversed(ordered_models(list(panel["model"])))):
            _label(figure, column, line, f"{name}  {_auc(metrics, cohort, name)}", theme)
            _bar(figure, column, line, model_colour(name, theme))
    for column, _, rows in each_cohort(at) if at is not None else ():
        row = rows.iloc[0]
        text = f"{model} at {number(row['threshold'], 3)}"
        mark = spot(row["fpr"], row["sensitivity"], text, model_colour(model, theme), theme)
        figure.add_trace(mark, row=1, col=column)
    square(figure, "1 - specificity", "Sensitivity")
    return style(figure, theme, 460)


def _auc(metrics: pd.DataFrame, cohort: str, model: str) -> str:
    row = metrics[(metrics["cohort"] == cohort) & (metrics["model"] == model)]
    return estimate(*row[["auc", "auc_low", "auc_high"]].iloc[0]) if len(row) else ""


def _label(figure: go.Figure, column: int, line: int, text: str, theme: Theme) -> None:
    """A line of the list at the lower right, where no curve of use passes."""
    place = {"x": 0.92, "y": _height(line), "xanchor": "right", "row": 1, "col": column}
    figure.add_annotation(text=text, font={"size": 12.5}, showarrow=False, bgcolor=theme.paper, **place)


def _bar(figure: go.Figure, column: int, line: int, colour: str) -> None:
    """The colour of the curve that a line of the list names."""
    y, line_style = _height(line), {"color": colour, "width": 3}
    figure.add_shape(type="line", x0=0.935, x1=0.99, y0=y, y1=y, line=line_style, row=1, col=column)


def _height(line: int) -> float:
    return 0.04 + 0.062 * line


def _curve(curve: Curve, theme: Theme) -> go.Scatter:
    """Line of a model; its points are there to be clicked and carry [model, cut-off]."""
    rows, colour = curve.rows, model_colour(curve.model, theme)
    unseen = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=rows["fpr"],
        y=rows["tpr"],
        customdata=[[curve.model, float(t)] for t in rows["threshold"]],
        text=[number(1 - x) for x in rows["fpr"]],
        mode="lines+markers",
        name=curve.model,
        legendgroup=curve.model,
        showlegend=False,
        marker={"size": 9, "opacity": 0, "color": colour},
        selected=unseen,
        unselected=unseen,
        line=curve.line(theme),
        hovertemplate=(
            f"<b>{curve.model}</b><br>sensitivity %{{y:.2f}}<br>specificity %{{text}}"
            "<br>cut-off %{customdata[1]:.3f}<extra></extra>"
        ),
    )
