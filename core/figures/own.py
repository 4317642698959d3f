"""Figures of a table that is not the study's: its models' colours, its outcome's name, rows as patients."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import plotly.graph_objects as go

from core.figures.palette import Theme

OUTCOME = re.compile(r"\bLNM(?= positive| negative| [+-]|$)|(?<=of )LNM\b")


def own(draw: Callable[..., go.Figure], models: Sequence[str], outcome: str, theme: Theme) -> go.Figure:
    """What ``draw`` draws, for other ``models`` and another ``outcome`` than LNM.

    Its traces name no patients of the study, so that a selection of those leaves them as they are.
    """
    figure = draw(theme=replace(theme, models=tuple(models)))
    for trace in figure.data:
        trace.update(text=trace.ids, ids=None) if trace.ids is not None else None
        template = (trace.hovertemplate or "").replace("%{id}", "%{text}")
        trace.update(name=_named(trace.name, outcome), hovertemplate=_named(template, outcome) or None)
    for note in figure.layout.annotations:
        note.update(text=_named(note.text, outcome))
    figure.for_each_xaxis(lambda axis: _rename(axis, outcome))
    figure.for_each_yaxis(lambda axis: _rename(axis, outcome))
    return figure


def _rename(axis: go.layout.XAxis | go.layout.YAxis, outcome: str) -> None:
    if axis.title.text:
        axis.update(title={"text": _named(axis.title.text, outcome)})
    if axis.ticktext is not None:
        axis.update(ticktext=[_named(text, outcome) for text in axis.ticktext])


def _named(text: str | None, outcome: str) -> str | None:
    return OUTCOME.sub(lambda _: outcome, text) if text else text
