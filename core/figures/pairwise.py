"""Pairs of models: differences of their AUCs, and net reclassification with its two parts."""

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import DIVERGING, LNM, Theme, ordered_models, style
from core.figures.panels import cohort_panels, each_cohort
from core.figures.text import estimate, number, p_number, p_value

PARTS = (("events", "events (LNM positive)", LNM[1]), ("nonevents", "non-events (LNM negative)", LNM[0]))
MEASURES = {"nri": "continuous NRI", "idi": "IDI"}


def delong_figure(pairs: pd.DataFrame, theme: Theme) -> go.Figure:
    """AUC of the row's model minus that of the column's, with DeLong's P, one panel per cohort.

    Args:
        pairs: [cohort, role, a, b, n, positives, difference (b - a), difference_low, difference_high,
            delong_p].
        theme: light or dark.
    """
    figure = cohort_panels(pairs, pairs, two_lines=True, horizontal_spacing=0.04, shared_yaxes=True)
    models = ordered_models([*pairs["a"], *pairs["b"]])
    limit = max(0.05, 1.15 * float(pairs["difference"].abs().max()))
    for column, _, rows in each_cohort(pairs):
        figure.add_trace(_matrix(rows, models, limit), row=1, col=column)
        _numbers(figure, column, rows, limit, theme)
    # Nothing stands below the first column's model, nor right of the last row's.
    figure.update_xaxes(categoryorder="array", categoryarray=models[:-1], showgrid=False)
    figure.update_yaxes(categoryorder="array", categoryarray=models[:0:-1], showgrid=False)
    # No colour bar: the cells print their numbers.
    colours = {"colorscale": DIVERGING, "cmin": -limit, "cmax": limit, "cmid": 0, "showscale": False}
    figure.update_layout(coloraxis=colours)
    style(figure, theme, 120 + 62 * (len(models) - 1), top=50)
    figure.update_xaxes(showline=False, ticks="", tickfont={"color": theme.ink, "size": 13})
    figure.update_yaxes(showline=False, ticks="", tickfont={"color": theme.ink, "size": 13})
    return figure


def _matrix(rows: pd.DataFrame, models: list[str], limit: float) -> go.Heatmap:
    wide = rows.pivot(index="b", columns="a", values="difference").reindex(models[1:], columns=models[:-1])
    return go.Heatmap(
        x=models[:-1], y=models[1:], z=wide.to_numpy(), coloraxis="coloraxis", xgap=3, ygap=3,
        hoverinfo="skip", name="difference",
    )  # fmt: skip


def _numbers(figure: go.Figure, column: int, rows: pd.DataFrame, limit: float, theme: Theme) -> None:
    """Difference and P in each cell: ink that can be read on its colour."""
    inks = ["#ffffff" if abs(d) > 0.62 * limit else "#1c2126" for d in rows["difference"]]
    text = [
        f"{number(r['difference'])}<br>{_bold(p_value(r['delong_p']), r['delong_p'])}"
        for r in rows.to_dict("records")
    ]
    said = [
        f"{r['b']} - {r['a']}<br>{estimate(r['difference'], r['difference_low'], r['difference_high'], 3)}"
        f"<br>DeLong {p_value(r['delong_p'])}"
        for r in rows.to_dict("records")
    ]
    figure.add_scatter(
        x=rows["a"], y=rows["b"], mode="text", text=text, textfont={"size": 12.5, "color": inks},
        hovertext=said, hovertemplate="%{hovertext}<extra></extra>", showlegend=False, name="cells",
        row=1, col=column,
    )  # fmt: skip


def _bold(text: str, p: float) -> str:
    return f"<b>{text}</b>" if p < 0.05 else text


def reclassification_figure(pairs: pd.DataFrame, theme: Theme) -> go.Figure:
    """Continuous NRI (above) and IDI (below) of each pair with 95% CI, and their two parts.

    Args:
        pairs: [cohort, role, a, b, n, positives, and nri, idi each with _low, _high, _p, _events,
            _nonevents].
        theme: light or dark.
    """
    figure = cohort_panels(pairs, pairs, two_lines=True, rows=2, shared_yaxes=True, vertical_spacing=0.13)
    for column, _, rows in each_cohort(pairs):
        names = [f"{b} v {a}" for a, b in zip(rows["a"], rows["b"], strict=True)]
        for row, measure in enumerate(MEASURES, start=1):
            place = {"row": row, "col": column}
            figure.add_vline(x=0, line={"color": theme.quiet, "width": 1}, **place)
            for part, label, colour in PARTS:
                trace = _part(rows, names, f"{measure}_{part}", label, colour)
                figure.add_trace(trace.update(showlegend=(row, column) == (1, 1)), **place)
            whole = _whole(rows, names, measure, theme)
            figure.add_trace(whole.update(showlegend=(row, column) == (1, 1)), **place)
            figure.update_xaxes(title_text=f"{MEASURES[measure]} (95% CI)", **place)
    # The list of pairs reads downwards as the table does.
    figure.update_yaxes(autorange="reversed", showgrid=True)
    figure.update_xaxes(rangemode="tozero")  # no difference is always in sight
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.1, "yanchor": "bottom"})
    style(figure, theme, 630, top=92)
    figure.update_yaxes(ticks="", showline=False, tickfont={"color": theme.ink})
    return figure


def _part(rows: pd.DataFrame, names: list[str], value: str, label: str, colour: str) -> go.Scatter:
    return go.Scatter(
        x=rows[value], y=names, mode="markers", name=label, legendgroup=label,
        marker={"size": 9, "color": colour, "symbol": "circle-open", "line": {"width": 2}},
        hovertemplate=f"%{{y}}<br>{label} %{{x:.3f}}<extra></extra>",
    )  # fmt: skip


def _whole(rows: pd.DataFrame, names: list[str], measure: str, theme: Theme) -> go.Scatter:
    value = rows[measure]
    return go.Scatter(
        x=value, y=names, mode="markers", name="sum of both", legendgroup="sum",
        marker={"size": 10, "color": theme.ink, "symbol": "diamond"},
        error_x={
            "array": rows[f"{measure}_high"] - value, "arrayminus": value - rows[f"{measure}_low"],
            "color": theme.quiet, "thickness": 1.4, "width": 4,
        },
        customdata=[f"P {p_number(p)}" for p in rows[f"{measure}_p"]],
        hovertemplate="%{y}<br>%{x:.3f}, %{customdata}<extra></extra>",
    )  # fmt: skip
