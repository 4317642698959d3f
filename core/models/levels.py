"""Columns of text in a regression: a 0-1 term for each of their levels against a reference."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.errors import ModelError
from core.models import inputs
from core.models.inputs import Floats

INTERCEPT = "Intercept"
LINK = "="  # "stage=II" is the term of level II of the column stage, as rms names it
Levels = Mapping[str, Sequence[str]]


def term(column: str, level: str) -> str:
    """Name of the term of a level."""
    return f"{column}{LINK}{level}"


def column_of(name: str) -> str:
    """Column that a term comes from."""
    return str(name).partition(LINK)[0]


def learn_levels(table: pd.DataFrame) -> dict[str, list[str]]:
    """Levels of each column of text, the reference first: the most frequent, of equals the first by name.

    A column of numbers has none: it enters as it is.
    """
    return {str(name): _ordered(table[name]) for name in table if is_text(table[name])}


def levels_of(terms: Sequence[str]) -> dict[str, list[str]]:
    """Levels by column, as the names of a regression's terms have them."""
    found: dict[str, list[str]] = {}
    for name in terms:
        column, link, level = str(name).partition(LINK)
        if link:
            found.setdefault(column, []).append(level)
    return found


def expand(table: pd.DataFrame, levels: Levels) -> pd.DataFrame:
    """The table with columns of text replaced by a 0-1 column per level, the reference's too.

    A row of a level that is not among them has NaN in all of these.
    """
    if not levels:
        return table
    return pd.concat([_expanded(table[name], levels.get(str(name))) for name in table], axis=1)


def expand_known(table: pd.DataFrame, levels: Levels) -> pd.DataFrame:
    """``expand`` of rows that must be of the levels. Raises ModelError COVARIATE-LEVEL."""
    for name in (name for name in levels if name in table):
        strange = int((~table[name].isin(levels[name])).sum())
        if strange:
            expected = f"{name} must be one of {', '.join(levels[name])}"
            fix = "Leave those patients out."
            raise ModelError("COVARIATE-LEVEL", expected, f"{strange} of another value or none", fix)
    return expand(table, levels)


def log_odds(coef: "pd.Series[float]", table: pd.DataFrame) -> Floats:
    """Linear predictor (n,) of a table (n x named columns) by the coefficients of terms and the intercept.

    Raises ModelError FEATURES-MISSING, FEATURES-NAN or COVARIATE-LEVEL.
    """
    slopes = coef.drop(INTERCEPT)
    names = [str(name) for name in slopes.index]
    values = inputs.features(expand_known(table, levels_of(names)), names).to_numpy()
    score: Floats = coef[INTERCEPT] + values @ slopes.to_numpy()
    return score


def references(levels: Levels) -> list[str]:
    """Terms of the reference levels: the others are told against them, so they have no coefficient."""
    return [term(name, each[0]) for name, each in levels.items()]


def is_text(column: "pd.Series[str]") -> bool:
    """Whether a column enters by its levels."""
    return not pd.api.types.is_numeric_dtype(column)


def _ordered(column: "pd.Series[str]") -> list[str]:
    counts = column.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return [str(counts.index[0]), *sorted(map(str, counts.index[1:]))] if len(counts) else []


def _expanded(column: "pd.Series[str]", known: Sequence[str] | None) -> "pd.DataFrame | pd.Series[str]":
    if known is None:
        return column
    values = np.array([[value == level for level in known] for value in column], dtype=np.float64)
    values[~column.isin(known).to_numpy()] = np.nan
    return pd.DataFrame(values, index=column.index, columns=[term(str(column.name), k) for k in known])
