"""Patients picked out in any figure whose traces name them in ``ids``."""

from collections.abc import Collection

import plotly.graph_objects as go


def codes(figure: go.Figure) -> list[list[str]]:
    """Patient codes of each trace, point by point; [] for a trace that shows no patients."""
    return [[str(code) for code in trace["ids"]] if _named(trace) else [] for trace in figure.data]


def pick_out(figure: go.Figure, patients: Collection[str]) -> go.Figure:
    """Show the chosen patients in full and fade the others; with none chosen all stay as they are."""
    wanted = set(patients)
    for trace, named in zip(figure.data, codes(figure), strict=True):
        if named and wanted:
            trace.update(
                selectedpoints=[i for i, code in enumerate(named) if code in wanted],
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": 0.15}},
            )
    return figure


def _named(trace: go.Scatter) -> bool:
    return getattr(trace, "ids", None) is not None
