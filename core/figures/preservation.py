"""Preservation of modules in a second cohort: Zsummary and median rank against module size."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.module_colours import module_colour
from core.figures.palette import Theme, style
from core.figures.text import number

TITLES = ["Zsummary", "Median rank"]
TICKS = [step * 10**power for power in range(5) for step in (1, 2, 5)]  # genes


def preservation_figure(
    table: pd.DataFrame, chosen: str, limits: tuple[float, float], theme: Theme
) -> go.Figure:
    """Zsummary and median rank of every module by its genes; a click on a module gives it as ``customdata``.

    Args:
        table: [module, genes, z_summary, median_rank, verdict].
        chosen: module that is outlined.
        limits: Zsummary below which there is no, and above which there is strong evidence.
        theme: light or dark.
    """
    titles = [f"{title}, n = {len(table)} modules" for title in TITLES]
    figure = make_subplots(rows=1, cols=2, subplot_titles=titles, horizontal_spacing=0.1)
    for column, name in enumerate(("z_summary", "median_rank"), start=1):
        figure.add_trace(_points(table, name, chosen, theme), row=1, col=column)
    for limit, said in zip(limits, ("no evidence below", "strong evidence above"), strict=True):
        figure.add_hline(y=limit, line={"color": theme.quiet, "width": 1, "dash": "dash"}, row=1, col=1)
        figure.add_annotation(
            x=1, xref="x domain", y=limit, yanchor="bottom", xanchor="right", text=f"{said} {limit:g}",
            showarrow=False, font={"color": theme.quiet, "size": 12}, row=1, col=1,
        )  # fmt: skip
    title = "Genes that both cohorts have (log)"
    figure.update_xaxes(title_text=title, type="log", tickvals=TICKS, ticktext=[f"{k:,}" for k in TICKS])
    figure.update_yaxes(title_text="Zsummary", row=1, col=1)
    figure.update_yaxes(title_text="Median rank (1: best preserved)", autorange="reversed", row=1, col=2)
    figure.update_annotations(selector={"yref": "paper"}, font={"size": 13.5})
    return style(figure, theme, 420, top=30)


def _points(table: pd.DataFrame, name: str, chosen: str, theme: Theme) -> go.Scatter:
    picked = table["module"] == chosen
    said = [
        f"<b>{r.module}</b>, {r.genes:,} genes<br>Zsummary {number(r.z_summary, 1)}: {r.verdict}"
        f"<br>median rank {number(r.median_rank, 1)}"
        for r in table.itertuples()
    ]
    return go.Scatter(
        x=table["genes"], y=table[name], customdata=table["module"], mode="markers+text",
        text=[m if m == chosen else "" for m in table["module"]], textposition="top center",
        textfont={"color": theme.ink, "size": 12}, hovertext=said,
        hovertemplate="%{hovertext}<extra></extra>", showlegend=False,
        marker={
            "size": 13, "opacity": 1, "color": [module_colour(m) for m in table["module"]],
            "line": {
                "color": [theme.accent if one else theme.quiet for one in picked],
                "width": [3.5 if one else 0.8 for one in picked],
            },
        },
        unselected={"marker": {"opacity": 1}, "textfont": {"color": theme.ink}},
    )  # fmt: skip
