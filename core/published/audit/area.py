"""Hints on a printed AUC and its 95% CI: what is unusual, never what is wrong."""

import numpy as np
from scipy.stats import norm

from core.figures.text import number
from core.published.audit.printed import Printed
from core.published.audit.row import RowAudit

UNUSUAL = 2.0  # times wider or narrower than Hanley's; DeLong's lies well within


def hanley_error(area: float, positives: int, negatives: int) -> float:
    """Standard error of an AUC (Hanley and McNeil, Radiology 1982)."""
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    spread = (positives - 1) * (one - area**2) + (negatives - 1) * (two - area**2)
    return float(np.sqrt(max(area * (1 - area) + spread, 0) / (positives * negatives)))


def hints(area: Printed, low: Printed | None, high: Printed | None, row: RowAudit) -> list[str]:
    """What is to be said of an AUC, its limits and the sensitivity and specificity beside it."""
    said = _through_point(area, row)
    if low is None or high is None:
        return said
    if not low.value <= area.value <= high.value:
        return [*said, f"The CI {low.text} to {high.text} does not hold the AUC {area.text}."]
    step = 1 / min(area.scale, low.scale, high.scale)
    above, below = high.value - area.value, area.value - low.value
    if high.value < 1 and abs(above - below) > 2 * step + 1e-9:
        said.append(
            f"The CI reaches {number(below)} below and {number(above)} above the AUC: not DeLong's symmetric "
            "interval, perhaps a bootstrap or logit one."
        )
    return said + _width(area.value, low.value, high.value, step, row)


def _width(area: float, low: float, high: float, step: float, row: RowAudit) -> list[str]:
    half = norm.ppf(0.975) * hanley_error(area, row.positives, row.negatives)
    usual = min(area + half, 1) - max(area - half, 0)
    width = high - low
    if usual / UNUSUAL - step <= width <= usual * UNUSUAL + step:
        return []
    kind = "wider" if width > usual else "narrower"
    return [
        f"The CI is {number(width)} wide, much {kind} than n suggests (Hanley and McNeil: {number(usual)})."
    ]


def _through_point(area: Printed, row: RowAudit) -> list[str]:
    """A curve through the point of the printed cut-off has an area between two rectangles' sums."""
    sen, spec = row.span("sen"), row.span("spec")
    if row.flagged or sen is None or spec is None:
        return []
    (least_sen, most_sen), (least_spec, most_spec) = (
        [s.part / s.whole for s in span] for span in (sen, spec)
    )
    least, most = least_sen * least_spec, 1 - (1 - most_sen) * (1 - most_spec)
    if least - 0.5 / area.scale <= area.value <= most + 0.5 / area.scale:
        return []
    return [
        f"The AUC {area.text} lies outside {number(least)} to {number(most)}, which a curve through this "
        "sensitivity and specificity can have."
    ]
