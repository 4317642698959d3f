"""Figures of the tuning page: scree plot, ReliefF weights, out-of-fold ROC beside its baseline."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.palette import Theme, dash, model_colour, style, tint
from core.figures.panels import diagonal, square
from core.figures.text import estimate

NOW, BEFORE = "now", "before"
THESE = "these settings"


def scree_figure(scree: pd.DataFrame, cut: int, model: str, theme: Theme) -> go.Figure:
    """Share of variance of each component, and the cumulative share, with the cut.

    Args:
        scree: [component, share, low, high, cumulative], shares between 0 and 1.
        cut: components that are used.
        model: model whose colour the used ones take.
        theme: light or dark.
    """
    figure = make_subplots(specs=[[{"secondary_y": True}]])
    colour = model_colour(model, theme)
    used = scree["component"] <= cut
    for name, rows, fill in (("used", scree[used], colour), ("left out", scree[~used], theme.rule)):
        figure.add_bar(
            x=rows["component"],
            y=100 * rows["share"],
            customdata=100 * rows[["low", "high"]].to_numpy(),
            name=name,
            marker={"color": fill, "line": {"width": 0}},
            hovertemplate="PC%{x}: %{y:.2f}% of the variance<br>%{customdata[0]:.2f} to "
            "%{customdata[1]:.2f}% over the folds<extra></extra>",
        )
    figure.add_scatter(
        x=scree["component"],
        y=100 * scree["cumulative"],
        name="cumulative",
        mode="lines",
        line={"color": theme.ink, "width": 1.4},
        hovertemplate="first %{x}: %{y:.1f}% of the variance<extra></extra>",
        secondary_y=True,
    )
    if cut < len(scree):
        _cut(figure, cut, f"{cut} used", len(scree), theme)
    figure.update_layout(bargap=0.15, showlegend=False, barmode="overlay")
    figure.update_xaxes(title_text="Principal component", range=[0.2, len(scree) + 0.8])
    style(figure, theme, 215, top=22)
    figure.update_yaxes(title_text="Variance (%)", rangemode="tozero", secondary_y=False)
    right = {"title_text": "Cumulative (%)", "range": [0, 102], "showgrid": False}
    figure.update_yaxes(**right, tickvals=[0, 50, 100], secondary_y=True)
    return figure


def weights_figure(
    weights: pd.DataFrame, keep: int, model: str, theme: Theme, method: str = "ReliefF"
) -> go.Figure:
    """Weight of each component, ranked; shade says in how many folds it is kept.

    Args:
        weights: [component, weight, low, high, kept, folds], highest weight first.
        keep: components that each fold keeps.
        model: model whose colour kept ones take.
        theme: light or dark.
        method: that weighs.
    """
    figure = go.Figure()
    colour, rank = model_colour(model, theme), np.arange(1, len(weights) + 1)
    all_folds, none = weights["kept"] == weights["folds"], weights["kept"] == 0
    levels = {
        "kept in every fold": (all_folds, colour),
        "some": (~all_folds & ~none, tint(colour, 0.45)),
        "none": (none, tint(theme.quiet, 0.35)),
    }
    for name, (rows, fill) in levels.items():
        part = weights[rows]
        figure.add_bar(
            x=rank[rows],
            y=part["weight"],
            customdata=part[["component", "low", "high", "kept", "folds"]].to_numpy(),
            name=name,
            width=0.85,
            marker={"color": fill, "line": {"width": 0}},
            error_y={
                "array": part["high"] - part["weight"], "arrayminus": part["weight"] - part["low"],
                "color": theme.quiet, "thickness": 0.8, "width": 0,
            },
            hovertemplate="PC%{customdata[0]}: weight %{y:.3f}<br>%{customdata[1]:.3f} to "
            "%{customdata[2]:.3f} over the folds<br>kept in %{customdata[3]} of %{customdata[4]} folds"
            "<extra></extra>",
        )  # fmt: skip
    if keep < len(weights):
        _cut(figure, keep, f"{keep} kept", len(weights), theme, "top")
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(title_text="Components by median weight", range=[0.2, len(weights) + 0.8])
    style(figure, theme, 235, top=24)
    figure.update_yaxes(title_text=f"{method} weight", zeroline=True, zerolinecolor=theme.quiet)
    figure.update_layout(legend={"x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "orientation": "h"})
    return figure


def tuned_roc_figure(
    roc: pd.DataFrame, metrics: pd.DataFrame, title: str, model: str, theme: Theme, baseline: str = "baseline"
) -> go.Figure:
    """Out-of-fold ROC under these settings in the model's colour, the baseline quietly behind.

    Args:
        roc: [model "now" or "before", threshold, fpr, tpr] in the order of the curve.
        metrics: [model, auc, auc_low, auc_high].
        title: above the panel; says n.
        model: model that is tuned.
        theme: light or dark.
        baseline: its name.
    """
    figure, names = make_subplots(rows=1, cols=1), {NOW: THESE, BEFORE: baseline}
    diagonal(figure, theme)
    looks = {BEFORE: (theme.quiet, 1.3), NOW: (model_colour(model, theme), 2.8)}
    for line, (version, (colour, width)) in enumerate(looks.items()):
        curve = roc[roc["model"] == version]
        figure.add_scatter(
            x=curve["fpr"],
            y=curve["tpr"],
            customdata=np.column_stack([curve["threshold"], 1 - curve["fpr"]]),
            mode="lines",
            name=names[version],
            line={"color": colour, "width": width, "dash": dash("training")},
            hovertemplate=f"<b>{names[version]}</b><br>sensitivity %{{y:.2f}}<br>specificity "
            "%{customdata[1]:.2f}<br>cut-off %{customdata[0]:.3f}<extra></extra>",
        )
        _entry(figure, line, metrics[metrics["model"] == version].iloc[0], names[version], colour, theme)
    square(figure, "1 - specificity", "Sensitivity")
    figure.update_layout(
        showlegend=False,
        title={
            "text": title,
            "font": {"size": 13.5},
            "x": 0.01,
            "xref": "container",
            "y": 0.985,
            "yanchor": "top",
        },
    )
    return style(figure, theme, 430)


def _entry(figure: go.Figure, line: int, row: "pd.Series", name: str, colour: str, theme: Theme) -> None:
    """A line of the list at the lower right, where no curve of use passes."""
    text = f"{name}  AUC {estimate(row['auc'], row['auc_low'], row['auc_high'])}"
    text = f"<span style='color:{colour}'>■</span>  {text}"
    figure.add_annotation(
        x=0.99, y=0, yshift=13 + 20 * line, text=text, xanchor="right", showarrow=False, font={"size": 12.5},
        bgcolor=theme.paper,
    )  # fmt: skip


def _cut(figure: go.Figure, at: int, text: str, size: int, theme: Theme, side: str = "bottom") -> None:
    """A rule after component ``at``, named beside its top, or above the panel."""
    figure.add_vline(x=at + 0.5, line={"color": theme.ink, "width": 1, "dash": "dash"})
    left = at > size / 2
    figure.add_annotation(
        x=at + 0.5, y=1, yref="paper", yanchor=side, text=text, showarrow=False, font={"size": 12},
        xanchor="right" if left else "left", xshift=-5 if left else 5, bgcolor=theme.paper,
    )  # fmt: skip
