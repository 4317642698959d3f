"""Module-trait heat map: Pearson's r of eigengenes with traits, diverging, centred on 0."""

import pandas as pd
import plotly.graph_objects as go

from core.figures.module_colours import module_colour
from core.figures.palette import DIVERGING, Theme, style
from core.figures.text import number, p_number, stars

ROW_HEIGHT = 25


def module_trait_figure(
    table: pd.DataFrame, theme: Theme, sizes: dict[str, int] | None = None, cells: str = "r (P)"
) -> go.Figure:
    """Heat map with the numbers in the cells and each module's colour beside its name.

    Args:
        table: [module, trait, r, p, q, n]; rows and columns keep the order of first appearance.
        theme: light or dark.
        sizes: genes of each module, printed after its name.
        cells: "r (P)", "r (q)" or "r and stars" (of P).
    """
    modules, traits = list(table["module"].unique()), list(table["trait"].unique())
    wide = {c: table.pivot(index="module", columns="trait", values=c).loc[modules, traits] for c in "rpq"}
    text = [[_cell(wide, i, j, cells) for j in range(len(traits))] for i in range(len(modules))]
    limit = max(0.1, 1.15 * float(table["r"].abs().max()))
    figure = go.Figure(_heat(wide, text, limit, theme))
    figure.add_trace(_swatches(modules, len(traits), theme))
    n = int(table["n"].max())
    figure.update_xaxes(
        side="top", tickvals=list(range(len(traits))), ticktext=[f"<b>{t}</b>" for t in traits],
        range=[-0.5 - 0.036 * len(traits), len(traits) - 0.5], showgrid=False,
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(modules))), ticktext=[_name(m, sizes) for m in modules],
        range=[len(modules) - 0.5, -0.5], showgrid=False,
    )  # fmt: skip
    style(figure, theme, 110 + ROW_HEIGHT * len(modules), top=34)
    figure.update_layout(margin_b=30)
    figure.update_xaxes(showline=False, ticks="", tickfont={"color": theme.ink, "size": 13.5})
    figure.update_yaxes(showline=False, ticks="", tickfont={"color": theme.ink}, ticklabelstandoff=4)
    figure.add_annotation(
        text=f"n = {n} training patients", xref="paper", yref="paper", x=1, y=0, yanchor="top", yshift=-6,
        xanchor="right", showarrow=False, font={"color": theme.quiet, "size": 12},
    )  # fmt: skip
    return figure


def _heat(wide: dict[str, pd.DataFrame], text: list[list[str]], limit: float, theme: Theme) -> go.Heatmap:
    modules, traits = list(wide["r"].index), list(wide["r"].columns)
    hover = [
        [
            f"<b>{m}</b>, {t}<br>r = {number(wide['r'].loc[m, t])}<br>P = {p_number(wide['p'].loc[m, t])}"
            f"<br>q = {p_number(wide['q'].loc[m, t])}"
            for t in traits
        ]
        for m in modules
    ]
    bar = {"title": {"text": "r", "side": "top"}, "thickness": 12, "outlinewidth": 0, "len": 260}
    return go.Heatmap(
        z=wide["r"].to_numpy(),
        text=text,
        texttemplate="%{text}",
        textfont={"size": 12},
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
        colorscale=DIVERGING,
        zmid=0,
        zmin=-limit,
        zmax=limit,
        xgap=2,
        ygap=1,
        colorbar={**bar, "lenmode": "pixels", "y": 1, "yanchor": "top", "tickfont": {"color": theme.quiet}},
    )


def _cell(wide: dict[str, pd.DataFrame], i: int, j: int, cells: str) -> str:
    r, p, q = (float(wide[c].to_numpy()[i, j]) for c in "rpq")
    if cells == "r and stars":
        return f"{number(r)}{stars(p)}"
    shown = q if cells == "r (q)" else p
    text = f"{number(r)} ({p_number(shown)})"
    return f"<b>{text}</b>" if shown < 0.05 else text


def _swatches(modules: list[str], columns: int, theme: Theme) -> go.Scatter:
    outline = {"color": theme.quiet, "width": 0.6}
    return go.Scatter(
        x=[-0.5 - 0.02 * columns] * len(modules),
        y=list(range(len(modules))),
        mode="markers",
        marker={
            "symbol": "square",
            "size": 13,
            "color": [module_colour(m) for m in modules],
            "line": outline,
        },
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )


def _name(module: str, sizes: dict[str, int] | None) -> str:
    return f"{module} ({sizes[module]:,})" if sizes and module in sizes else module
