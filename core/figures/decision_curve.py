"""Decision curves: net benefit against the threshold probability, one panel per cohort."""

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import Theme, model_colour, ordered_models, style
from core.figures.panels import Curve, band, cohort_panels, each_cohort, each_curve, legend_in_panel, spot
from core.figures.text import number

REFERENCES = {"all": "Treat all", "none": "Treat none"}


def decision_figure(
    decision: pd.DataFrame,
    sizes: pd.DataFrame,
    theme: Theme,
    reach: pd.DataFrame | None = None,
    at: pd.DataFrame | None = None,
    model: str = "",
    bands: pd.DataFrame | None = None,
) -> go.Figure:
    """Net benefit of the models beside treating all and treating none.

    Args:
        decision: [cohort, role, model, threshold, net_benefit]; model also "all" and "none".
        sizes: [cohort, n, positives].
        theme: light or dark.
        reach: [cohort, model, low, high]: a model's line is drawn over its patients' probabilities only.
        at: [cohort, role, threshold, net_benefit]: marks a chosen cut-off.
        model: whose cut-off it is.
        bands: [cohort, role, model, threshold, low, high] of the net benefit, over the same thresholds.
    """
    figure = cohort_panels(decision, sizes)
    for curve in each_curve(_within(bands, reach)) if bands is not None else ():
        colour = model_colour(curve.model, theme)
        figure.add_trace(band(curve.rows, "threshold", curve.model, colour), **curve.place)
    models = [m for m in decision["model"].unique() if m not in REFERENCES]
    order = [*REFERENCES, *reversed(ordered_models(models))]
    for curve in each_curve(_within(decision, reach), order):
        corner = {"x": 1.0, "y": 1.0, "xanchor": "right", "yanchor": "top", "traceorder": "reversed"}
        legend = legend_in_panel(figure, curve.column, **corner)
        figure.add_trace(_curve(curve, theme, legend), **curve.place)
    for column, _, rows in each_cohort(at) if at is not None else ():
        _mark(figure, column, rows.iloc[0], model, theme)
    top = float(decision.loc[decision["model"] == "all", "net_benefit"].max())
    right = 1.0 if reach is None else min(1.0, 0.03 + float(reach["high"].max()))
    figure.update_xaxes(title_text="Threshold probability of LNM", range=[0, right])
    figure.update_yaxes(range=[-0.12, 1.15 * top])
    figure.update_yaxes(title_text="Net benefit", row=1, col=1)
    return style(figure, theme, 400)


def _within(decision: pd.DataFrame, reach: pd.DataFrame | None) -> pd.DataFrame:
    """The thresholds that the patients' probabilities reach; all for the two references."""
    if reach is None:
        return decision
    ends = decision[["cohort", "model"]].merge(reach, how="left", on=["cohort", "model"])
    low, high = ends["low"].fillna(0).to_numpy(), ends["high"].fillna(1).to_numpy()
    return decision[(decision["threshold"] >= low) & (decision["threshold"] <= high)]


def _mark(figure: go.Figure, column: int, row: pd.Series, model: str, theme: Theme) -> None:
    """The cut-off: a rule over the height of the panel, and a point at its net benefit."""
    t, benefit = float(row["threshold"]), float(row["net_benefit"])
    figure.add_vline(x=t, line={"color": theme.quiet, "width": 1, "dash": "dot"}, row=1, col=column)
    text = f"{model} at {number(t, 3)}: net benefit {number(benefit, 3)}"
    figure.add_trace(spot(t, benefit, text, model_colour(model, theme), theme), row=1, col=column)


def _curve(curve: Curve, theme: Theme, legend: str) -> go.Scatter:
    rows, model = curve.rows.sort_values("threshold"), curve.model
    reference = model in REFERENCES
    line = (
        {"color": theme.quiet, "width": 1.2, "dash": "dot" if model == "none" else "solid"}
        if reference
        else curve.line(theme)
    )
    name = REFERENCES.get(model, model)
    return go.Scatter(
        x=rows["threshold"],
        y=rows["net_benefit"],
        mode="lines",
        name=name,
        legendgroup=name,
        legend=legend,
        line=line,
        hovertemplate=f"<b>{name}</b><br>threshold %{{x:.2f}}<br>net benefit %{{y:.3f}}<extra></extra>",
    )
