"""Clinical covariates of the nomogram: who has them all, what a model knows of them, those of a new case."""

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from core.errors import ModelError
from core.models.levels import LINK, is_text, learn_levels

KNOWN = ["covariate", "level", "n", "low", "high"]
Given = dict[str, float | str]


def unusable(values: pd.DataFrame, training: "pd.Series[bool]", least: int) -> dict[str, ModelError]:
    """Why patients cannot be put on the nomogram, by patient, in the order of the table.

    Args:
        values: floats or text by patient and covariate, NaN or None where not known.
        training: whether each patient is a training patient.
        least: training patients, all covariates known, that a level must have.

    Codes: COVARIATE-MISSING, or COVARIATE-LEVEL for a level of too few training patients, in training too.
    """
    found = {p: _missing(row) for p, row in values.iterrows() if row.isna().any()}
    size = -1
    while size < len(found):  # a patient less may leave another level with too few
        size = len(found)
        left = values.drop(index=list(found))
        counts = {n: left.loc[training[left.index], n].value_counts() for n in left if is_text(left[n])}
        for name, count in counts.items():
            known = sorted(count.index[count >= least])
            found |= {p: _rare(name, known, v, least) for p, v in left[name].items() if v not in known}
    return {str(p): found[p] for p in values.index if p in found}


def describe(values: pd.DataFrame) -> pd.DataFrame:
    """What a model says of its covariates: [covariate, level, n, low, high], from the training patients.

    A row per covariate of numbers, with its range, or per level, the reference first (level "" and NaN where
    they do not apply).
    """
    levels, rows = learn_levels(values), []
    for name in map(str, values):
        if name in levels:
            rows += [(name, k, int((values[name] == k).sum()), math.nan, math.nan) for k in levels[name]]
        else:
            rows.append((name, "", len(values), float(values[name].min()), float(values[name].max())))
    return pd.DataFrame(rows, columns=KNOWN).astype({"n": int, "low": float, "high": float})


def read(known: pd.DataFrame, given: Iterable[tuple[str, Any]]) -> Given:
    """Covariates of a new case as a model takes them: float, or one of its levels as text.

    Args:
        known: of ``describe``.
        given: names and values, as numbers or text.

    Raises ModelError (CASE-COVARIATE) that names every one missing, given twice, unknown to the model or
    unreadable. It does not repeat a value that it cannot read: that may be anything.
    """
    pairs = [(name.strip(), value) for name, value in given]
    names, wanted = [name for name, _ in pairs], list(known["covariate"].unique())
    typed = {name: _typed(known[known["covariate"] == name], value) for name, value in pairs}
    faults = [f"no {name}" for name in wanted if name not in names]
    faults += [f"{name} twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    faults += [f"{name}, which is none of them" for name in typed if name not in wanted]
    faults += [f"a value of {name} that is not" for name in wanted if name in typed and typed[name] is None]
    if faults:
        expected = f"The model needs {listed_words(known)}" if wanted else "The model takes no covariate"
        fix = f"Give each once: --covariate {wanted[0]}{LINK}VALUE" if wanted else "Leave it out."
        raise ModelError("CASE-COVARIATE", expected, "; ".join(faults), fix)
    return {name: value for name in wanted if (value := typed[name]) is not None}


def pairs_of(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Names and values of texts such as "age=51"."""
    parts = (text.partition(LINK) for text in texts)
    return [(name, value) for name, _, value in parts]


def standing(known: pd.DataFrame, values: Given) -> list[dict[str, Any]]:
    """Covariates of a case beside the training patients, as JSON values.

    {"name", "value", "low", "high", "inside"} of a number, {"name", "value", "n", "reference"} of a level: n
    training patients have it.
    """
    rows: list[dict[str, Any]] = []
    for name, value in values.items():
        own = known[known["covariate"] == name]
        row: dict[str, Any] = {"name": name, "value": value}
        if isinstance(value, str):
            n = int(own.loc[own["level"] == value, "n"].iloc[0])
            rows.append(row | {"n": n, "reference": own["level"].iloc[0]})
        else:
            low, high = float(own["low"].iloc[0]), float(own["high"].iloc[0])
            rows.append(row | {"low": low, "high": high, "inside": low <= value <= high})
    return rows


def listed_words(known: pd.DataFrame) -> str:
    """``age (a number), stage (I, II or III)``."""
    words = []
    for name, own in known.groupby("covariate", sort=False):
        words.append(f"{name} ({'a number' if _is_number(own) else ' or '.join(own['level'])})")
    return ", ".join(words)


def _typed(own: pd.DataFrame, value: Any) -> float | str | None:
    """The value as a model takes it, None where it cannot."""
    text = str(value).strip()
    if own.empty or not _is_number(own):
        return text if text in set(own["level"]) else None
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _is_number(own: pd.DataFrame) -> bool:
    return own["level"].iloc[0] == ""


def _missing(row: "pd.Series[Any]") -> ModelError:
    names = ", ".join(map(str, row.index[row.isna()]))
    fix = "Fill it in, or take it out of settings.fusion.covariates."
    return ModelError("COVARIATE-MISSING", f"The nomogram needs {', '.join(row.index)}", f"no {names}", fix)


def _rare(name: str, known: list[str], value: str, least: int) -> ModelError:
    expected = f"{name} must be a level of {least} or more training patients: {', '.join(known)}"
    return ModelError("COVARIATE-LEVEL", expected, value, "Join levels in the clinical table.")
