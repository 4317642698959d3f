"""Published values beside a study's: one panel per metric, one row per model."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.palette import Theme, model_colour, ordered_models, style
from core.figures.panels import Cohort, each_cohort
from core.figures.text import estimate, number

SHIFT = 0.16


def published_figure(table: pd.DataFrame, theme: Theme) -> go.Figure:
    """Paper hollow above, study filled with 95% CI below; a row of panels per cohort.

    Args:
        table: [cohort, role, n, positives, model, metric, paper, paper_low, paper_high, paper_n, study,
            study_low, study_high].
        theme: light or dark.
    """
    metrics, models = list(dict.fromkeys(table["metric"])), ordered_models(list(table["model"]))[::-1]
    count = table["cohort"].nunique()
    figure = make_subplots(
        rows=count, cols=len(metrics), shared_yaxes=True, shared_xaxes=True, horizontal_spacing=0.02,
        vertical_spacing=0.14, subplot_titles=[f"<b>{m}</b>" for m in metrics],
    )  # fmt: skip
    figure.update_annotations(font={"size": 13.5})
    for row, cohort, rows in each_cohort(table):
        _name(figure, row, cohort, rows)
        for column, metric in enumerate(metrics, start=1):
            panel = rows[rows["metric"] == metric].set_index("model").reindex(models)
            for source in ("paper", "study"):
                dots = _dots(panel, source, theme).update(showlegend=False)
                figure.add_trace(dots, row=row, col=column)
    _legend(figure, theme)
    least = min(0.45, float(table[["paper", "study_low"]].min().min()) - 0.02)
    figure.update_xaxes(range=[least, 1.03], tickvals=[0, 0.5, 1], tickangle=0)
    names = [f"<b>{m}</b>" if m == "DLRN" else m for m in models]
    figure.update_yaxes(tickvals=list(range(len(models))), ticktext=names, range=[-0.5, len(models) - 0.4])
    style(figure, theme, 90 + 250 * count, top=96)
    figure.update_yaxes(ticks="", showline=False, showgrid=False, tickfont={"color": theme.ink, "size": 13})
    return figure


def _dots(panel: pd.DataFrame, source: str, theme: Theme) -> go.Scatter:
    colours = [model_colour(str(m), theme) for m in panel.index]
    place = SHIFT if source == "paper" else -SHIFT
    value, low, high = (panel[f"{source}{end}"] for end in ("", "_low", "_high"))
    said = [
        f"{m}, {source}: {estimate(v, a, b)}"
        for m, v, a, b in zip(panel.index, value, low, high, strict=True)
    ]
    return go.Scatter(
        x=value, y=[i + place for i in range(len(panel))], mode="markers", name=source,
        text=said, hovertemplate="%{text}<extra></extra>",
        error_x={
            "array": high - value, "arrayminus": value - low, "color": theme.quiet, "thickness": 1.3,
            "width": 3,
        },
        marker={
            "size": 9, "color": colours, "symbol": "circle-open" if source == "paper" else "circle",
            "line": {"width": 2, "color": colours},
        },
    )  # fmt: skip


def _legend(figure: go.Figure, theme: Theme) -> None:
    """Hollow and filled, in no model's colour."""
    for name, symbol in (("Liu et al. 2024", "circle-open"), ("this study, 95% CI", "circle")):
        marker = {
            "size": 9,
            "symbol": symbol,
            "color": theme.quiet,
            "line": {"width": 2, "color": theme.quiet},
        }
        figure.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=name, row=1, col=1)
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.0, "yref": "container", "yanchor": "top"})


def _name(figure: go.Figure, row: int, cohort: Cohort, rows: pd.DataFrame) -> None:
    """Which cohort the row of panels is, above it on the left."""
    name, role = cohort
    first = rows.iloc[0]
    paper = f", paper n = {number(first['paper_n'], 0)}" if first["paper_n"] == first["paper_n"] else ""
    text = f"<b>{role.capitalize()}</b> {name}, n = {first['n']}, {first['positives']} LNM positive{paper}"
    top = figure.get_subplot(row, 1).yaxis.domain[1]
    figure.add_annotation(
        text=text, xref="paper", yref="paper", x=0, y=top, yshift=20 if row > 1 else 38, xanchor="left",
        yanchor="bottom" if row == 1 else "middle", showarrow=False, font={"size": 13.5},
    )  # fmt: skip
