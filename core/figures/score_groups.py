"""A score of patients between groups (boxes and points) and against the signatures (scatter)."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.palette import LNM, LNM_NAMES, Theme, model_colour, style
from core.figures.text import estimate, p_value

Panel = tuple[str, dict[float, str], dict[float, str]]  # column, names and colours of its halves


def lnm_panel() -> Panel:
    """Groups by lymph-node metastasis."""
    names = {float(k): v.removeprefix("LNM ") for k, v in LNM_NAMES.items()}
    return "LNM", names, {float(k): v for k, v in LNM.items()}


def risk_panel(signature: str, theme: Theme) -> Panel:
    """Groups by a signature's median."""
    colour = model_colour(signature, theme)
    names = {0.0: "low", 1.0: "high"}
    return f"{signature} high risk", names, {0.0: theme.quiet, 1.0: colour}


def group_figure(
    score: pd.Series,
    traits: pd.DataFrame,
    tests: pd.DataFrame,
    title: str,
    theme: Theme,
    signatures: Sequence[str] = (),
) -> go.Figure:
    """One panel by LNM and one per signature's risk group: boxes, every patient a point.

    Args:
        score: by patient.
        traits: patients x [LNM, "<signature> high risk"], 0 or 1.
        tests: [group, p, q] of this score, group the column of ``traits``.
        title: of the y axis.
        theme: light or dark.
        signatures: those whose risk groups are shown.
    """
    panels = [lnm_panel(), *(risk_panel(name, theme) for name in signatures)]
    by_group = tests.set_index("group")
    titles = [_test(by_group, panel[0]) for panel in panels]
    figure = make_subplots(rows=1, cols=len(panels), shared_yaxes=True, subplot_titles=titles)
    for column, (name, names, colours) in enumerate(panels, start=1):
        for half, words in names.items():
            own = score[(traits[name].reindex(score.index) == half).to_numpy()]
            box = _box(own, f"{words}<br>n = {len(own)}", colours[half])
            figure.add_trace(box, row=1, col=column)
    figure.update_yaxes(title_text=title, row=1, col=1)
    figure.update_layout(showlegend=False)
    style(figure, theme, 380, top=48)
    figure.update_annotations(font_size=12.5)
    figure.update_xaxes(tickfont={"color": theme.ink, "size": 12}, showgrid=False)
    return figure


def _test(tests: pd.DataFrame, name: str) -> str:
    if name not in tests.index:
        return f"<b>{name}</b>"
    q = f", {p_value(tests.at[name, 'q'], 'q')}" if "q" in tests else ""
    words = name.replace("high risk", "risk")
    return f"<b>{words}</b><br>{p_value(tests.at[name, 'p'])}{q}"


def _box(own: pd.Series, name: str, colour: str) -> go.Box:
    return go.Box(
        y=own, x=[name] * len(own), ids=[str(code) for code in own.index], name=name, boxpoints="all",
        jitter=0.55, pointpos=0, line={"color": colour, "width": 1.4}, fillcolor="rgba(0,0,0,0)",
        marker={"color": colour, "size": 6, "opacity": 0.75}, hoveron="points",
        hovertemplate="<b>%{id}</b>: %{y:.2f}<extra></extra>",
    )  # fmt: skip


def against_figure(
    score: pd.Series, traits: pd.DataFrame, correlations: pd.DataFrame, title: str, theme: Theme
) -> go.Figure:
    """The score over each signature, with the least-squares line; points coloured by LNM.

    Args:
        score: by patient.
        traits: patients x [LNM, signatures].
        correlations: [signature, r, low, high, p, q, n, slope, intercept] of this score, a row per panel.
        title: of the y axis.
        theme: light or dark.
    """
    rows = correlations.to_dict("records")
    figure = make_subplots(
        rows=1, cols=max(len(rows), 1), shared_yaxes=True, subplot_titles=[_said(row) for row in rows]
    )
    for column, row in enumerate(rows, start=1):
        x = traits[row["signature"]].reindex(score.index)
        figure.add_trace(_line(x, row, theme), row=1, col=column)
        for trace in _points(x, score, traits["LNM"].reindex(score.index), first=column == 1):
            figure.add_trace(trace, row=1, col=column)
        figure.update_xaxes(title_text=row["signature"], row=1, col=column)
    figure.update_yaxes(title_text=title, row=1, col=1)
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": -0.2, "yanchor": "top"})
    style(figure, theme, 380, top=48)
    figure.update_annotations(font_size=12.5)
    return figure


def _said(row: dict[str, float]) -> str:
    first = f"<b>{row['signature']}</b>  r = {estimate(row['r'], row['low'], row['high'])}"
    return f"{first}<br>{p_value(row['p'])}, {p_value(row['q'], 'q')}, n = {row['n']}"


def _points(x: pd.Series, y: pd.Series, lnm: pd.Series, first: bool) -> list[go.Scatter]:
    traces = []
    for value, name in LNM_NAMES.items():
        own = (lnm == value).to_numpy()
        traces.append(
            go.Scatter(
                x=x[own], y=y[own], ids=[str(code) for code in y.index[own]], mode="markers", name=name,
                marker={"color": LNM[value], "size": 7, "opacity": 0.8}, showlegend=first, legendgroup=name,
                hovertemplate="<b>%{id}</b><br>%{x:.2f}, %{y:.2f}<extra></extra>",
            )
        )  # fmt: skip
    return traces


def _line(x: pd.Series, row: dict[str, float], theme: Theme) -> go.Scatter:
    ends = [float(x.min()), float(x.max())]
    y = [row["intercept"] + row["slope"] * end for end in ends]
    line = {"color": theme.quiet, "width": 1.6}
    return go.Scatter(x=ends, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False)
