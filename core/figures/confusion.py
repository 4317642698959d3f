"""Confusion matrices at a cut-off, one panel per cohort."""

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import LNM, Theme, style, tint
from core.figures.panels import cohort_panels, each_cohort

# Count, x (called positive, negative), y (LNM positive, negative), what it is, whether the call is right.
CELLS = (
    ("tp", 0, 0, "true positive", True), ("fn", 1, 0, "false negative", False),
    ("fp", 0, 1, "false positive", False), ("tn", 1, 1, "true negative", True),
)  # fmt: skip


def confusion_figure(at: pd.DataFrame, theme: Theme) -> go.Figure:
    """Four counts per cohort; right calls filled in the colour of the label, wrong ones dotted outlines.

    Args:
        at: [cohort, role, n, positives, tp, fp, tn, fn], one row per cohort.
        theme: light or dark.
    """
    figure = cohort_panels(at, at, horizontal_spacing=0.14)
    for column, (cohort, role), rows in each_cohort(at):
        n, positives = int(rows["n"].iloc[0]), int(rows["positives"].iloc[0])
        # The rows say how many are positive: a short title fits a narrow panel.
        figure.layout.annotations[column - 1].text = f"<b>{role.capitalize()}</b> {cohort}, n = {n}"
        rows_are = [f"LNM +<br>n = {positives}", f"LNM -<br>n = {n - positives}"]
        figure.update_yaxes(ticktext=rows_are, row=1, col=column)
        for cell in CELLS:
            _cell(figure, column, rows.iloc[0], cell, theme)
    names = {"tickvals": [0, 1], "showgrid": False, "constrain": "domain"}
    figure.update_xaxes(ticktext=["called +", "called -"], range=[-0.5, 1.5], **names)
    figure.update_yaxes(range=[1.5, -0.5], **names)
    style(figure, theme, 210)
    figure.update_xaxes(showline=False, ticks="", side="bottom", tickfont={"color": theme.ink})
    figure.update_yaxes(showline=False, ticks="", tickfont={"color": theme.ink})
    return figure


def _cell(
    figure: go.Figure, column: int, row: pd.Series, cell: tuple[str, int, int, str, bool], theme: Theme
) -> None:
    name, x, y, said, right = cell
    colour, count = LNM[1 - y], int(row[name])
    total = int(row["positives"]) if y == 0 else int(row["n"] - row["positives"])
    box = {"x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.46, "y1": y + 0.46}
    fill = tint(colour, 0.32) if right else "rgba(0,0,0,0)"
    line = {"color": colour, "width": 1 if right else 1.2, "dash": "solid" if right else "dot"}
    figure.add_shape(type="rect", **box, fillcolor=fill, line=line, row=1, col=column)
    figure.add_scatter(
        x=[x], y=[y], mode="text", text=[f"<b>{count}</b>"], textfont={"size": 20, "color": theme.ink},
        customdata=[count], name=name, showlegend=False, row=1, col=column,
        hovertemplate=f"{said}: {count} of {total}<extra></extra>",
    )  # fmt: skip
    figure.add_annotation(
        x=x, y=y + 0.3, text=said, font={"color": theme.quiet, "size": 11.5},
        showarrow=False, row=1, col=column,
    )  # fmt: skip
