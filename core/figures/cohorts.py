"""What the cohorts hold: LNM counts and age."""

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import LNM, LNM_NAMES, Theme, style, tint


def label_figure(lnm: pd.DataFrame, theme: Theme) -> go.Figure:
    """LNM negative and positive of each cohort as one bar of its patients.

    Args:
        lnm: [cohort, role, n, positives, share].
        theme: light or dark.
    """
    rows = lnm.sort_values("role", ascending=False)
    names = [f"<b>{r.cohort}</b><br>{r.role}, n = {r.n}" for r in rows.itertuples()]
    figure = go.Figure()
    for label in (0, 1):
        counts = rows["positives"] if label else rows["n"] - rows["positives"]
        shares = counts / rows["n"]
        figure.add_bar(
            y=names, x=shares, orientation="h", name=LNM_NAMES[label], customdata=counts,
            textposition="inside",
            text=[f"{c} ({100 * s:.1f}%)" for c, s in zip(counts, shares, strict=True)],
            insidetextanchor="middle", textfont={"color": "#ffffff", "size": 13}, marker_color=LNM[label],
            hovertemplate="%{customdata} patients<extra></extra>",
        )  # fmt: skip
    figure.update_layout(barmode="stack", bargap=0.35)
    figure.update_layout(
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"}
    )
    figure.update_xaxes(
        tickformat=".0%", range=[0, 1], dtick=0.25, title_text="Share of patients", showgrid=False
    )
    style(figure, theme, 120 + 66 * len(rows), top=30)
    figure.update_layout(margin_r=28)
    figure.update_yaxes(ticks="", showline=False, tickfont={"color": theme.ink, "size": 13})
    return figure


def age_figure(clinical: pd.DataFrame, theme: Theme) -> go.Figure:
    """Age of every patient by cohort and LNM, with box and median.

    Args:
        clinical: [cohort, role, lnm, age (years)].
        theme: light or dark.
    """
    figure = go.Figure()
    known = clinical.dropna(subset=["age"])
    cohorts = known.sort_values("role")[["cohort", "role"]].drop_duplicates()
    for label in (0, 1):
        rows = known[known["lnm"] == label]
        figure.add_trace(
            go.Box(
                x=[f"<b>{c}</b>" for c in rows["cohort"]], y=rows["age"],
                boxpoints="all", jitter=0.6, pointpos=0,
                name=LNM_NAMES[label], offsetgroup=str(label), legendgroup=str(label),
                line={"color": LNM[label], "width": 1.2}, fillcolor=tint(LNM[label], 0.12),
                marker={"color": LNM[label], "size": 5.5, "opacity": 0.8},
                hovertemplate="%{y} years<extra></extra>",
            )
        )  # fmt: skip
    names = [f"<b>{c}</b>" for c in cohorts["cohort"]]
    ticks = [
        f"<b>{c.cohort}</b><br>{c.role}, n = {(known['cohort'] == c.cohort).sum()}"
        for c in cohorts.itertuples()
    ]
    figure.update_layout(boxmode="group", boxgap=0.25)
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"})
    figure.update_yaxes(title_text="Age (years)")
    figure.update_xaxes(categoryorder="array", categoryarray=names, tickvals=names, ticktext=ticks)
    style(figure, theme, 330, top=30)
    figure.update_xaxes(tickfont={"color": theme.ink, "size": 12.5}, ticks="")
    return figure
