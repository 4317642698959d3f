"""The fixed colours, and the look that every figure shares, on light and on dark paper."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd
import plotly.graph_objects as go

from core.families import MODELS

LNM = {0: "#0072B2", 1: "#D55E00"}
LNM_NAMES = {0: "LNM negative", 1: "LNM positive"}
ROLES = ("training", "validation", "cohort")  # the last of a cohort in which nothing was trained or tested
DIVERGING = "RdBu_r"
FONT = "'Source Sans', 'Source Sans Pro', 'Helvetica Neue', Arial, sans-serif"
# Paul Tol's muted scheme on light paper and his light one on dark: neither has the colours of LNM or models.
_KINDS = ("#332288", "#999933", "#88CCEE", "#882255", "#44AA99", "#DDCC77", "#AA4499", "#117733", "#CC6677")
_KINDS_DARK = (
    "#77AADD", "#EEDD88", "#99DDFF", "#EE8866", "#44BB99", "#AAAA00", "#FFAABB", "#BBCC33", "#DDDDDD",
)  # fmt: skip
_MODEL_COLOURS = {
    "Radiomics": "#009E73", "Peritumoral": "#56B4E9", "GoogLeNet": "#CC79A7", "ResNet50": "#E69F00",
}  # fmt: skip
_OTHERS = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C7AE6", "#A6761D")  # colour-blind safe, as above


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours that change with the paper: text, secondary text, rules, paper, the one accent.

    ``models``: names of models that are not the study's, in the order of their colours.
    """

    ink: str
    quiet: str
    rule: str
    paper: str
    accent: str
    models: tuple[str, ...] = ()


LIGHT = Theme(ink="#1c2126", quiet="#5c6670", rule="#e3e6e9", paper="#ffffff", accent="#5b4fcf")
DARK = Theme(ink="#e6e8eb", quiet="#9aa4ae", rule="#2c333b", paper="#12161b", accent="#7c70e6")


def model_colour(model: str, theme: Theme) -> str:
    """Colour of a model; DLRN has the text's, as has the first of models that are not the study's."""
    if theme.models:
        return dict(zip(theme.models, (theme.ink, *_OTHERS), strict=False)).get(model, theme.quiet)
    return _MODEL_COLOURS.get(model, theme.ink)


def series_colours(theme: Theme) -> tuple[str, ...]:
    """Colours of things that have none of their own, in the order in which they are given out."""
    return _KINDS_DARK if theme == DARK else _KINDS


def model_width(model: str) -> float:
    """Line width: DLRN is the thickest."""
    return 3.0 if model == "DLRN" else 1.8


def tint(colour: str, opacity: float) -> str:
    """A ``#rrggbb`` colour made see-through."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def dash(role: str) -> str:
    """Training dashed, validation solid."""
    return "dash" if role == "training" else "solid"


def ordered_models(models: Sequence[str]) -> list[str]:
    """Models in the fixed order, unknown ones last, as they come."""
    known = [m for m in MODELS if m in set(models)]
    return known + [m for m in dict.fromkeys(models) if m not in known]


def models_of(predictions: pd.DataFrame) -> list[str]:
    """Models that are columns of a table of predictions, in the fixed order."""
    return [model for model in MODELS if model in predictions]


def style(figure: go.Figure, theme: Theme, height: int, *, top: int = 36) -> go.Figure:
    """Put the shared look on a figure: transparent paper, one font, quiet rules, no zero lines."""
    margin = {"l": 8, "r": 8, "t": top, "b": 8}
    return figure.update_layout(template=_look(replace(theme, models=())), height=height, margin=margin)


@cache
def _look(theme: Theme) -> go.layout.Template:
    """The look as a template: made once, since Plotly checks every value that is set."""
    font = {"family": FONT, "size": 13, "color": theme.ink}
    axis = {
        "gridcolor": theme.rule, "linecolor": theme.quiet, "zeroline": False, "automargin": True,
        "showline": True, "ticks": "outside", "ticklen": 4, "tickcolor": theme.quiet,
        "tickfont": {"color": theme.quiet, "size": 12}, "title": {"font": {"size": 13}, "standoff": 6},
    }  # fmt: skip
    layout = {
        "font": font,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": {"font": font, "bgcolor": theme.paper, "bordercolor": theme.rule},
        "legend": {"bgcolor": "rgba(0,0,0,0)", "font": {"size": 12.5}},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": theme.quiet, "activecolor": theme.accent},
        "xaxis": axis,
        "yaxis": axis,
    }
    return go.layout.Template(layout=layout)


def panel_title(role: str, cohort: str, n: int, positives: int) -> str:
    """``<b>Validation</b> NACT-Pilot, n = 57, 35 LNM positive``."""
    return f"<b>{role.capitalize()}</b> {cohort}, n = {n}, {positives} LNM positive"
