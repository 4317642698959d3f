"""One patient among the others: signatures, genes, module and pathway scores."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import LNM, LNM_NAMES, Theme, style, tint
from core.figures.panels import cohort_panels, cohorts_of
from core.figures.text import number

ROW, STEP = 46, 19
TICK = 0.21  # of a row, half a tick's height
LEGEND = {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "top", "yref": "container"}


def signatures_figure(predictions: pd.DataFrame, risk: pd.DataFrame, patient: str, theme: Theme) -> go.Figure:
    """Signatures of all patients, cohort by cohort; the patient and the training medians are marked.

    Args:
        predictions: [patient, cohort, role, lnm, and a column per model], probabilities.
        risk: [model, value, median]: the patient's, and the training median that splits the risk groups.
        patient: code.
        theme: light or dark.
    """
    sizes = predictions.groupby("cohort")["lnm"].agg(n="size", positives="sum").reset_index()
    figure = cohort_panels(predictions, sizes, shared_yaxes=True, horizontal_spacing=0.04)
    models = list(risk["model"])
    for column, (cohort, _) in enumerate(cohorts_of(predictions), start=1):
        rows, place = predictions[predictions["cohort"] == cohort], {"row": 1, "col": column}
        figure.add_traces(_strips(rows, models, legend=column == 1), rows=1, cols=column)
        figure.add_trace(_medians(risk, theme, legend=column == 1), **place)
        if patient in set(rows["patient"]):
            figure.add_trace(_marked(list(risk["value"]), models, patient, theme), **place)
    figure.update_xaxes(title_text="Probability of LNM", range=[-0.02, 1.02])
    return _finish(figure, models, theme)


def genes_figure(values: pd.DataFrame, genes: Sequence[str], patient: str, theme: Theme) -> go.Figure:
    """Expression of some genes in all patients; the patient is marked.

    Args:
        values: [patient, lnm, and a column per gene], log2 expression.
        genes: to draw, from the top.
        patient: code.
        theme: light or dark.
    """
    own = values.set_index("patient").loc[patient]
    figure = go.Figure(_strips(values, genes, legend=True))
    figure.add_trace(_marked([float(own[g]) for g in genes], list(genes), patient, theme))
    figure.update_xaxes(title_text=f"Expression (log2), n = {len(values)}")
    return _finish(figure, list(genes), theme)


def standing_figure(
    standing: pd.DataFrame, others: pd.DataFrame, theme: Theme, colours: Mapping[str, str] | None = None
) -> go.Figure:
    """Scores of a patient among all patients, one row per score, highest first.

    Args:
        standing: [name, z, rank, n]; rank n is the highest.
        others: patients x names, the same scores in standard deviations.
        theme: light or dark.
        colours: of the dots, by name; the accent for all without it.
    """
    names = list(standing["name"])
    y = list(range(len(names)))
    figure = go.Figure()
    ranks = [f"{row.rank:g} of {row.n}" for row in standing[["rank", "n"]].itertuples(name="Row")]
    figure.add_scatter(
        x=standing["z"], y=y, mode="markers", customdata=ranks, text=names, name="this patient",
        marker={
            "size": 11, "color": [(colours or {}).get(n, theme.accent) for n in names],
            "line": {"color": theme.ink, "width": 1.3},
        },
        hovertemplate="<b>%{text}</b><br>%{x:.2f} SD, rank %{customdata}<extra></extra>", showlegend=False,
    )  # fmt: skip
    zero = {"type": "line", "x0": 0, "x1": 0, "y0": -0.6, "y1": len(y) - 0.4, "layer": "below"}
    zero["line"] = {"color": theme.quiet, "width": 1, "dash": "dot"}
    figure.update_layout(shapes=[zero, _ticks(others[names], theme)])
    figure.update_xaxes(title_text="SD from the patients' mean")
    labels = [
        f"{name} <span style='color:{theme.quiet}'>{rank}</span>"
        for name, rank in zip(names, ranks, strict=True)
    ]
    figure.update_yaxes(tickvals=y, ticktext=labels, range=[len(y) - 0.4, -0.6], showgrid=False)
    style(figure, theme, 70 + STEP * len(names), top=8)
    figure.update_yaxes(ticks="", showline=False, tickfont={"color": theme.ink, "size": 12})
    return figure


def _ticks(others: pd.DataFrame, theme: Theme) -> dict[str, Any]:
    """An upright line per patient and row, as one path: thousands of markers take a second to draw."""
    lines = [
        f"M{x:.3f},{row - TICK}V{row + TICK}"
        for row, name in enumerate(others)
        for x in others[name].dropna()
    ]  # fmt: skip
    line = {"color": tint(theme.quiet, 0.35), "width": 1}
    return {"type": "path", "path": "".join(lines), "line": line, "layer": "below", "name": "all patients"}


def _strips(rows: pd.DataFrame, names: Sequence[str], *, legend: bool) -> list[go.Box]:
    """One point per patient and name, by LNM; boxes without a box."""
    clear = "rgba(0,0,0,0)"
    found = []
    for label in (0, 1):
        part = rows[rows["lnm"] == label]
        found.append(
            go.Box(
                x=[v for name in names for v in part[name]], y=[n for n in names for _ in range(len(part))],
                ids=[*part["patient"]] * len(names), orientation="h", boxpoints="all", jitter=0.7, pointpos=0,
                fillcolor=clear, line={"color": clear}, offsetgroup=str(label), showlegend=legend,
                name=LNM_NAMES[label], legendgroup=str(label),
                marker={"color": LNM[label], "size": 5, "opacity": 0.6},
                hovertemplate="%{id}: %{x:.2f}<extra></extra>",
            )
        )  # fmt: skip
    return found


def _medians(risk: pd.DataFrame, theme: Theme, *, legend: bool) -> go.Scatter:
    return go.Scatter(
        x=risk["median"], y=risk["model"], mode="markers", name="training median", showlegend=legend,
        marker={"symbol": "line-ns", "size": 34, "line": {"color": theme.quiet, "width": 1.6}},
        hovertemplate="training median %{x:.2f}<extra></extra>",
    )  # fmt: skip


def _marked(values: Sequence[float], names: Sequence[str], patient: str, theme: Theme) -> go.Scatter:
    return go.Scatter(
        x=values, y=names, mode="markers", name=patient, text=[number(v) for v in values],
        marker={
            "symbol": "diamond", "size": 14, "color": theme.accent,
            "line": {"color": theme.paper, "width": 1.5},
        },
        hovertemplate=f"<b>{patient}</b>: %{{text}}<extra></extra>",
    )  # fmt: skip


def _finish(figure: go.Figure, names: list[str], theme: Theme) -> go.Figure:
    figure.update_layout(boxmode="group", boxgap=0.15, legend=LEGEND)
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], showgrid=False)
    style(figure, theme, 110 + ROW * len(names), top=64)
    figure.update_yaxes(ticks="", showline=False, tickfont={"color": theme.ink, "size": 13})
    return figure
