"""Module-pathway enrichment as a dot plot, and names of gene sets as one writes them."""

import re
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from core.figures.module_colours import module_colour
from core.figures.palette import LIGHT, Theme, style, tint
from core.figures.text import number, p_number

ROW_HEIGHT, STRONGEST, LARGEST = 26, 20.0, 24.0
MANY = 20  # modules from which names stand upright and without their sizes
SIZES = (0.1, 0.3, 0.5)  # shares that the key shows
_COLLECTION = re.compile(r"^(KEGG(_MEDICUS)?|SIM|HALLMARK|REACTOME|BIOCARTA|PID|WP|GO(BP|CC|MF))_")
_WRITTEN = {
    "mapk": "MAPK", "erbb": "ErbB", "wnt": "Wnt", "notch": "Notch", "hedgehog": "Hedgehog", "tgf": "TGF",
    "vegf": "VEGF", "jak": "JAK", "stat": "STAT", "mtor": "mTOR", "nod": "NOD", "rig": "RIG", "i": "I",
    "dna": "DNA", "rna": "RNA", "t": "T", "b": "B", "fc": "Fc", "ri": "RI", "iga": "IgA", "ecm": "ECM",
    "cams": "(CAMs)", "pi3k": "PI3K", "akt": "AKT", "ras": "Ras", "foxo": "FoxO", "gnrh": "GnRH",
    "nfkb": "NF-kB", "tnfa": "TNFA", "il2": "IL2", "il6": "IL6", "e2f": "E2F", "g2m": "G2M", "myc": "MYC",
}  # fmt: skip


def pathway_name(gene_set: str) -> str:
    """``KEGG_NOD_LIKE_RECEPTOR_SIGNALING_PATHWAY`` as ``NOD-like receptor signaling``.

    Only names in capitals with a collection in front are rewritten; others stay as the file has them.
    """
    if not _COLLECTION.match(gene_set) or gene_set != gene_set.upper():
        return gene_set
    words = _COLLECTION.sub("", gene_set).removesuffix("_PATHWAY").lower().split("_")
    text = " ".join(_WRITTEN.get(word, word) for word in words)
    text = (
        re.sub(r" (like|mediated)\b", r"-\1", text).replace("JAK STAT", "JAK-STAT").replace("TGF b", "TGF-b")
    )
    return text[:1].upper() + text[1:] if words[0] not in ("p53", "mtor") else text


def dot_figure(
    dots: pd.DataFrame,
    modules: Sequence[str],
    pathways: Sequence[str],
    theme: Theme,
    sizes: dict[str, int] | None = None,
    chosen: tuple[str, str] | None = None,
) -> go.Figure:
    """Pathways x modules: area the share of the pathway's genes in the module, colour -log10 q.

    Args:
        dots: [module, gene_set, overlap, set_size, module_size, expected, odds_ratio, q, share, strength,
            hit, joint]; dots that are no hit stay small and grey, those with ``joint`` have a ring.
        modules: columns, left to right.
        pathways: rows, top down.
        theme: light or dark.
        sizes: genes of each module, printed after its name where there is room.
        chosen: (module, pathway) whose row and column are marked.

    A dot's ``customdata`` is "module|pathway".
    """
    shown = dots[dots["module"].isin(modules) & dots["gene_set"].isin(pathways) & (dots["overlap"] > 0)]
    figure = go.Figure([_faint(shown[~shown["hit"]], modules, pathways, theme)])
    figure.add_trace(_hits(shown[shown["hit"]], modules, pathways, theme))
    figure.add_trace(_rings(shown[shown["joint"] != ""], modules, pathways, theme))
    figure.add_trace(_swatches(modules, theme))
    if chosen and chosen[0] in modules and chosen[1] in pathways:
        _mark(figure, list(modules).index(chosen[0]), list(pathways).index(chosen[1]), theme)
    joint = set(shown.loc[shown["joint"] != "", "gene_set"])
    tall = ROW_HEIGHT * max(len(pathways), 9)
    figure.add_trace(_size_key(tall, theme))
    style(figure, theme, 190 + tall, top=8)
    _axes(figure, modules, [_row(p, p in joint, theme) for p in pathways], sizes or {}, theme)
    figure.update_layout(yaxis2={"range": [0, tall]})
    return figure


def _axes(
    figure: go.Figure, modules: Sequence[str], rows: list[str], sizes: dict[str, int], theme: Theme
) -> None:
    few = len(modules) < MANY
    names = [f"{m} ({sizes[m]:,})" if few and m in sizes else m for m in modules]
    plain = {"showline": False, "ticks": "", "zeroline": False}
    figure.update_xaxes(
        side="top", tickvals=list(range(len(modules))), ticktext=names, domain=[0, 0.88],
        tickangle=-45 if few else -90,
        range=[-0.7, len(modules) - 0.3], tickfont={"color": theme.ink}, **plain,
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=rows, range=[len(rows) - 0.4, -1.3],
        tickfont={"color": theme.ink}, **plain,
    )  # fmt: skip
    figure.update_layout(
        xaxis2={"domain": [0.9, 1], "anchor": "y2", "range": [0, 1], "visible": False},
        yaxis2={"domain": [0, 1], "anchor": "x2", "visible": False},
        showlegend=False, margin_b=10,
    )  # fmt: skip


def _row(pathway: str, joint: bool, theme: Theme) -> str:
    name = pathway_name(pathway)
    return f"<b><span style='color:{theme.accent}'>{name}</span></b>" if joint else name


def _place(rows: pd.DataFrame, modules: Sequence[str], pathways: Sequence[str]) -> dict[str, list[int]]:
    x, y = ({name: at for at, name in enumerate(names)} for names in (modules, pathways))
    return {"x": [x[m] for m in rows["module"]], "y": [y[p] for p in rows["gene_set"]]}


def _diameters(shares: Sequence[float]) -> list[float]:
    """Pixels; the area goes with the share, full at one half."""
    return [max(4.0, LARGEST * (min(share, 0.6) / 0.5) ** 0.5) for share in shares]


def _point(rows: pd.DataFrame) -> dict[str, object]:
    return {
        "customdata": [f"{r.module}|{r.gene_set}" for r in rows.itertuples()],
        "hovertext": [
            f"<b>{pathway_name(r.gene_set)}</b> in {r.module}<br>{r.overlap} of {r.set_size} genes "
            f"({number(r.expected, 1)} expected)<br>odds ratio {number(r.odds_ratio, 1)}"
            f"<br>q {p_number(r.q)}" + (f"<br>GSVA and enrichment: {r.joint}" if r.joint else "")
            for r in rows.itertuples()
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "mode": "markers",
    }


def _faint(rows: pd.DataFrame, modules: Sequence[str], pathways: Sequence[str], theme: Theme) -> go.Scatter:
    marker = {"size": _diameters(list(rows["share"])), "color": theme.quiet, "opacity": 0.28}
    return go.Scatter(name="not enriched", marker=marker, **_point(rows), **_place(rows, modules, pathways))


def _hits(rows: pd.DataFrame, modules: Sequence[str], pathways: Sequence[str], theme: Theme) -> go.Scatter:
    strength = rows["strength"].clip(upper=STRONGEST)
    top = max(2.0, float(strength.max())) if len(rows) else 2.0
    ticks = [t for t in (0, 5, 10, 15, 20) if t <= top] if top >= 5 else [0, 1, 2, 3, 4]
    bar = {
        "title": {"text": "-log10 q", "side": "top", "font": {"size": 12}},
        "thickness": 12, "outlinewidth": 0, "len": 150,
        "lenmode": "pixels", "x": 0.9, "y": 1, "yanchor": "top", "tickvals": ticks,
        "ticktext": [f"≥{t}" if t == STRONGEST else str(t) for t in ticks],
        "tickfont": {"color": theme.quiet},
    }  # fmt: skip
    marker = {
        "size": _diameters(list(rows["share"])),
        "color": strength,
        "colorscale": "Viridis",
        "reversescale": theme == LIGHT,  # the strongest stands out from the paper
        "cmin": 0,
        "cmax": top,
        "colorbar": bar,
        "opacity": 1,
        "line": {"width": 0},
    }
    return go.Scatter(name="enriched", marker=marker, **_point(rows), **_place(rows, modules, pathways))


def _swatches(modules: Sequence[str], theme: Theme) -> go.Scatter:
    colours = [module_colour(m) for m in modules]
    marker = {
        "symbol": "square",
        "size": 13,
        "color": colours,
        "line": {"color": theme.quiet, "width": 0.6},
    }
    y = [-0.9] * len(modules)
    return go.Scatter(
        name="modules", x=list(range(len(modules))), y=y, mode="markers", marker=marker, hoverinfo="skip"
    )


def _rings(rows: pd.DataFrame, modules: Sequence[str], pathways: Sequence[str], theme: Theme) -> go.Scatter:
    """Around dots that both lines of evidence support."""
    marker = {
        "symbol": "circle-open",
        "size": [size + 9 for size in _diameters(list(rows["share"]))],
        "color": theme.accent,
        "line": {"width": 2.4},
    }
    place = _place(rows, modules, pathways)
    return go.Scatter(name="both", mode="markers", marker=marker, hoverinfo="skip", **place)


def _mark(figure: go.Figure, x: int, y: int, theme: Theme) -> None:
    """A band along the chosen row and column."""
    look = {"fillcolor": tint(theme.accent, 0.12), "line_width": 0, "layer": "below"}
    figure.add_hrect(y0=y - 0.5, y1=y + 0.5, **look)
    figure.add_vrect(x0=x - 0.5, x1=x + 0.5, **look)


def _size_key(tall: float, theme: Theme) -> go.Scatter:
    """Grey dots below the colour bar that say what area means; ``tall`` the panel's pixels, about."""
    marker = {"size": [0, *_diameters(SIZES)], "color": theme.quiet, "opacity": 0.6}
    return go.Scatter(
        name="key", x=[0, *[0.12] * len(SIZES)], y=[tall - 165 - 24 * i for i in range(len(SIZES) + 1)],
        mode="markers+text", marker=marker, text=["of genes", *[f"  {share:.0%}" for share in SIZES]],
        textposition="middle right", textfont={"color": theme.quiet, "size": 12}, hoverinfo="skip",
        xaxis="x2", yaxis="y2", cliponaxis=False,
    )  # fmt: skip
