"""What the checks of a cohort found: patients by outcome, patients by check."""

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import Theme, style, tint
from core.figures.panels import cohorts_of

SIDES = {"left_out": "left out", "kept": "kept, with a warning"}
LEGEND = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"}


def outcomes_figure(patients: pd.DataFrame, theme: Theme) -> go.Figure:
    """Patients of each cohort that passed every check, were kept with a warning, were left out.

    Args:
        patients: [cohort, role, outcome], outcome "sound", "kept" or "left out".
        theme: light or dark.
    """
    cohorts = cohorts_of(patients)[::-1]
    by = patients.groupby(["cohort", "outcome"]).size()
    sizes = patients["cohort"].value_counts()
    names = [f"<b>{cohort}</b><br>{role}, n = {sizes[cohort]}" for cohort, role in cohorts]
    looks = {
        "sound": ("passed every check", tint(theme.accent, 0.28), theme.ink),
        "kept": (SIDES["kept"], theme.accent, "#ffffff"),
        "left out": (SIDES["left_out"], theme.ink, theme.paper),
    }
    figure = go.Figure()
    for outcome, (name, colour, letters) in looks.items():
        counts = [int(by.get((cohort, outcome), 0)) for cohort, _ in cohorts]
        figure.add_bar(
            x=counts, y=names, orientation="h", name=name, marker_color=colour, textposition="inside",
            text=[str(k) if k else "" for k in counts], insidetextanchor="middle", textangle=0,
            textfont={"color": letters, "size": 13}, hovertemplate=f"%{{x}} {name}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(barmode="stack", bargap=0.35, legend=LEGEND)
    figure.update_xaxes(title_text="Patients", rangemode="tozero", showgrid=False)
    style(figure, theme, 112 + 56 * len(cohorts), top=34)
    figure.update_yaxes(ticks="", showline=False, tickfont={"color": theme.ink, "size": 13})
    return figure


def checks_figure(counts: pd.DataFrame, n: int, theme: Theme) -> go.Figure:
    """Patients by check as bars, the most frequent on top; a click on a bar names its code.

    Args:
        counts: [code, asks, left_out, kept], rows without any patient are not drawn.
        n: patients that were checked.
        theme: light or dark.
    """
    found = counts.assign(all=counts["left_out"] + counts["kept"]).query("all > 0")
    rows = found.sort_values(["all", "code"], ascending=[True, False], kind="stable")
    names = [f"<b>{r.code}</b>  {r.asks}" for r in rows.itertuples()]
    colours = {"left_out": theme.ink, "kept": theme.accent}
    figure = go.Figure()
    for side, name in SIDES.items():
        figure.add_bar(
            x=rows[side], y=names, orientation="h", name=name, marker_color=colours[side],
            customdata=rows["code"], text=[str(k) if k else "" for k in rows[side]],
            textposition="outside" if (rows[["left_out", "kept"]] > 0).sum(axis=1).max() < 2 else "auto",
            cliponaxis=False, hovertemplate=f"%{{y}}<br>%{{x}} of {n} patients {name}<extra></extra>",
        )  # fmt: skip
    most = int(rows["all"].max()) if len(rows) else 1
    figure.update_xaxes(
        title_text=f"Patients (of n = {n})", range=[0, 1.06 * most], dtick=max(1, -(-most // 8))
    )
    figure.update_layout(barmode="stack", bargap=0.3, legend=LEGEND)
    style(figure, theme, 112 + 30 * len(rows), top=34)
    figure.update_yaxes(ticks="", showline=False, showgrid=False, tickfont={"color": theme.ink, "size": 13})
    return figure
