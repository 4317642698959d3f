"""What the cohorts hold: LNM counts, any clinical variable, and what of it is known."""

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import LNM, LNM_NAMES, ROLES, Theme, style, tint
from core.figures.panels import cohorts_of
from core.figures.text import measured, title

LEGEND = {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"}
SYMBOL = {"training": "circle-open", "validation": "circle"}


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
    figure.update_layout(legend={**LEGEND, "traceorder": "normal"})
    figure.update_xaxes(
        tickformat=".0%", range=[0, 1], dtick=0.25, title_text="Share of patients", showgrid=False
    )
    style(figure, theme, 120 + 66 * len(rows), top=30)
    figure.update_layout(margin_r=28)
    figure.update_yaxes(ticks="", showline=False, tickfont={"color": theme.ink, "size": 13})
    return figure


def numbers_figure(clinical: pd.DataFrame, column: str, theme: Theme) -> go.Figure:
    """A numeric variable of every patient by cohort and LNM, with box and median.

    Args:
        clinical: [patient, cohort, role, lnm, ``column``]; patients without a value are not drawn.
        column: the variable.
        theme: light or dark.
    """
    figure = go.Figure()
    known = clinical.dropna(subset=[column])
    cohorts = cohorts_of(known)
    for label in (0, 1):
        rows = known[known["lnm"] == label]
        figure.add_trace(
            go.Box(
                x=[f"<b>{c}</b>" for c in rows["cohort"]], y=rows[column],
                ids=rows["patient"], boxpoints="all", jitter=0.6, pointpos=0,
                name=f"{LNM_NAMES[label]}, n = {len(rows)}", offsetgroup=str(label), legendgroup=str(label),
                line={"color": LNM[label], "width": 1.2}, fillcolor=tint(LNM[label], 0.12),
                marker={"color": LNM[label], "size": 5.5, "opacity": 0.8},
                hovertemplate=f"%{{id}}<br>{measured(column)} %{{y}}<extra></extra>",
            )
        )  # fmt: skip
    names = [f"<b>{c}</b>" for c, _ in cohorts]
    ticks = [f"<b>{c}</b><br>{role}, n = {(known['cohort'] == c).sum()}" for c, role in cohorts]
    figure.update_layout(boxmode="group", boxgap=0.25, legend=LEGEND)
    figure.update_yaxes(title_text=measured(column))
    figure.update_xaxes(categoryorder="array", categoryarray=names, tickvals=names, ticktext=ticks)
    style(figure, theme, 330, top=30)
    figure.update_xaxes(tickfont={"color": theme.ink, "size": 12.5}, ticks="")
    return figure


def categories_figure(shares: pd.DataFrame, column: str, theme: Theme) -> go.Figure:
    """A categorical variable as stacked shares, one bar per cohort and LNM class.

    Args:
        shares: [cohort, role, lnm, level, count, n, share], n patients with a known value.
        column: the variable.
        theme: light or dark.
    """
    bars = shares[["cohort", "role", "lnm", "n"]].drop_duplicates().to_dict("records")
    bars.sort(key=lambda bar: (ROLES.index(bar["role"]), bar["cohort"], bar["lnm"]))
    place = {(bar["cohort"], bar["lnm"]): k for k, bar in enumerate(bars)}
    levels = sorted(shares["level"].unique())
    figure = go.Figure()
    for step, level in enumerate(levels):
        rows = shares[shares["level"] == level]
        opacity = 0.18 + 0.72 * step / max(len(levels) - 1, 1)
        figure.add_bar(
            y=[place[pair] for pair in zip(rows["cohort"], rows["lnm"], strict=True)], x=rows["share"],
            orientation="h", name=level, customdata=rows["count"], textposition="inside",
            text=[f"{c} ({100 * s:.0f}%)" for c, s in zip(rows["count"], rows["share"], strict=True)],
            insidetextanchor="middle", textangle=0, marker_color=tint(theme.accent, opacity),
            textfont={"color": "#ffffff" if opacity > 0.55 else theme.ink, "size": 12},
            hovertemplate=f"{title(column)} {level}: %{{customdata}} patients<extra></extra>",
        )  # fmt: skip
    ticks = [f"{bar['cohort']}, {_signed(bar['lnm'])}<br>n = {bar['n']}" for bar in bars]
    legend = {**LEGEND, "traceorder": "normal", "title": {"text": title(column)}}
    figure.update_layout(barmode="stack", bargap=0.3, legend=legend)
    figure.update_xaxes(
        tickformat=".0%", range=[0, 1], dtick=0.25, title_text="Share of patients", showgrid=False
    )
    figure.update_yaxes(
        tickvals=list(range(len(bars))), ticktext=ticks, range=[len(bars) - 0.5, -0.5], showgrid=False
    )
    style(figure, theme, max(330, 110 + 50 * len(bars)), top=34)
    figure.update_layout(margin_r=28, uniformtext={"minsize": 10, "mode": "hide"})
    figure.update_yaxes(ticks="", showline=False, tickfont={"color": theme.ink, "size": 12.5})
    return figure


def known_figure(known: pd.DataFrame, theme: Theme) -> go.Figure:
    """Share of patients with a known value: a row per variable, a dot per cohort.

    Args:
        known: [variable, cohort, role, n, known, share].
        theme: light or dark.
    """
    variables = list(dict.fromkeys(known["variable"]))
    figure = go.Figure()
    for cohort, role in cohorts_of(known):
        rows = known[known["cohort"] == cohort]
        figure.add_scatter(
            x=rows["share"], y=[variables.index(v) for v in rows["variable"]], mode="markers",
            name=f"{role} {cohort}, n = {rows['n'].max()}", customdata=rows[["known", "n"]].to_numpy(),
            marker={"symbol": SYMBOL[role], "size": 10, "color": theme.accent, "line_width": 2},
            hovertemplate="%{customdata[0]} of %{customdata[1]} known<extra></extra>",
        )  # fmt: skip
    least = min(0.9, float(known["share"].min()) - 0.03)
    figure.update_layout(legend=LEGEND)
    figure.update_xaxes(
        title_text="Patients with a known value", tickformat=".0%", range=[max(least, -0.03), 1.015]
    )
    figure.update_yaxes(
        tickvals=list(range(len(variables))), ticktext=[title(v) for v in variables],
        range=[len(variables) - 0.5, -0.5],
    )  # fmt: skip
    style(figure, theme, 100 + 30 * len(variables), top=30)
    figure.update_yaxes(ticks="", showline=False, tickfont={"color": theme.ink, "size": 13})
    return figure


def _signed(lnm: int) -> str:
    return f"<b style='color:{LNM[lnm]}'>LNM{'-+'[lnm]}</b>"
