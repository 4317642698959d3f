"""The signatures patient by patient: by LNM, and against each other."""

from itertools import product

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.palette import LNM, LNM_NAMES, Theme, style, tint
from core.figures.panels import cohort_panels, cohorts_of, each_cohort
from core.figures.text import estimate, p_value

BESIDE = 3  # panels


def signatures_figure(predictions: pd.DataFrame, tests: pd.DataFrame, theme: Theme) -> go.Figure:
    """Probability of every patient and model by LNM, with box and Mann-Whitney P, one panel per cohort.

    Args:
        predictions: [patient, cohort, role, lnm, one probability per model].
        tests: [cohort, role, model, n, positives, p]; its models are drawn, in its order.
        theme: light or dark.
    """
    figure = cohort_panels(predictions, tests, horizontal_spacing=0.05, shared_yaxes=True)
    models = list(dict.fromkeys(tests["model"]))
    for column, (cohort, _), rows in each_cohort(predictions):
        for lnm in (0, 1):
            box = _box(rows[rows["lnm"] == lnm], models, lnm).update(showlegend=column == 1)
            figure.add_trace(box, row=1, col=column)
        for model, p in tests.loc[tests["cohort"] == cohort, ["model", "p"]].itertuples(index=False):
            figure.add_annotation(
                x=model, y=1.045, text=p_value(p), showarrow=False, row=1, col=column,
                font={"color": theme.ink, "size": 12.5},
            )  # fmt: skip
    figure.update_layout(boxmode="group", boxgap=0.25, boxgroupgap=0.12)
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.1, "yanchor": "bottom"})
    figure.update_yaxes(range=[-0.02, 1.09], tickvals=[0, 0.25, 0.5, 0.75, 1])
    figure.update_yaxes(title_text="Probability of LNM", row=1, col=1)
    style(figure, theme, 500, top=70)
    figure.update_xaxes(tickfont={"color": theme.ink, "size": 13}, ticks="", showgrid=False)
    return figure


def _box(rows: pd.DataFrame, models: list[str], lnm: int) -> go.Box:
    return go.Box(
        x=[m for m in models for _ in range(len(rows))],
        y=[float(p) for m in models for p in rows[m]],
        ids=[code for _ in models for code in rows["patient"]],
        boxpoints="all", jitter=0.7, pointpos=0, name=LNM_NAMES[lnm], offsetgroup=str(lnm),
        legendgroup=str(lnm), line={"color": LNM[lnm], "width": 1.2}, fillcolor=tint(LNM[lnm], 0.12),
        marker={"color": LNM[lnm], "size": 5.5, "opacity": 0.75},
        hovertemplate="%{id}<br>%{x} %{y:.2f}<extra></extra>",
    )  # fmt: skip


def correlation_figure(predictions: pd.DataFrame, correlations: pd.DataFrame, theme: Theme) -> go.Figure:
    """Two models against each other, patient by patient, with r (95% CI): a row or two per cohort.

    Args:
        predictions: [patient, cohort, role, lnm, one probability per model].
        correlations: [cohort, role, x, y, n, r, low, high, p, slope, intercept]; its pairs are drawn.
        theme: light or dark.
    """
    pairs = list(dict.fromkeys(zip(correlations["x"], correlations["y"], strict=True)))
    cohorts, columns = cohorts_of(correlations), min(len(pairs), BESIDE)
    each = -(-len(pairs) // columns)  # rows of a cohort
    rows = each * len(cohorts)
    figure = make_subplots(
        rows=rows, cols=columns, horizontal_spacing=0.07, vertical_spacing=0.4 / rows,
        subplot_titles=[
            _title(correlations, c, p) if p else ""
            for c, _ in cohorts for p in [*pairs, *[None] * (each * columns - len(pairs))]
        ],
    )  # fmt: skip
    figure.update_annotations(font={"size": 13})
    for (k, (cohort, _)), (i, pair) in product(enumerate(cohorts), enumerate(pairs)):
        place = {"row": each * k + i // columns + 1, "col": i % columns + 1}
        patients = predictions[predictions["cohort"] == cohort]
        _pair(figure, patients, _of(correlations, cohort, pair), theme, place)
    figure.update_traces(showlegend=False, selector=lambda trace: trace.xaxis != "x")
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.04 + 0.08 / rows, "yanchor": "bottom"})
    return style(figure, theme, 60 + 320 * rows, top=76)


def _pair(
    figure: go.Figure, patients: pd.DataFrame, row: pd.Series, theme: Theme, place: dict[str, int]
) -> None:
    """One panel: the patients of a cohort by two models."""
    figure.add_trace(_line(patients, row, theme), **place)
    for lnm in (0, 1):
        figure.add_trace(_points(patients[patients["lnm"] == lnm], row["x"], row["y"], lnm), **place)
    figure.update_xaxes(title_text=row["x"], **place)
    figure.update_yaxes(title_text=row["y"], **place)


def _of(correlations: pd.DataFrame, cohort: str, pair: tuple[str, str]) -> pd.Series:
    chosen = (
        (correlations["cohort"] == cohort) & (correlations["x"] == pair[0]) & (correlations["y"] == pair[1])
    )
    return correlations[chosen].iloc[0]


def _title(correlations: pd.DataFrame, cohort: str, pair: tuple[str, str]) -> str:
    row = _of(correlations, cohort, pair)
    r = estimate(row["r"], row["low"], row["high"])
    return f"<b>{str(row['role']).capitalize()}</b>, n = {row['n']}<br>r = {r}, {p_value(row['p'])}"


def _line(patients: pd.DataFrame, row: pd.Series, theme: Theme) -> go.Scatter:
    """The least-squares line over the patients; nothing where there is none."""
    ends = [float(patients[row["x"]].min()), float(patients[row["x"]].max())]
    return go.Scatter(
        x=ends, y=[row["intercept"] + row["slope"] * x for x in ends], mode="lines", hoverinfo="skip",
        line={"color": theme.quiet, "width": 1.2}, showlegend=False, name="least squares",
    )  # fmt: skip


def _points(rows: pd.DataFrame, x: str, y: str, lnm: int) -> go.Scatter:
    return go.Scatter(
        x=rows[x], y=rows[y], ids=rows["patient"], mode="markers", name=LNM_NAMES[lnm],
        legendgroup=str(lnm), marker={"color": LNM[lnm], "size": 7, "opacity": 0.75},
        hovertemplate=f"%{{id}}<br>{x} %{{x:.2f}}, {y} %{{y:.2f}}<extra></extra>",
    )  # fmt: skip
