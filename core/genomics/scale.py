"""The scale of expression values: log2(x + 1), or linear and taken there; what is unclear is asked."""

from typing import Any

import numpy as np
import pandas as pd

from core.errors import StudyError
from core.settings import ExpressionSettings

# log2(x + 1) of 30 would be a thousand million reads; linear FPKM and TPM reach far beyond 30.
LARGEST_LOG2 = 30.0
SCALE_KEYS = 'scale = "log2" or "linear" under [expression]'
NEGATIVE_KEYS = 'negatives = "zero" (they count as not expressed) or "drop" (their genes go)'


def on_log2_scale(values: pd.DataFrame, settings: ExpressionSettings) -> tuple[pd.DataFrame, dict[str, Any]]:
    """log2(x + 1) of complete values, genes x samples, and what was found and done.

    The info: ``scale``, ``scale_detected`` (not stated), ``negative_values``, and as ``negatives`` says
    ``dropped_negative`` genes or ``negatives_to_zero``. Raises StudyError: EXPRESSION-SCALE where ``scale``
    is auto and the values do not look like log2(x + 1), EXPRESSION-NEGATIVE where they are linear, some
    below 0, and nothing is said of that.
    """
    scale, negative = _scale(values, settings), values < 0
    info = {"scale": scale, "scale_detected": settings.scale == "auto"}
    info |= {"negative_values": int(negative.to_numpy().sum()), "dropped_negative": 0, "negatives_to_zero": 0}
    if scale != "linear":
        return values, info
    if info["negative_values"] and settings.negatives == "refuse":
        raise _negative(negative)
    below = negative.any(axis=1)
    if settings.negatives == "drop":
        values, info["dropped_negative"] = values[~below], int(below.sum())
    else:
        info["negatives_to_zero"] = info["negative_values"]
    return values.clip(lower=0).add(1).apply(np.log2), info


def _scale(values: pd.DataFrame, settings: ExpressionSettings) -> str:
    if settings.scale != "auto":
        return settings.scale
    low, high = float(values.to_numpy().min(initial=0.0)), float(values.to_numpy().max(initial=0.0))
    if low >= 0 and high <= LARGEST_LOG2:
        return "log2"
    looks = "linear by their size" if high > LARGEST_LOG2 else "neither linear nor log2(x + 1)"
    raise StudyError(
        "EXPRESSION-SCALE",
        "The scale of expression that does not look like log2(x + 1) must be stated",
        f"values from {low:,.4g} to {high:,.4g}, {_share(values < 0)} below 0: {looks}",
        f"Set {SCALE_KEYS}; linear values become log2(x + 1)"
        + (f", and where they are below 0 also {NEGATIVE_KEYS}." if low < 0 else "."),
    )


def _negative(cells: pd.DataFrame) -> StudyError:
    genes = int(cells.any(axis=1).sum())
    return StudyError(
        "EXPRESSION-NEGATIVE",
        "Values of a linear scale must be 0 or more: log2(x + 1) of others means nothing",
        f"{_share(cells)} below 0, in {genes:,} of {len(cells):,} genes",
        f"Set {NEGATIVE_KEYS} in [settings.expression].",
    )


def _share(cells: pd.DataFrame) -> str:
    found = int(cells.to_numpy().sum())
    return f"{found:,} of {cells.size:,} ({found / max(cells.size, 1):.1%})" if found else "none"
