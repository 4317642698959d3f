"""Module-trait heat map: Pearson's r of eigengenes with traits, diverging, centred on 0."""

import math
from collections.abc import Collection

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.module_colours import module_colour
from core.figures.palette import DIVERGING, Theme, style
from core.figures.text import number, p_number, stars

ROW_HEIGHT, TWO_LINES = 25, 36
MANY = 10  # traits: with more, the second number of a cell stands below the first
DARK_FROM = 0.68  # of the scale: from here on white is read more easily than black
SHARED = "\N{BLACK DIAMOND}"


def module_trait_figure(
    table: pd.DataFrame,
    theme: Theme,
    sizes: dict[str, int] | None = None,
    cells: str = "r (q)",
    shared: Collection[str] = (),
    chosen: tuple[str, str] | None = None,
) -> go.Figure:
    """Heat map with the numbers in the cells and each module's colour beside its name.

    A click on a cell gives [module, trait] as ``customdata``.

    Args:
        table: [module, trait, r, p, q, n]; rows and columns keep the order of first appearance.
        theme: light or dark.
        sizes: genes of each module, printed after its name.
        cells: "r (q)", "r (P)" or "r and stars" (of P).
        shared: modules that get a diamond and a bold name.
        chosen: module and trait of the cell that is outlined.
    """
    modules, traits = list(table["module"].unique()), list(table["trait"].unique())
    wide = {c: table.pivot(index="module", columns="trait", values=c).loc[modules, traits] for c in "rpq"}
    limit = max(0.1, 1.15 * float(table["r"].abs().fillna(0).max()))
    figure = go.Figure(_heat(wide, limit, theme))
    figure.add_trace(_swatches(modules, len(traits), theme))
    figure.add_traces(_texts(wide, cells, limit, theme))
    figure.add_trace(_targets(wide))
    if chosen and chosen[0] in modules and chosen[1] in traits:
        _outline(figure, modules.index(chosen[0]), traits.index(chosen[1]), theme)
    figure.update_xaxes(
        side="top", tickvals=list(range(len(traits))), ticktext=[_title(t) for t in traits],
        range=[-0.5 - 0.036 * len(traits), len(traits) - 0.5], showgrid=False,
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(modules))), ticktext=[_name(m, sizes, m in shared) for m in modules],
        range=[len(modules) - 0.5, -0.5], showgrid=False,
    )  # fmt: skip
    row = TWO_LINES if len(traits) > MANY and cells != "r and stars" else ROW_HEIGHT
    style(figure, theme, 126 + row * len(modules), top=50)
    figure.update_layout(margin_b=30)
    figure.update_xaxes(showline=False, ticks="", tickfont={"color": theme.ink, "size": 13.5})
    figure.update_yaxes(showline=False, ticks="", tickfont={"color": theme.ink}, ticklabelstandoff=4)
    # Wherever one clicks in a cell, its middle is the nearest point.
    figure.update_layout(hovermode="closest", hoverdistance=-1)
    figure.add_annotation(
        text=f"n = {_range(table['n'])} training patients", xref="paper", yref="paper", x=1, y=0,
        yanchor="top", yshift=-6, xanchor="right", showarrow=False, font={"color": theme.quiet, "size": 12},
    )  # fmt: skip
    return figure


def _heat(wide: dict[str, pd.DataFrame], limit: float, theme: Theme) -> go.Heatmap:
    bar = {"title": {"text": "r", "side": "top"}, "thickness": 12, "outlinewidth": 0, "len": 260}
    return go.Heatmap(
        z=wide["r"].to_numpy(),
        hoverinfo="skip",
        colorscale=DIVERGING,
        zmid=0,
        zmin=-limit,
        zmax=limit,
        xgap=2,
        ygap=1,
        colorbar={**bar, "lenmode": "pixels", "y": 1, "yanchor": "top", "tickfont": {"color": theme.quiet}},
    )


def _texts(wide: dict[str, pd.DataFrame], cells: str, limit: float, theme: Theme) -> list[go.Scatter]:
    """Numbers in the cells: black on light ones, white on dark ones; n/a on the paper."""
    r = wide["r"].abs().to_numpy()
    colours = np.where(np.isnan(r), theme.quiet, np.where(r > DARK_FROM * limit, "#ffffff", "#000000"))
    traces = []
    for colour in sorted(set(colours.ravel().tolist())):
        places = [(i, j) for i, j in np.ndindex(*r.shape) if colours[i, j] == colour]
        traces.append(
            go.Scatter(
                x=[j for _, j in places],
                y=[i for i, _ in places],
                text=[_cell(wide, i, j, cells) for i, j in places],
                mode="text",
                textfont={"size": 12, "color": colour},
                unselected={"textfont": {"color": colour}},
                hoverinfo="skip",
                showlegend=False,
            )
        )
    return traces


def _cell(wide: dict[str, pd.DataFrame], i: int, j: int, cells: str) -> str:
    r, p, q = (float(wide[c].to_numpy()[i, j]) for c in "rpq")
    if math.isnan(r):  # a group or eigengene that does not vary among these patients
        return number(r)
    if cells == "r and stars":
        return f"{number(r)}{stars(p)}"
    shown = q if cells == "r (q)" else p
    link = "<br>" if wide["r"].shape[1] > MANY else " "
    text = f"{number(r)}{link}({p_number(shown)})"
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
        unselected={"marker": {"opacity": 1}},
    )


def _targets(wide: dict[str, pd.DataFrame]) -> go.Scatter:
    """What is hovered and clicked: heat map cells themselves cannot be selected."""
    modules, traits = list(wide["r"].index), list(wide["r"].columns)
    cells = [(i, j) for i in range(len(modules)) for j in range(len(traits))]
    shown = [
        f"<b>{modules[i]}</b>, {traits[j]}<br>r = {number(wide['r'].iat[i, j])}"
        f"<br>P = {p_number(wide['p'].iat[i, j])}<br>q = {p_number(wide['q'].iat[i, j])}"
        for i, j in cells
    ]
    return go.Scatter(
        x=[j for _, j in cells],
        y=[i for i, _ in cells],
        customdata=[[modules[i], traits[j]] for i, j in cells],
        mode="markers",
        marker={"symbol": "square", "size": ROW_HEIGHT - 3, "opacity": 0, "color": "#000000"},
        hovertext=shown,
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _outline(figure: go.Figure, row: int, column: int, theme: Theme) -> None:
    line = {"color": theme.accent, "width": 3}
    figure.add_shape(
        type="rect", x0=column - 0.5, x1=column + 0.5, y0=row - 0.5, y1=row + 0.5, line=line, layer="above"
    )


def _title(trait: str) -> str:
    return f"<b>{trait.replace(' high risk', '<br>high risk')}</b>"


def _name(module: str, sizes: dict[str, int] | None, shared: bool) -> str:
    name = f"<b>{SHARED} {module}</b>" if shared else module
    return f"{name} ({sizes[module]:,})" if sizes and module in sizes else name


def _range(n: pd.Series) -> str:
    low, high = int(n.min()), int(n.max())
    return f"{high}" if low == high else f"{low} to {high}"
