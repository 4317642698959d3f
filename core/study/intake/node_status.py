"""Lymph-node status from pathologic N, node counts or plain values; every doubtful value has its decision.

Categories after the AJCC Cancer Staging Manual, 8th edition, breast: isolated tumour cells, pN0(i+), and
molecular findings, pN0(mol+), are node negative; micrometastases, pN1mi, are node positive.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from core.study.intake.n_stage import MISSING, stage_category
from core.study.tables import plain

Kind = Literal["stage", "count", "values"]
Decision = Literal["positive", "negative", "exclude"]
CATEGORIES = {
    "N0": "no node metastasis",
    "N0(i+)": "isolated tumour cells",
    "N0(mol+)": "molecular findings only",
    "N1mi": "micrometastases",
    "N+": "node metastasis",
    "NX": "nodes not assessed",
    "clinical": "clinical, not pathologic, N",
    "after therapy": "pathologic N after neoadjuvant therapy (yp)",
    "several": "several values that do not agree",
    "missing": "no value",
    "unreadable": "no N stage, count or named value",
}
# What a user may decide otherwise; N0 and N+ are what they are, without a value nothing can be said.
DECIDABLE = ("N0(i+)", "N0(mol+)", "N1mi", "NX", "clinical", "after therapy")
_FIXED: dict[str, Decision] = {"N0": "negative", "N+": "positive"}
_FIXED |= {"several": "exclude", "missing": "exclude", "unreadable": "exclude"}


def default_decisions() -> dict[str, Decision]:
    """AJCC's reading of doubtful categories; NX and what is no pathologic N before therapy is left out."""
    return {
        "N0(i+)": "negative", "N0(mol+)": "negative", "N1mi": "positive", "NX": "exclude",
        "clinical": "exclude", "after therapy": "exclude",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LabelRule:
    """What makes a patient LNM positive or negative.

    ``kind``: "stage" reads pathologic N (pN0, N0 (i+), N1mi, N2a, NX), "count" the number of positive nodes,
    "values" compares with ``positive`` and ``negative``. ``decisions``: category (``DECIDABLE``) -> decision;
    what is not named keeps its default.
    """

    kind: Kind = "stage"
    decisions: Mapping[str, Decision] = field(default_factory=default_decisions)
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()

    def decide(self, category: str) -> Decision:
        """The decision on a category."""
        return _FIXED.get(category) or self.decisions.get(category) or default_decisions()[category]


@dataclass(frozen=True, slots=True, eq=False)
class NodeStatus:
    """Label of every patient, and what each raw value became; nobody is dropped from either.

    ``patients``: [patient, raw, category, label, reason], label 1 positive, 0 negative, missing: excluded.
    ``counts``: [raw, category, meaning, decision, n], the most frequent raw value first.
    """

    patients: pd.DataFrame
    counts: pd.DataFrame

    @property
    def labels(self) -> dict[str, int]:
        """Label of those that have one."""
        kept = self.patients.dropna(subset=["label"])
        return dict(zip(kept["patient"], kept["label"].astype(int), strict=True))

    @property
    def excluded(self) -> pd.DataFrame:
        """[patient, raw, category, label, reason] of those without a label."""
        return self.patients[self.patients["label"].isna()]


def node_status(patients: Iterable[str], values: Iterable[object], rule: LabelRule) -> NodeStatus:
    """Label, category and reason of each patient under a rule; ``values`` as they stand in the table."""
    raw = [_text(value) for value in values]
    category = {text: _category(text, rule) for text in dict.fromkeys(raw)}
    rows = [
        (
            patient,
            text,
            category[text],
            _label(rule.decide(category[text])),
            _reason(text, category[text], rule),
        )
        for patient, text in zip(patients, raw, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["patient", "raw", "category", "label", "reason"])
    found = pd.Series(raw, dtype=object).value_counts(sort=True)
    counts = [
        (t, category[t], CATEGORIES[category[t]], rule.decide(category[t]), int(n)) for t, n in found.items()
    ]
    return NodeStatus(
        table.astype({"label": "Int64"}),
        pd.DataFrame(counts, columns=["raw", "category", "meaning", "decision", "n"]),
    )


def completed(first: NodeStatus, second: NodeStatus) -> NodeStatus:
    """``first``, with the label of ``second`` (node counts, say) where a patient has none.

    Where both have one and they differ, the patient is left out as "several". Both list the same patients in
    the same order; the counts stay those of ``first``.
    """
    table = first.patients.copy()
    for at, (one, other) in enumerate(zip(first.patients["label"], second.patients["label"], strict=True)):
        there = second.patients.iloc[at]
        if pd.isna(one) and not pd.isna(other):
            table.loc[table.index[at], ["label", "reason"]] = [
                other,
                f"by the second column: {there['reason']}",
            ]
        elif not pd.isna(one) and not pd.isna(other) and one != other:
            why = f"left out: {first.patients.iloc[at]['raw']} in one column, {there['raw']} in the other"
            table.loc[table.index[at], ["category", "label", "reason"]] = ["several", pd.NA, why]
    return NodeStatus(table, first.counts)


def _category(text: str, rule: LabelRule) -> str:
    if rule.kind == "stage":
        return stage_category(text)
    if text.lower() in MISSING:
        return "missing"
    if rule.kind == "count":
        return _counted(text)
    if plain(text) in {plain(value) for value in rule.positive}:
        return "N+"
    return "N0" if plain(text) in {plain(value) for value in rule.negative} else "unreadable"


def _counted(text: str) -> str:
    number = plain(text.replace(",", "."))
    if not isinstance(number, float) or number < 0 or not number.is_integer():
        return "unreadable"
    return "N+" if number else "N0"


def _label(decision: Decision) -> int | None:
    return {"positive": 1, "negative": 0}.get(decision)


def _reason(text: str, category: str, rule: LabelRule) -> str:
    decision = rule.decide(category)
    said = "left out" if decision == "exclude" else decision
    return f"{said}: {CATEGORIES[category]}" + (f" ({text})" if text else "")


def _text(value: object) -> str:
    if pd.isna(value):
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return text.strip()
