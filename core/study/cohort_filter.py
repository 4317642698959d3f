"""A filter over the patients of a study, as text that fits into a link."""

import math
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

import pandas as pd

from core.errors import StudyError

SPAN, NEXT, PART = "..", "|", ";"
EXACT = 2.0**53
SAFE = " "  # a blank stays readable; the address bar writes it as it likes


@dataclass(frozen=True, slots=True)
class Span:
    """A closed range of numbers; a patient without the value lies outside."""

    low: float
    high: float


Kept = tuple[str, ...] | Span


@dataclass(frozen=True, slots=True)
class CohortFilter:
    """What a patient must be: per column either one of some values or within a span.

    ``rules`` holds (column, kept) in the order in which they were set; without rules everyone passes.
    """

    rules: tuple[tuple[str, Kept], ...] = ()

    def with_rule(self, column: str, kept: Kept | None) -> "CohortFilter":
        """The filter with another rule for a column; None takes the rule away."""
        others = tuple(rule for rule in self.rules if rule[0] != column)
        return replace(self, rules=others if kept is None else (*others, (column, kept)))

    def rule(self, column: str) -> Kept | None:
        """The rule for a column."""
        return dict(self.rules).get(column)

    def apply(self, clinical: pd.DataFrame) -> pd.DataFrame:
        """Rows of a clinical table (one per patient) that pass.

        Raises StudyError (FILTER-COLUMN) where the table lacks a column of the filter.
        """
        passed = pd.Series(True, index=clinical.index)
        for column, kept in self.rules:
            if column not in clinical:
                fix = "Clear the filter."
                raise StudyError("FILTER-COLUMN", "A filter over this study's columns", column, fix)
            passed &= _passes(clinical[column], kept)
        return clinical[passed]

    def text(self) -> str:
        """``cohort:A|B;age:40..60``; ``parse`` takes it back."""
        return PART.join(f"{_coded(column)}:{_kept_text(kept)}" for column, kept in self.rules)


def parse(text: str) -> CohortFilter:
    """Filter of ``CohortFilter.text``; a single value needs no |. Raises StudyError (FILTER-TEXT)."""
    found = CohortFilter()
    for part in filter(None, text.split(PART)):
        column, colon, kept = part.partition(":")
        if not colon or not column or not kept:
            raise _no_filter(part)
        found = found.with_rule(unquote(column), _kept(kept, part))
    return found


def values_of(column: pd.Series) -> list[str]:
    """The values of a column that a rule may name, sorted; '' stands for a missing one, last."""
    return sorted({_name(value) for value in column}, key=lambda name: (not name, name))


def is_range(column: pd.Series) -> bool:
    """Whether a column is filtered by a span: numbers with more than six different values.

    Numbers beyond 2^53 are codes rather than sizes, and no browser has a slider for them or for infinity.
    """
    if not pd.api.types.is_numeric_dtype(column) or column.nunique() <= 6:
        return False
    return bool(column.abs().max() < EXACT)


def _passes(column: pd.Series, kept: Kept) -> pd.Series:
    if isinstance(kept, Span):
        return pd.to_numeric(column, errors="coerce").between(kept.low, kept.high)
    return column.map(_name).isin(kept)


def _name(value: object) -> str:
    """1 and 1.0 are one value, as ``1``."""
    if pd.isna(value):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _kept_text(kept: Kept) -> str:
    if isinstance(kept, Span):
        return f"{kept.low!r}{SPAN}{kept.high!r}"
    return NEXT.join(map(_coded, kept)) + NEXT  # the last one marks a list: a value may look like a span


def _kept(text: str, part: str) -> Kept:
    if text.endswith(NEXT) or SPAN not in text:
        return tuple(unquote(value) for value in text.removesuffix(NEXT).split(NEXT))
    low, _, high = text.partition(SPAN)
    try:
        span = Span(float(low), float(high))
    except ValueError:
        raise _no_filter(part) from None
    if not -math.inf < span.low <= span.high < math.inf:
        raise _no_filter(part)
    return span


def _no_filter(part: str) -> StudyError:
    return StudyError("FILTER-TEXT", "A filter such as cohort:A|B|;age:40..60", part[:60], "Clear it.")


def _coded(value: str) -> str:
    return quote(value, safe=SAFE)
