"""What each setting must fulfil besides its type."""

import math
from collections.abc import Callable
from typing import Any

from core.families import FAMILIES

Rule = tuple[str, Callable[[Any], bool]]  # what must hold, in words and as a test of the typed value
LARGEST = 1_000_000


def _from(low: float, high: float = math.inf) -> Rule:
    text = f"{low} or more" if high == math.inf else f"from {low} to {high}"
    return text, lambda value: low <= value <= high


POSITIVE: Rule = "above 0", lambda value: value > 0
POSITIVES: Rule = "above 0, each once", lambda v: len(v) > 0 and min(v) > 0 and len(set(v)) == len(v)
RULES: dict[str, Rule] = {
    "spacing": ("above 0", lambda values: min(values) > 0),
    "bin_width": POSITIVE,
    "normalize_scale": POSITIVE,
    "voxel_array_shift": _from(0),
    "pad_distance": _from(0),
    "log_sigmas": POSITIVES,
    "label": _from(1),
    "width_mm": ("above 0 and at most 50", lambda value: 0 < value <= 50),
    "patients": _from(2),
    "erode_mm": POSITIVE,
    "dilate_mm": POSITIVE,
    "shift_mm": POSITIVE,
    "noise_mm": POSITIVE,
    "smooth_mm": POSITIVE,
    "width": POSITIVE,
    "margin": _from(1),
    "size": _from(32),
    "side": _from(1),
    "step": _from(1),
    "nearest": _from(2),
    "min_dist": _from(0, 1),
    "seed": _from(0, 2**32 - 1),  # what scikit-learn takes
    "components": (
        "1 or more, or a share between 0 and 1",
        lambda v: v >= 1 if isinstance(v, int) else 0 < v < 1,
    ),
    "neighbours": _from(1),
    "keep": _from(1),
    "min_icc": _from(0, 1),
    "batch": ("not blank", lambda value: bool(value.strip())),
    "trees": _from(1),
    "min_leaf": _from(1),
    "c": POSITIVE,
    "rounds": _from(1),
    "rate": ("above 0 and at most 1", lambda value: 0 < value <= 1),
    "depth": _from(1),
    "folds": _from(2),
    "repeats": _from(1),
    "bootstraps": _from(2),
    "permutations": _from(1),
    "compared": _from(1),
    "shares": ("above 0 and at most 1", lambda v: len(v) > 0 and min(v) > 0 and max(v) <= 1),
    "top": _from(1),
    "signatures": (
        f"of {', '.join(FAMILIES)}, each once",
        lambda v: len(v) > 0 and set(v) <= set(FAMILIES) and len(set(v)) == len(v),
    ),
    "covariates": (
        "not blank, each once",
        lambda v: all(name.strip() for name in v) and len(set(v)) == len(v),
    ),
    "min_z": ("below 0", lambda value: value < 0),
    "power": _from(1, 100),
    "r_squared": _from(0, 1),
    "min_size": _from(3),
    "deep_split": _from(0, 4),
    "merge_height": _from(0, 1),
    "reassign_threshold": _from(0, 1),
    "min_core_kme": _from(0, 1),
    "min_kme_stay": _from(0, 1),
    "max_genes": _from(100),
    "min_gs": _from(0, 1),
    "max_p": _from(0, 1),
    "min_kme": _from(0, 1),
}


def rule_of(stage: str, key: str) -> Rule:
    """What a setting must fulfil; of candidates to search, each by itself."""
    text, holds = RULES.get(key, ("", lambda _: True))
    if stage != "search":
        return text, holds
    return f"each {text}, each once", lambda v: all(map(holds, v)) and len(set(v)) == len(v)


def too_large(value: Any) -> bool:
    """Whether a whole number, or one of several, is beyond what any computation could take."""
    values = value if isinstance(value, tuple | list) else (value,)
    return any(isinstance(one, int) and abs(one) > LARGEST for one in values)
