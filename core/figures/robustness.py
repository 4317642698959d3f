"""Which features another contour changes: grades of the ICC by kind, and how far the contours agree."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.palette import Theme, style, tint

OPACITY = {"poor": 0.12, "moderate": 0.36, "good": 0.66, "excellent": 1.0}
LIMITS = {"poor": "below 0.5", "moderate": "0.5 to 0.75", "good": "0.75 to 0.9", "excellent": "0.9 or more"}
READINGS = {
    "eroded": "Contour moved in", "dilated": "Contour moved out", "shifted": "Mask shifted",
    "unsteady": "Unsteady contour",
}  # fmt: skip
MEASURES = {
    "dice": "Dice coefficient", "mean_mm": "Mean surface distance (mm)",
    "hausdorff95_mm": "95% Hausdorff distance (mm)",
}  # fmt: skip
HOVER = (
    "%{id}<br>Dice %{customdata[0]:.3f}<br>surface distance %{customdata[1]:.2f} mm, 95% Hausdorff "
    "%{customdata[2]:.1f} mm, largest %{customdata[3]:.1f} mm<extra></extra>"
)


def grades_figure(table: pd.DataFrame, theme: Theme, *, by: str, least: float | None = None) -> go.Figure:
    """Share of the features of each kind by grade of their ICC, the least reproducible kind first.

    Args:
        table: [icc, grade, and ``by``], a row per feature.
        theme: light or dark.
        by: column that makes the rows.
        least: ICC from which the study's selection keeps a feature: a tick in every row where they begin.
    """
    counts = pd.crosstab(table[by], table["grade"]).reindex(columns=list(OPACITY), fill_value=0)
    order = table.groupby(by)["icc"].median().sort_values(ascending=False).index  # drawn from below
    counts = counts.loc[order]
    sizes = counts.sum(axis=1)
    names = [f"<b>{kind}</b>, {n} features" for kind, n in sizes.items()]
    figure = go.Figure()
    for grade, opacity in OPACITY.items():
        figure.add_bar(
            y=names, x=counts[grade] / sizes, orientation="h", name=f"{grade}, ICC {LIMITS[grade]}",
            customdata=counts[grade], text=[str(c) if c else "" for c in counts[grade]],
            textposition="inside", insidetextanchor="middle", textangle=0,
            textfont={"color": "#ffffff" if opacity > 0.55 else theme.ink, "size": 12},
            marker={"color": tint(theme.accent, opacity), "line": {"color": theme.accent, "width": 0.5}},
            hovertemplate=f"%{{customdata}} {grade}<extra></extra>",
        )  # fmt: skip
    if least is not None:
        passing = (table["icc"] >= least).groupby(table[by]).sum().loc[order]
        tick = {"symbol": "line-ns", "size": 26, "line": {"color": theme.ink, "width": 3}}
        figure.add_scatter(
            y=names, x=1 - passing / sizes, mode="markers", marker=tick, customdata=passing,
            name=f"kept by the study from ICC {least:g}, to the right",
            hovertemplate="%{customdata} features with an ICC of at least " + f"{least:g}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(barmode="stack", bargap=0.3)
    figure.update_xaxes(tickformat=".0%", range=[0, 1], title_text="Share of features", showgrid=False)
    style(figure, theme, 110 + 38 * len(counts), top=34)
    figure.update_layout(
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"}
    )
    figure.update_layout(margin_r=28)
    return figure.update_yaxes(ticks="", showline=False, tickfont={"color": theme.ink, "size": 13})


def overlap_figure(overlap: pd.DataFrame, theme: Theme) -> go.Figure:
    """Dice of every perturbed mask with the drawn one, a point per patient.

    Args:
        overlap: [patient, reading, dice, mean_mm, hausdorff95_mm, hausdorff_mm].
        theme: light or dark.
    """
    figure = go.Figure()
    for reading, name in READINGS.items():
        rows = overlap[overlap["reading"] == reading]
        figure.add_trace(_box(rows, "dice", f"{name}<br>n = {len(rows)}", theme))
    figure.update_yaxes(title_text="Dice with the drawn mask", range=[None, 1.01])
    return _boxes(figure, theme)


def readers_figure(overlap: pd.DataFrame, theme: Theme) -> go.Figure:
    """Dice and surface distances of two readers' masks, a panel each, a point per patient.

    Args:
        overlap: [patient, dice, mean_mm, hausdorff95_mm, hausdorff_mm].
        theme: light or dark.
    """
    figure = make_subplots(rows=1, cols=len(MEASURES), horizontal_spacing=0.1)
    for column, (measure, name) in enumerate(MEASURES.items(), start=1):
        figure.add_trace(_box(overlap, measure, f"n = {len(overlap)}", theme), row=1, col=column)
        limits = [None, 1.01] if measure == "dice" else [0, None]
        figure.update_yaxes(title_text=name, range=limits, row=1, col=column)
    return _boxes(figure, theme)


def _box(rows: pd.DataFrame, measure: str, name: str, theme: Theme) -> go.Box:
    return go.Box(
        y=rows[measure], name=name, ids=rows["patient"], boxpoints="all", jitter=0.5, pointpos=0,
        line={"color": theme.accent, "width": 1.2}, fillcolor=tint(theme.accent, 0.12),
        marker={"size": 5.5, "opacity": 0.8}, hovertemplate=HOVER,
        customdata=rows[["dice", "mean_mm", "hausdorff95_mm", "hausdorff_mm"]],
    )  # fmt: skip


def _boxes(figure: go.Figure, theme: Theme) -> go.Figure:
    figure.update_layout(showlegend=False)
    style(figure, theme, 340, top=20)
    return figure.update_xaxes(ticks="", tickfont={"color": theme.ink, "size": 12.5})
