"""Whether resampled models agree on their features, and how a model does in subgroups."""

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import Theme, model_colour, style
from core.figures.panels import cohort_panels, each_cohort
from core.figures.rows import name_rows
from core.figures.text import estimate, title


def groups_figure(groups: pd.DataFrame, model: str, theme: Theme) -> go.Figure:
    """Share of a signature that each image type carries over the refitted folds, and what chance would give.

    Args:
        groups: [group, features, fit, share], shares of a fit between 0 and 1.
        model: whose colour is taken.
        theme: light or dark.
    """
    share = groups.groupby("group")["share"].agg(["median", "min", "max"])
    share["features"] = groups.groupby("group")["features"].first()
    share = share.sort_values("median")
    expected, colour = share["features"] / share["features"].sum(), model_colour(model, theme)
    places = list(range(len(share)))
    figure = go.Figure()
    figure.add_scatter(
        x=100 * share["median"], y=places, mode="markers", name="median and range over the folds' models",
        marker={"color": colour, "size": 10}, customdata=100 * share[["min", "max"]].to_numpy(),
        error_x={"array": 100 * (share["max"] - share["median"]), "color": theme.quiet, "thickness": 1.4,
                 "arrayminus": 100 * (share["median"] - share["min"]), "width": 4},
        hovertemplate="%{x:.1f}% of the signature<br>%{customdata[0]:.1f} to %{customdata[1]:.1f}% over the "
        "folds' models<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=100 * expected, y=places, mode="markers", name="its share of the features",
        customdata=share["features"],
        marker={"symbol": "line-ns", "size": 16, "line": {"color": theme.ink, "width": 2}},
        hovertemplate="%{customdata} features, %{x:.1f}%<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title_text="Share (%)", rangemode="tozero")
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"})
    style(figure, theme, 100 + 32 * len(share), top=34)
    names = [f"{g}, {int(n)} features" for g, n in share["features"].items()]
    return name_rows(figure, names, theme)


def subgroups_figure(table: pd.DataFrame, model: str, theme: Theme) -> go.Figure:
    """AUC (95% CI) of one model in every subgroup, a panel per cohort; a rule at the whole cohort's.

    Args:
        table: of ``core.evaluation.subgroups``, the rows of one model.
        model: whose colour is taken.
        theme: light or dark.
    """
    sizes = table[table["column"] == "all"]
    figure = cohort_panels(table, sizes, shared_yaxes=True)
    order = table[["column", "level"]].drop_duplicates().iloc[::-1].reset_index(drop=True)
    for column, _, part in each_cohort(table):
        rows = order.reset_index(names="place").merge(part, on=["column", "level"])
        known = rows[rows["auc"].notna()]
        place, whole = {"row": 1, "col": column}, known.loc[known["column"] == "all", "auc"]
        figure.add_scatter(
            x=known["auc"], y=known["place"], mode="markers", showlegend=False, name=model,
            marker={"color": model_colour(model, theme), "size": 9},
            customdata=[
                f"{estimate(r.auc, r.low, r.high)}<br>n = {r.n}, {r.positives} LNM positive"
                for r in known.itertuples()
            ],
            error_x={"array": known["high"] - known["auc"], "arrayminus": known["auc"] - known["low"],
                     "color": theme.quiet, "thickness": 1.4, "width": 3},
            hovertemplate="AUC %{customdata}<extra></extra>", **place,
        )  # fmt: skip
        for value in (0.5, *whole):
            dash = "dot" if value == 0.5 else "solid"
            figure.add_vline(x=value, line={"color": theme.quiet, "width": 1, "dash": dash}, **place)
        for row in rows.itertuples():
            text = f"{row.n}/{row.positives}" if row.auc == row.auc else f"{row.n}/{row.positives}, too few"
            figure.add_annotation(
                x=0.0, xanchor="left", y=row.place, text=text, showarrow=False,
                font={"size": 11.5, "color": theme.quiet}, **place,
            )  # fmt: skip
    figure.update_xaxes(
        title_text="AUC (95% CI); left: n/LNM positive", range=[-0.01, 1.02], tickformat=".1f"
    )
    style(figure, theme, 110 + 26 * len(order), top=40)
    names = [level_name(*pair) for pair in order.itertuples(index=False)]
    return name_rows(figure, names, theme)


def level_name(column: str, level: str) -> str:
    """A subgroup in words."""
    return "All patients" if column == "all" else f"{title(column)}: {level}"
