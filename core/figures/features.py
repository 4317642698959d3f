"""Features that differ between two groups: all of them at once, and the patients behind one."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import LNM, LNM_NAMES, Theme, model_colour, series_colours, style, tint
from core.figures.text import number, p_number

_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star", "hexagon")
CIRCLES = ("circle",) * len(_SYMBOLS)
FADED, FULL = 0.35, 0.8


def rows_figure(
    table: pd.DataFrame, theme: Theme, *, by: str, groups: tuple[str, str], chosen: str = ""
) -> go.Figure:
    """Every feature by its effect (AUC), in a row of its kind; each a point that can be clicked.

    Args:
        table: [short, auc, p, q, and ``by``]; rows without P are not drawn.
        theme: light or dark.
        by: column that makes the rows: group (image type) or class.
        groups: names of the first and of the second group of patients.
        chosen: feature (its short name) with a ring.
    """
    known = table.dropna(subset=["p"])
    kinds = list(dict.fromkeys(known[by]))
    # Within a row in the order of the table, so that bands and classes lie together.
    within = known.groupby(by).cumcount() / known.groupby(by)[by].transform("size")
    rows = known.assign(y=known[by].map(kinds.index) - 0.4 + 0.8 * within)
    figure = go.Figure([t for kind in kinds for t in _kind(rows, by, kind, theme, CIRCLES)])
    sure = known["q"] < 0.05
    effects = known["auc"][sure]
    for side, edge in (("left", effects[effects < 0.5].max()), ("right", effects[effects > 0.5].min())):
        if np.isfinite(edge):
            figure.add_vline(
                x=edge, line={"color": theme.quiet, "width": 1, "dash": "dot"}, annotation_text="q = 0.05",
                annotation_position=f"top {side}", annotation_font={"color": theme.quiet, "size": 12},
                annotation_yanchor="bottom", annotation_xanchor="center",
            )  # fmt: skip
    ticks = [
        f"<b>{k or 'features'}</b><br>{int(sure[known[by] == k].sum())} of {(known[by] == k).sum()}"
        for k in kinds
    ]
    figure.update_yaxes(
        tickvals=list(range(len(kinds))), ticktext=ticks, range=[len(kinds) - 0.45, -0.55], showgrid=False
    )
    _finish(figure, rows, groups, theme, 90 + 54 * max(len(kinds), 4), chosen)
    figure.update_layout(showlegend=False, margin_t=30)
    figure.update_yaxes(showline=False, ticks="", tickfont={"color": theme.ink, "size": 12})
    return figure


def volcano_figure(
    table: pd.DataFrame, theme: Theme, *, by: str, groups: tuple[str, str], chosen: str = ""
) -> go.Figure:
    """Every feature by its effect (AUC) and its P; arguments as of ``rows_figure``, ``by`` for colours."""
    rows = table.dropna(subset=["p"]).assign(y=-np.log10(table["p"].clip(lower=1e-300)))
    figure = go.Figure([t for kind in dict.fromkeys(rows[by]) for t in _kind(rows, by, kind, theme)])
    found = rows[rows["q"] < 0.05]
    if len(found):
        line = {"color": theme.quiet, "width": 1, "dash": "dot"}
        figure.add_hline(
            y=found["y"].min(), line=line, annotation_text="q = 0.05", annotation_position="bottom left",
            annotation_font={"color": theme.quiet, "size": 12},
        )  # fmt: skip
    figure.update_yaxes(title_text="−log<sub>10</sub> P (Mann-Whitney)", rangemode="tozero")
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"})
    _finish(figure, rows, groups, theme, 520, chosen)
    figure.update_layout(legend_itemsizing="constant")
    several = rows[by].nunique() > 1
    figure.update_layout(showlegend=several, margin_t=60 if several else 30)
    return figure


def _finish(
    figure: go.Figure, rows: pd.DataFrame, groups: tuple[str, str], theme: Theme, height: int, chosen: str
) -> None:
    """The axis of the effect, and the chosen feature."""
    figure.add_vline(x=0.5, line={"color": theme.rule, "width": 1.5}, layer="below")
    _ring(figure, rows[rows["short"] == chosen], theme)
    reach = max(0.1, 1.06 * float((rows["auc"] - 0.5).abs().max())) if len(rows) else 0.5
    figure.update_xaxes(
        range=[0.5 - reach, 0.5 + reach], showgrid=False, tickformat=".1f", dtick=0.1,
        title_text=f"← higher in {groups[0]}   AUC   higher in {groups[1]} →",
    )  # fmt: skip
    style(figure, theme, height)
    figure.update_layout(hovermode="closest")


def _kind(
    rows: pd.DataFrame, by: str, kind: str, theme: Theme, symbols: tuple[str, ...] = _SYMBOLS
) -> list[go.Scatter]:
    """Points of one kind of feature: those below q = 0.05 in full, the others smaller and fainter."""
    found, colours = list(dict.fromkeys(rows[by])), series_colours(theme)
    place = found.index(kind) % len(colours)
    colour = model_colour(kind, theme) if len(found) == 1 else colours[place]
    traces = []
    for sure in (True, False):
        part = rows[(rows[by] == kind) & ((rows["q"] < 0.05) == sure)]
        opacity = FULL if sure else FADED
        marker = {"color": colour, "symbol": symbols[place], "size": 7 if sure else 5, "opacity": opacity}
        traces.append(
            go.Scatter(
                x=part["auc"], y=part["y"], customdata=part["short"], text=_hover(part), mode="markers",
                name=kind or "features", legendgroup=kind, showlegend=sure == bool((rows["q"] < 0.05).any()),
                # A click must not fade the other features.
                marker=marker, unselected={"marker": {"opacity": opacity}},
                hovertemplate="%{text}<extra></extra>",
            )
        )  # fmt: skip
    return traces


def _hover(rows: pd.DataFrame) -> list[str]:
    return [
        f"<b>{r.short}</b><br>AUC {number(r.auc)}, P {p_number(r.p)}, q {p_number(r.q)}"
        for r in rows.itertuples()
    ]


def _ring(figure: go.Figure, row: pd.DataFrame, theme: Theme) -> None:
    if row.empty:
        return
    x, y, name = (row[column].iloc[0] for column in ("auc", "y", "short"))
    ring = {"symbol": "circle-open", "size": 15, "color": theme.ink, "line": {"width": 2}}
    figure.add_scatter(
        x=[x], y=[y], mode="markers", marker=ring, hoverinfo="skip", showlegend=False, name="chosen"
    )
    figure.add_annotation(
        x=x, y=y, text=f"<b>{name}</b>", showarrow=False, yshift=16, bgcolor=tint(theme.paper, 0.75),
        xanchor="right" if x > 0.5 else "left", font={"size": 12.5},
    )  # fmt: skip


def distribution_figure(values: pd.DataFrame, theme: Theme, title: str, notes: dict[str, str]) -> go.Figure:
    """One feature of every patient by cohort and LNM, with quartiles.

    Args:
        values: [patient, cohort, role, lnm, value].
        theme: light or dark.
        title: of the axis.
        notes: a line below each cohort's name, such as its test.
    """
    figure = go.Figure()
    cohorts = values.sort_values("role", kind="stable")[["cohort", "role"]].drop_duplicates()
    for label in (0, 1):
        rows = values[values["lnm"] == label]
        figure.add_box(
            x=rows["cohort"], y=rows["value"], ids=rows["patient"], boxpoints="all", jitter=0.6, pointpos=0,
            name=f"{LNM_NAMES[label]}, n = {len(rows)}", offsetgroup=str(label),
            line={"color": LNM[label], "width": 1.2}, fillcolor=tint(LNM[label], 0.12),
            marker={"color": LNM[label], "size": 6, "opacity": 0.8},
            hovertemplate="%{id}<br>%{y:.4g}<extra></extra>",
        )  # fmt: skip
    ticks = [
        f"<b>{c.cohort}</b>, {c.role}, n = {n}<br>{notes.get(c.cohort, '')}"
        for c in cohorts.itertuples()
        for n in [(values["cohort"] == c.cohort).sum()]
    ]
    figure.update_layout(boxmode="group", boxgap=0.25)
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"})
    figure.update_yaxes(title_text=title)
    names = list(cohorts["cohort"])
    figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=names, tickvals=names, ticktext=ticks
    )
    style(figure, theme, 420, top=30)
    figure.update_xaxes(tickfont={"color": theme.ink, "size": 12.5}, ticks="")
    return figure
