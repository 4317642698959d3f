"""Modules one by one: sizes, soft threshold, hub genes, core genes, enriched pathways."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.module_colours import module_colour
from core.figures.palette import Theme, style
from core.figures.text import p_number

OUTLINE = 0.6
STAYS = {"marker": {"opacity": 1}}  # a click picks; it does not fade the others


def sizes_figure(sizes: pd.DataFrame, chosen: str, theme: Theme) -> go.Figure:
    """Genes of each module as bars in the module's colour; a click on one chooses it (``customdata``).

    Args:
        sizes: [module, genes], in the order drawn.
        chosen: module that is outlined.
        theme: light or dark.
    """
    picked = sizes["module"] == chosen
    figure = go.Figure(
        go.Bar(
            x=sizes["module"], y=sizes["genes"], customdata=sizes["module"], text=sizes["genes"],
            textposition="outside", textangle=0, textfont={"size": 10.5, "color": theme.quiet},
            cliponaxis=False, unselected=STAYS,
            marker={
                "color": [module_colour(m) for m in sizes["module"]],
                "line": {
                    "color": list(np.where(picked, theme.accent, theme.quiet)),
                    "width": list(np.where(picked, 3.0, OUTLINE)),
                },
            },
            hovertemplate="<b>%{x}</b><br>%{y:,} genes<extra></extra>",
        )
    )  # fmt: skip
    names = [f"<b>{m}</b>" if m == chosen else m for m in sizes["module"]]
    figure.update_layout(bargap=0.18, showlegend=False)
    figure.update_yaxes(title_text="Genes", rangemode="tozero")
    style(figure, theme, 300, top=22)
    figure.update_xaxes(
        tickvals=list(sizes["module"]), ticktext=names, tickangle=-60, ticks="", showgrid=False,
        tickfont={"color": theme.ink, "size": 11.5}, range=[-0.6, len(sizes) - 0.4],
    )  # fmt: skip
    return figure


def soft_threshold_figure(table: pd.DataFrame, power: int, wanted: float, theme: Theme) -> go.Figure:
    """Scale-free fit and mean connectivity of every power; the chosen power filled, the rest open.

    Args:
        table: [power, r_squared, slope, mean_k]; the fit is drawn as -sign(slope) R^2, as WGCNA does.
        power: the power of the network.
        wanted: R^2 that is asked for.
        theme: light or dark.
    """
    titles = ["Scale-free topology fit", "Mean connectivity"]
    figure = make_subplots(rows=1, cols=2, subplot_titles=titles, horizontal_spacing=0.1)
    chosen = table["power"] == power
    fit = -np.sign(table["slope"]) * table["r_squared"]
    for column, values in enumerate((fit, table["mean_k"]), start=1):
        marker = {
            "size": 8,
            "color": list(np.where(chosen, theme.accent, theme.paper)),
            "line": {"color": theme.accent, "width": 1.6},
        }
        figure.add_scatter(
            x=table["power"], y=values, mode="lines+markers", marker=marker, showlegend=False,
            line={"color": theme.quiet, "width": 1}, row=1, col=column,
            hovertemplate="power %{x}<br>%{y:.3g}<extra></extra>",
        )  # fmt: skip
        figure.add_vline(x=power, line={"color": theme.accent, "width": 1, "dash": "dot"}, row=1, col=column)
    figure.add_hline(y=wanted, line={"color": theme.quiet, "width": 1, "dash": "dash"}, row=1, col=1)
    figure.add_annotation(
        x=1, xref="x domain", y=wanted, yanchor="top", xanchor="right", text=f"R² = {wanted:g}",
        showarrow=False, font={"color": theme.quiet, "size": 12}, row=1, col=1,
    )  # fmt: skip
    figure.add_annotation(
        x=power, y=0, yref="y domain", yanchor="bottom", xanchor="left", xshift=5, text=f"power {power}",
        showarrow=False, font={"color": theme.accent, "size": 12}, row=1, col=1,
    )  # fmt: skip
    figure.update_xaxes(title_text="Soft-thresholding power")
    figure.update_yaxes(title_text="Signed R²", row=1, col=1)
    figure.update_yaxes(title_text="Mean connectivity (log)", type="log", dtick=1, row=1, col=2)
    figure.update_annotations(selector={"yref": "paper"}, font={"size": 13.5})
    return style(figure, theme, 300, top=30)


def hub_figure(hubs: pd.DataFrame, module: str, theme: Theme) -> go.Figure:
    """kME of a module's hub genes, the strongest on top.

    Args:
        hubs: [gene, kme], strongest first.
        module: its colour is that of the bars.
        theme: light or dark.
    """
    figure = go.Figure(
        go.Bar(
            x=hubs["kme"], y=hubs["gene"], orientation="h",
            hovertemplate="%{y}<br>kME %{x:.3f}<extra></extra>",
            marker={"color": module_colour(module), "line": {"color": theme.quiet, "width": OUTLINE}},
        )
    )  # fmt: skip
    low, high = min(0.0, float(hubs["kme"].min())), max(0.0, float(hubs["kme"].max()))
    figure.update_xaxes(title_text="kME", range=[-1 if low < 0 else 0, 1 if high > 0 else 0])
    style(figure, theme, 90 + 18 * len(hubs), top=12)
    figure.update_yaxes(autorange="reversed", ticks="", tickfont={"color": theme.ink, "size": 12})
    return figure


def core_gene_figure(
    genes: pd.DataFrame, module: str, trait: str, limits: tuple[float, float], theme: Theme
) -> go.Figure:
    """kME against gene significance of a module's genes; core genes in the module's colour.

    Args:
        genes: [gene, gs, gs_p, kme, core].
        module: the module of the genes.
        trait: what the gene significance is for.
        limits: abs(kME) and abs(GS) that a core gene exceeds; drawn dashed.
        theme: light or dark.
    """
    figure = go.Figure()
    for core, name in ((False, "other genes"), (True, "core genes")):
        rows = genes[genes["core"] == core]
        # A ring of ink: a black or white module shows on any paper.
        marker = {"size": 7, "color": module_colour(module), "line": {"color": theme.ink, "width": 1}}
        quiet = {"size": 5, "color": theme.quiet, "opacity": 0.5}
        figure.add_scatter(
            x=rows["kme"], y=rows["gs"], text=rows["gene"], mode="markers", name=f"{name}, n = {len(rows)}",
            customdata=[p_number(p) for p in rows["gs_p"]],
            marker=marker if core else quiet,
            hovertemplate="<b>%{text}</b><br>kME %{x:.2f}<br>GS %{y:.2f}, P %{customdata}<extra></extra>",
        )  # fmt: skip
    dashes = {"color": theme.quiet, "width": 1, "dash": "dash"}
    for sign in (-1, 1):
        if (np.sign(genes["kme"]) == sign).any():
            figure.add_vline(x=sign * limits[0], line=dashes)
        figure.add_hline(y=sign * limits[1], line=dashes)
    figure.update_xaxes(title_text=f"kME in {module}")
    figure.update_yaxes(title_text=f"Gene significance (r with {trait})")
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"})
    return style(figure, theme, 380, top=30)


def pathway_figure(rows: pd.DataFrame, module: str, theme: Theme) -> go.Figure:
    """Gene sets by -log10 q of their over-representation in a module, the strongest on top.

    Args:
        rows: [gene_set, overlap, set_size, p, q], strongest first.
        module: its colour is that of the bars.
        theme: light or dark.
    """
    shown = -np.log10(rows["q"].clip(lower=1e-300))
    figure = go.Figure(
        go.Bar(
            x=shown, y=[str(name).replace("_", " ") for name in rows["gene_set"]], orientation="h",
            text=[f"{r.overlap} of {r.set_size}" for r in rows.itertuples()], textposition="auto",
            customdata=[[p_number(r.p), p_number(r.q)] for r in rows.itertuples()],
            marker={"color": module_colour(module), "line": {"color": theme.quiet, "width": OUTLINE}},
            hovertemplate="%{y}<br>%{text} genes<br>P %{customdata[0]}, q %{customdata[1]}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_vline(x=-np.log10(0.05), line={"color": theme.quiet, "width": 1, "dash": "dash"})
    figure.update_xaxes(title_text="-log10 q (dashed: q = 0.05)", rangemode="tozero")
    style(figure, theme, 90 + 26 * len(rows), top=12)
    figure.update_yaxes(autorange="reversed", ticks="", tickfont={"color": theme.ink, "size": 12})
    return figure
