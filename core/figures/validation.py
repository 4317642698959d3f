"""Honest validation: AUCs side by side, permuted labels, learning curve."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.palette import Theme, model_colour, ordered_models, style, tint
from core.figures.rows import chance, name_rows
from core.figures.text import estimate, p_value

KINDS = {
    "apparent": ("apparent (same patients)", "x-thin"),
    "corrected": ("optimism-corrected (Harrell)", "diamond-open"),
    "plus": (".632+ bootstrap", "square-open"),
    "out_of_fold": ("out-of-fold", "circle-open"),
    "external": ("external cohort", "circle"),
}
PRESETS = {"leak_free": "leak-free", "published": "published"}
WITHIN = 0.85  # of a row's height, for the estimates of a model


def kinds_figure(areas: pd.DataFrame, theme: Theme) -> go.Figure:
    """AUC of every model: apparent, corrected, out-of-fold and external side by side.

    Args:
        areas: [model, kind, cohort, n, positives, auc, low, high].
        theme: light or dark.
    """
    figure, models = go.Figure(), ordered_models(list(areas["model"]))[::-1]
    series = list(areas[["kind", "cohort"]].drop_duplicates().itertuples(index=False, name=None))
    series.sort(key=lambda pair: list(KINDS).index(pair[0]))
    for place, (kind, cohort) in enumerate(series):
        rows = areas[(areas["kind"] == kind) & (areas["cohort"] == cohort)].set_index("model")
        rows = rows.reindex([m for m in models if m in rows.index])
        shift = ((len(series) - 1) / 2 - place) * WITHIN / len(series)
        figure.add_trace(_kind(rows, kind, cohort, [models.index(m) + shift for m in rows.index], theme))
        for model, row in rows.iterrows():
            figure.add_annotation(
                x=0.84, xref="paper", xanchor="left", y=models.index(model) + shift, showarrow=False,
                text=estimate(row["auc"], row["low"], row["high"]), font={"size": 12},
            )  # fmt: skip
    chance(figure, theme)
    low = min(0.4, float(areas["low"].min()) - 0.02)
    figure.update_xaxes(title_text="AUC", range=[low, 1.015], tickformat=".1f", domain=[0, 0.82])
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"})
    style(figure, theme, 110 + 24 * len(series) * len(models), top=44)
    return name_rows(figure, [f"<b>{m}</b>" for m in models], theme)


def _kind(rows: pd.DataFrame, kind: str, cohort: str, places: list[float], theme: Theme) -> go.Scatter:
    name, symbol = KINDS[kind]
    colours = [model_colour(model, theme) for model in rows.index]
    said = f"{cohort}, n = {rows['n'].max():.0f}, {rows['positives'].max():.0f} positive"
    return go.Scatter(
        x=rows["auc"], y=places, text=list(rows.index), mode="markers",
        name=f"{name} {said}" if kind == "external" else name,
        customdata=[estimate(*row) for row in rows[["auc", "low", "high"]].itertuples(index=False)],
        marker={"symbol": symbol, "size": 10, "color": colours, "line": {"width": 2, "color": colours}},
        error_x={
            "array": rows["high"] - rows["auc"], "arrayminus": rows["auc"] - rows["low"],
            "color": theme.quiet, "thickness": 1.3, "width": 3,
        },
        hovertemplate=f"<b>%{{text}}</b>, {name}<br>AUC %{{customdata}}<br>{said}<extra></extra>",
    )  # fmt: skip


def permutation_figure(null: pd.DataFrame, found: pd.DataFrame, theme: Theme) -> go.Figure:
    """AUCs under permuted labels of each model, and where the real labels stand; a panel per model.

    Args:
        null: [permutation, preset, model, auc], permutation 0 the real labels.
        found: [model, preset, observed, p, permutations].
        theme: light or dark.
    """
    found = found[found["preset"] == "leak_free"].set_index("model")
    models = ordered_models(list(found.index))
    titles = [f"<b>{m}</b>, {p_value(found.loc[m, 'p'])}" for m in models]
    figure = make_subplots(
        rows=1, cols=len(models), subplot_titles=titles, shared_yaxes=True, horizontal_spacing=0.03
    )
    null = null[(null["preset"] == "leak_free") & (null["permutation"] > 0)]
    for column, model in enumerate(models, start=1):
        place, colour = {"row": 1, "col": column}, model_colour(model, theme)
        figure.add_histogram(
            x=null.loc[null["model"] == model, "auc"], xbins={"start": 0, "end": 1, "size": 0.025},
            marker={"color": tint(theme.quiet, 0.55), "line": {"width": 0}}, showlegend=False,
            hovertemplate="AUC %{x}<br>%{y} permutations<extra></extra>", **place,
        )  # fmt: skip
        observed = float(found.loc[model, "observed"])
        figure.add_vline(x=observed, line={"color": colour, "width": 3}, **place)
    figure.update_xaxes(title_text="AUC", range=[0.15, 1.0], tickformat=".1f")
    figure.update_yaxes(title_text="Permutations", row=1, col=1)
    return style(left_titles(figure), theme, 260, top=34)


def presets_figure(null: pd.DataFrame, theme: Theme) -> go.Figure:
    """AUC under the same permuted labels by the leak-free and the published order of work, with means.

    Args:
        null: [permutation, preset, model, auc]; permutations that have both presets are drawn.
        theme: light or dark.
    """
    both = null[null["preset"] == "published"].query("permutation > 0")["permutation"].unique()
    drawn, models = null[null["permutation"].isin(both)], ordered_models(list(null["model"]))[::-1]
    figure = go.Figure()
    for preset, shift in (("leak_free", 0.19), ("published", -0.19)):
        for place, model in enumerate(models):
            x = drawn.loc[(drawn["preset"] == preset) & (drawn["model"] == model), "auc"]
            colour, y = model_colour(model, theme), place + shift
            figure.add_scatter(
                x=x, y=[y] * len(x), mode="markers", showlegend=False, name=PRESETS[preset],
                marker={"color": tint(colour, 0.55) if colour.startswith("#") else colour, "size": 8,
                        "symbol": "circle" if preset == "leak_free" else "triangle-up"},
                hovertemplate=f"<b>{model}</b>, {PRESETS[preset]}<br>AUC %{{x:.2f}}<extra></extra>",
            )  # fmt: skip
            line = {"color": theme.ink, "width": 3}
            figure.add_shape(type="line", x0=x.mean(), x1=x.mean(), y0=y - 0.15, y1=y + 0.15, line=line)
            figure.add_annotation(
                x=0.84, xref="paper", xanchor="left", y=y, showarrow=False, font={"size": 12.5},
                text=f"{PRESETS[preset]}: mean {x.mean():.2f}",
            )  # fmt: skip
    chance(figure, theme)
    low, high = float(drawn["auc"].min()), float(drawn["auc"].max())
    figure.update_xaxes(
        title_text="AUC under permuted labels", range=[low - 0.03, high + 0.03], tickformat=".1f",
        domain=[0, 0.82],
    )  # fmt: skip
    style(figure, theme, 70 + 62 * len(models), top=12)
    return name_rows(figure, [f"<b>{m}</b>" for m in models], theme)


def curve_figure(curve: pd.DataFrame, theme: Theme) -> go.Figure:
    """Held-out AUC by the number of training patients, with its 95% CI; a panel per model.

    Args:
        curve: [model, share, n, repeats, auc, low, high, least, most].
        theme: light or dark.
    """
    models = ordered_models(list(curve["model"]))
    figure = make_subplots(
        rows=1, cols=len(models), subplot_titles=[f"<b>{m}</b>" for m in models], shared_yaxes=True,
        horizontal_spacing=0.03,
    )  # fmt: skip
    for column, model in enumerate(models, start=1):
        rows, place = curve[curve["model"] == model].sort_values("n"), {"row": 1, "col": column}
        colour = model_colour(model, theme)
        figure.add_scatter(
            x=[*rows["n"], *rows["n"][::-1]], y=[*rows["high"], *rows["low"][::-1]], mode="lines",
            fill="toself",
            fillcolor=tint(colour, 0.14), line={"width": 0}, hoverinfo="skip", showlegend=False, **place,
        )  # fmt: skip
        figure.add_scatter(
            x=rows["n"], y=rows["auc"], mode="lines+markers", showlegend=False, name=model,
            line={"color": colour, "width": 2.4}, marker={"size": 7},
            customdata=rows[["low", "high", "least", "most"]].to_numpy(),
            error_y={"array": rows["most"] - rows["auc"], "arrayminus": rows["auc"] - rows["least"],
                     "color": theme.quiet, "thickness": 1.2, "width": 3},
            hovertemplate="%{x:.0f} training patients<br>AUC %{y:.2f} (%{customdata[0]:.2f}-"
            "%{customdata[1]:.2f})<br>repeats %{customdata[2]:.2f} to %{customdata[3]:.2f}<extra></extra>",
            **place,
        )  # fmt: skip
        figure.add_hline(y=0.5, line={"color": theme.quiet, "width": 1, "dash": "dot"}, **place)
    figure.update_xaxes(title_text="Training patients", rangemode="normal")
    figure.update_yaxes(title_text="Held-out AUC", row=1, col=1)
    figure.update_yaxes(tickformat=".1f", range=[min(0.38, float(curve["low"].min()) - 0.02), 1.0])
    return style(left_titles(figure), theme, 300, top=34)


def left_titles(figure: go.Figure) -> go.Figure:
    """Panel titles on the left, as in a paper."""
    for column, note in enumerate(list(figure.select_annotations()), start=1):
        domain = figure.get_subplot(1, column).xaxis.domain
        note.update(x=domain[0], xanchor="left", font={"size": 13.5})
    return figure
