"""Printed less recomputed, entry by entry: what rounding can explain lies in the band."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import Theme, style

EDGE = 2.0  # steps; what is farther off stands at the edge, with its distance
SYMBOLS = {"ACC": "circle", "SEN": "square", "SPEC": "diamond", "PPV": "triangle-up", "NPV": "triangle-down"}
LANE = 0.17
ROW = 58


def audit_figure(entries: pd.DataFrame, theme: Theme) -> go.Figure:
    """One line per row of the table, one mark per printed entry, flagged ones named.

    Args:
        entries: [row, name, n, entry, printed, verdict, reads, steps_low, steps_high] of printed
            entries; the two steps are printed less recomputed in units of the last printed decimal.
        theme: light or dark.
    """
    rows = entries.drop_duplicates("row")
    places = {row: -place for place, row in enumerate(rows["row"])}
    figure = go.Figure()
    figure.add_vrect(x0=-0.5, x1=0.5, fillcolor=theme.rule, opacity=0.75, line_width=0, layer="below")
    for lane, entry in enumerate(SYMBOLS):
        part = entries[(entries["entry"] == entry) & entries["steps_low"].notna()]
        if len(part):
            height = part["row"].map(places) + (2 - lane) * LANE
            figure.add_trace(_range(part, height, theme))
            figure.add_trace(_marks(part, height, entry, theme))
    for place in list(places.values())[1:]:
        figure.add_hline(y=place + 0.5, line={"color": theme.rule, "width": 1}, layer="below")
    names = [f"{row['name']}, n = {row['n']}" for row in rows.to_dict("records")]
    figure.update_yaxes(
        tickvals=list(places.values()), ticktext=names, range=[-len(names) + 0.45, 0.55], showgrid=False,
        ticks="", showline=False, tickfont={"color": theme.ink, "size": 13},
    )  # fmt: skip
    figure.update_xaxes(
        range=[-EDGE - 0.15, EDGE + 0.15], tickvals=[-2, -1, -0.5, 0, 0.5, 1, 2],
        ticktext=["-2 or less", "-1", "-0.5", "0", "0.5", "1", "2 or more"],
        title_text="Printed less recomputed (units of the last printed decimal)",
    )  # fmt: skip
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.0, "yref": "container", "yanchor": "top"})
    return style(figure, theme, 100 + ROW * max(len(names), 2), top=44)


def _marks(part: pd.DataFrame, height: pd.Series, entry: str, theme: Theme) -> go.Scatter:
    middle = (part["steps_low"] + part["steps_high"]) / 2
    flagged = ~part["verdict"].str.startswith("fits")
    return go.Scatter(
        x=middle.clip(-EDGE, EDGE), y=height, mode="markers+text", name=entry, cliponaxis=False,
        marker={
            "symbol": SYMBOLS[entry], "size": np.where(flagged, 12, 9).tolist(),
            "color": [theme.accent if f else theme.quiet for f in flagged], "line": {"width": 0},
            "opacity": 1,
        },
        text=[_label(row) if f else "" for f, row in zip(flagged, part.to_dict("records"), strict=True)],
        textposition=["middle left" if x > 1 else "middle right" for x in middle],
        textfont={"color": theme.ink, "size": 12.5},
        customdata=[_said(row) for row in part.to_dict("records")],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def _range(part: pd.DataFrame, height: pd.Series, theme: Theme) -> go.Scatter:
    """From the least to the greatest, where several matrices fit."""
    ends = np.column_stack([part["steps_low"], part["steps_high"], np.full(len(part), np.nan)])
    ends = ends.clip(-EDGE, EDGE)
    line = {"color": theme.quiet, "width": 1.3}
    return go.Scatter(
        x=ends.ravel(), y=np.repeat(height, 3), mode="lines", line=line, hoverinfo="skip", showlegend=False
    )


def _label(row: dict[str, object]) -> str:
    sure = "" if row["verdict"] == "cannot be" else "?"
    return f"  {row['entry']} {row['printed']}, counts give {row['reads']}{sure}  "


def _said(row: dict[str, object]) -> str:
    return (
        f"{row['name']}: {row['entry']} printed {row['printed']}, counts give {row['reads']} "
        f"({row['steps_low']:.1f} to {row['steps_high']:.1f} units)"
    )
