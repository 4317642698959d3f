"""Inclusion rules on what image headers and clinical columns say, and the flow of patients through them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.study.tables import plain

Source = Literal["manufacturer", "field_strength", "modality", "acquired", "column"]
Verdict = Literal["pass", "fail", "unknown"]
TITLES = {"manufacturer": "Manufacturer", "field_strength": "Field strength (T)", "modality": "Modality"}
TITLES |= {"acquired": "Acquired"}
GAUSS_PER_TESLA, MOST_TESLA = 10_000, 30
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
MAKERS = ("GE", "Siemens", "Philips", "Toshiba", "Canon", "Hitachi", "Fujifilm", "Hologic", "United Imaging")


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition that patients must fulfil.

    ``source``: what is looked at, a header's word or a clinical ``column``. ``values``: allowed ones (none:
    any); ``low`` and ``high``: both inside, numbers or, for ``acquired``, dates as 2020-01-31; "" is open.
    ``unknown``: what becomes of patients of whom it is not known.
    """

    source: Source
    column: str = ""
    values: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    unknown: Literal["keep", "leave out"] = "keep"

    @property
    def title(self) -> str:
        """As a step of the flow: "Manufacturer: GE"."""
        name = self.column if self.source == "column" else TITLES[self.source]
        if self.values:
            return f"{name}: {' or '.join(self.values)}"
        if self.low and self.high:
            return f"{name}: {self.low} to {self.high}"
        return (
            f"{name}: from {self.low}"
            if self.low
            else f"{name}: to {self.high}"
            if self.high
            else f"{name}: any"
        )

    def verdict(self, value: object) -> Verdict:
        """Whether a value passes; None, NaN and "" are unknown, as is a text where a number is asked for."""
        if value is None or pd.isna(value) or not str(value).strip():
            return "unknown"
        if self.values:
            allowed = {_comparable(self.source, text) for text in self.values}
            return "pass" if _comparable(self.source, value) in allowed else "fail"
        return self._between(str(value).strip())

    def keeps(self, verdict: Verdict) -> bool:
        """Whether a patient with this verdict stays."""
        return verdict == "pass" or (verdict == "unknown" and self.unknown == "keep")

    def _between(self, text: str) -> Verdict:
        ends = (self.low or text, text, self.high or text)
        if self.source == "acquired" or _ISO.fullmatch(text):
            dates = tuple(end.replace("-", "")[:8] for end in ends)
            return "pass" if dates[0] <= dates[1] <= dates[2] else "fail"
        numbers = [plain(end) for end in ends]
        if not all(isinstance(number, float) for number in numbers):
            return "unknown"
        return "pass" if numbers[0] <= numbers[1] <= numbers[2] else "fail"  # type: ignore[operator]


@dataclass(frozen=True, slots=True, eq=False)
class Screening:
    """``verdicts``: [patient, rule, value, verdict], a row per patient and rule.

    ``steps``: rule -> patients that pass it by itself; ``failures`` [patient, code, message]: why patients
    are left out, at the first rule that they miss. ``core.study.inclusion`` makes the flow of both.
    """

    verdicts: pd.DataFrame
    steps: dict[str, list[str]]
    failures: pd.DataFrame

    @property
    def passed(self) -> list[str]:
        """Patients that pass every rule."""
        out = set(self.failures["patient"])
        return [p for p in dict.fromkeys(self.verdicts["patient"]) if p not in out]


def screen(rules: Sequence[Rule], facts: pd.DataFrame, clinical: pd.DataFrame) -> Screening:
    """Every rule on every patient of ``clinical``.

    Args:
        rules: in the order of the flow.
        facts: [patient, manufacturer, field_strength, modality, acquired], from headers; missing: not known.
        clinical: [patient, ...] with the columns that rules name; one that is not there is not known.
    """
    patients = list(clinical["patient"])
    rows: list[tuple[str, str, str, str]] = []
    steps: dict[str, list[str]] = {}
    failures: dict[str, tuple[str, str, str]] = {}
    for rule in rules:
        table, name = (clinical, rule.column) if rule.source == "column" else (facts, rule.source)
        known = dict(zip(table["patient"], table[name], strict=True)) if name in table.columns else {}
        found = {p: (rule.verdict(known.get(p)), _shown(rule, known.get(p))) for p in patients}
        rows += [(p, rule.title, shown, verdict) for p, (verdict, shown) in found.items()]
        steps[rule.title] = [p for p, (verdict, _) in found.items() if rule.keeps(verdict)]
        for patient in [p for p in patients if p not in set(steps[rule.title]) and p not in failures]:
            shown = found[patient][1]
            failures[patient] = (patient, shown, f"{rule.title}: {shown}")
    return Screening(
        pd.DataFrame(rows, columns=["patient", "rule", "value", "verdict"]),
        steps,
        pd.DataFrame(list(failures.values()), columns=["patient", "code", "message"]),
    )


def manufacturer(text: str) -> str:
    """The maker's short name: GE MEDICAL SYSTEMS is GE."""
    words = re.sub(r"[^a-z]+", " ", text.lower()).strip()
    return next((m for m in MAKERS if f" {words} ".find(f" {m.lower()} ") >= 0), text.strip())


def tesla(value: float) -> float | None:
    """Field strength in tesla; scanners that write gauss (15000) are told by the size of the number."""
    strength = value / GAUSS_PER_TESLA if value > MOST_TESLA else value
    return round(strength, 4) if 0 < strength <= MOST_TESLA else None


def _comparable(source: Source, value: object) -> object:
    text = str(value).strip()
    if source == "manufacturer":
        return manufacturer(text).lower()
    found = plain(text)
    if source == "field_strength" and isinstance(found, float):
        return round(tesla(found) or found, 1)
    return found.lower() if isinstance(found, str) else found


def _shown(rule: Rule, value: object) -> str:
    """A value for people; of a date the year alone, for it is the patient's."""
    if rule.verdict(value) == "unknown":
        return "not known"
    dated = rule.source == "acquired" or _ISO.fullmatch(str(value))
    return str(value)[:4] if dated else str(value)
