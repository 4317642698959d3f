"""Headline AUCs: one row per model, one dot with its 95% CI per cohort."""

import pandas as pd
import plotly.graph_objects as go

from core.families import DLRN
from core.figures.palette import Theme, model_colour, ordered_models, style
from core.figures.panels import Cohort, cohorts_of
from core.figures.rows import chance, name_rows
from core.figures.text import estimate

STEP = 0.34
SYMBOL = {"training": "circle-open", "validation": "circle"}


def auc_forest(metrics: pd.DataFrame, theme: Theme) -> go.Figure:
    """AUC (95% CI) of every model: training open, validation filled.

    Args:
        metrics: [cohort, role, model, n, positives, auc, auc_low, auc_high].
        theme: light or dark.
    """
    figure = go.Figure()
    models = ordered_models(list(metrics["model"]))[::-1]
    cohorts = cohorts_of(metrics)
    for place, cohort in enumerate(cohorts):
        rows = metrics[metrics["cohort"] == cohort[0]].set_index("model").reindex(models)
        shift = ((len(cohorts) - 1) / 2 - place) * STEP * 2 / max(len(cohorts), 2)
        rows = rows.assign(y=[i + shift for i in range(len(rows))])
        figure.add_trace(_dots(rows, cohort, theme))
        _labels(figure, rows)
    low = min(0.45, float(metrics["auc_low"].min()) - 0.02)
    chance(figure, theme)
    figure.update_xaxes(title_text="AUC (95% CI)", range=[low, 1.01], tickformat=".1f", domain=[0, 0.82])
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"})
    style(figure, theme, 90 + 62 * len(models), top=30)
    return name_rows(figure, [f"<b>{m}</b>" if m == DLRN else m for m in models], theme)


def _dots(rows: pd.DataFrame, cohort: Cohort, theme: Theme) -> go.Scatter:
    name, role = cohort
    colours = [model_colour(m, theme) for m in rows.index]
    n, positives = int(rows["n"].max()), int(rows["positives"].max())
    return go.Scatter(
        x=rows["auc"],
        y=rows["y"],
        customdata=rows[["auc_low", "auc_high"]].to_numpy(),
        text=list(rows.index),
        mode="markers",
        name=f"{role} {name} (n = {n}, {positives} positive)",
        marker={
            "symbol": SYMBOL[role],
            "size": 11,
            "color": colours,
            "line": {"width": 2.2, "color": colours},
        },
        error_x={
            "array": rows["auc_high"] - rows["auc"],
            "arrayminus": rows["auc"] - rows["auc_low"],
            "color": theme.quiet,
            "thickness": 1.4,
            "width": 4,
        },
        hovertemplate=(
            f"<b>%{{text}}</b>, {role}<br>AUC %{{x:.2f}}"
            " (%{customdata[0]:.2f}-%{customdata[1]:.2f})<extra></extra>"
        ),
    )


def _labels(figure: go.Figure, rows: pd.DataFrame) -> None:
    for row in rows.to_dict("records"):
        figure.add_annotation(
            x=0.84,
            xref="paper",
            xanchor="left",
            y=row["y"],
            text=estimate(row["auc"], row["auc_low"], row["auc_high"]),
            showarrow=False,
        )
