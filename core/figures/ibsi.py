"""The feature engine's values by their distance from IBSI's references, family by family."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import Theme, style, tint

SYMBOLS = {
    False: ("circle", "a feature of PyRadiomics as it is"),
    True: ("diamond-open", "by a stated formula"),
}


def deviation_figure(table: pd.DataFrame, theme: Theme) -> go.Figure:
    """Deviation of every measured value in units of its tolerance; a row per family, measured or not.

    Args:
        table: [family, name, id, reference, value, deviation, formula], a row per reference value; deviation
            NaN where nothing was measured.
        theme: light or dark.
    """
    families = list(dict.fromkeys(table["family"]))
    rows = table.dropna(subset=["deviation"])
    # Within a row in the order of the table, so that no two points cover each other.
    within = (rows.groupby("family").cumcount() + 0.5) / rows.groupby("family")["name"].transform("size")
    rows = rows.assign(y=rows["family"].map(families.index) - 0.36 + 0.72 * within)
    figure = go.Figure()
    figure.add_vrect(x0=-1, x1=1, fillcolor=tint(theme.accent, 0.08), line_width=0, layer="below")
    for edge in (-1, 0, 1):
        dash = {"color": theme.quiet, "width": 1, "dash": "solid" if edge == 0 else "dot"}
        figure.add_vline(x=edge, line=dash, layer="below")
    for bridged, (symbol, name) in SYMBOLS.items():
        part = rows[rows["formula"].map(str.isidentifier) != bridged]
        figure.add_scatter(
            x=part["deviation"], y=part["y"], mode="markers", name=f"{name}, n = {len(part)}",
            text=_hover(part), hovertemplate="%{text}<extra></extra>",
            marker={
                "symbol": symbol, "size": 9 if bridged else 7.5, "color": theme.accent,
                "opacity": 1 if bridged else 0.75, "line": {"width": 1.8 if bridged else 0},
            },
        )  # fmt: skip
    _name_rows(figure, families, table, theme)
    reach = max(1.25, 1.1 * float(rows["deviation"].abs().max())) if len(rows) else 1.25
    figure.update_xaxes(
        range=[-reach, reach], title_text="(measured − reference) / tolerance", showgrid=False, dtick=0.5
    )
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"})
    style(figure, theme, 90 + 40 * len(families), top=34)
    return figure.update_yaxes(ticks="", showline=False, tickfont={"color": theme.ink, "size": 13})


def _name_rows(figure: go.Figure, families: list[str], table: pd.DataFrame, theme: Theme) -> None:
    """Each family with how many of its values were measured; a word where none was."""
    counts = table.groupby("family")["deviation"].agg(["count", "size"])
    names = [f"<b>{f}</b>, {counts.loc[f, 'count']} of {counts.loc[f, 'size']}" for f in families]
    places = list(range(len(families)))
    figure.update_yaxes(tickvals=places, ticktext=names, range=[len(families) - 0.5, -0.5], showgrid=False)
    for place, family in enumerate(families):
        if place:
            figure.add_hline(y=place - 0.5, line={"color": theme.rule, "width": 1}, layer="below")
        if not counts.loc[family, "count"]:
            figure.add_annotation(
                x=-0.98, y=place, text="not in PyRadiomics", showarrow=False, xanchor="left",
                font={"color": theme.quiet, "size": 12},
            )  # fmt: skip


def _hover(rows: pd.DataFrame) -> list[str]:
    return [
        f"<b>{r.name}</b> ({r.id})<br>measured {r.value:.5g}, reference {r.reference:g}"
        f"<br>{np.abs(r.deviation):.2f} of the tolerance"
        for r in rows.itertuples(index=False)
    ]
