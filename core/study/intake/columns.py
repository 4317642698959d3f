"""What each column of a clinical table is: a guess with its reason, for the user to confirm or change."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from core.errors import TableError, listed
from core.study.intake.barcodes import BARCODE
from core.study.intake.n_stage import MISSING, stage_category
from core.study.intake.node_status import Kind
from core.study.intake.privacy import identifying

Role = Literal["patient", "cohort", "age", "outcome", "covariate", "identifying", "empty"]
_PATIENT = re.compile(
    r"^(patient|case|subject|participant|sample|bcr_?patient_?barcode|_?patient|sampleid|submitter_?id|id|code"
    r"|(patient|case|subject|participant|study)[\s_.-]*(id|code|barcode|no|nr|number)?(\.samples|\.cases)?)$",
    re.IGNORECASE,
)
_COHORT = re.compile(
    r"\b(cohort|split|set|dataset|data[\s_]source|site|center|centre|collection)\b", re.IGNORECASE
)
_AGE = re.compile(r"\bage\b", re.IGNORECASE)
_NODES = re.compile(r"(lymph|\bln\b|node|axill)", re.IGNORECASE)
_COUNT = re.compile(r"(count|number|positive|pos\b|metastatic)", re.IGNORECASE)
_EXAMINED = re.compile(r"(examined|removed|total|harvested|resected)", re.IGNORECASE)
_LNM = re.compile(
    r"\b(lnm|ln[\s_]?met\w*|lymph[\s_]?node[\s_]?met\w*|node[\s_]?status|nodal[\s_]?status|pn[\s_]?status)\b",
    re.IGNORECASE,
)
_STAGE = re.compile(
    r"(pathologic\w*[\s_.]n\b|\bpn\b|\bn[\s_]?stage\b|ajcc_pathologic_n|ajcc_nodes_pathologic)", re.IGNORECASE
)
_MOST_COHORTS = 12


@dataclass(frozen=True, slots=True)
class Guess:
    """Likely role of a column, how sure (0 to 1), why; ``kind``: how an outcome column tells node status."""

    column: str
    role: Role
    confidence: float
    reason: str
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What the user confirmed: the columns that are read; any other column stays out of the study.

    ``cohort`` "": all patients are of one cohort. ``outcome_2``: a second column that completes the first.
    ``confirmed``: covariates that may identify a patient and shall be kept all the same.
    """

    patient: str = ""
    outcome: str = ""
    cohort: str = ""
    age: str = ""
    covariates: tuple[str, ...] = ()
    outcome_2: str = ""
    confirmed: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns that are read, each once."""
        named = (self.patient, self.cohort, self.age, self.outcome, self.outcome_2, *self.covariates)
        return tuple(dict.fromkeys(name for name in named if name))


def guess_columns(frame: pd.DataFrame) -> tuple[Guess, ...]:
    """A guess for every column, in their order; patient, cohort, age are given to one column each."""
    guesses = [_guess(str(name), frame[name].dropna().astype(str)) for name in frame.columns]
    for role in ("patient", "cohort", "age"):
        rivals = sorted((g for g in guesses if g.role == role), key=lambda g: -g.confidence)
        for other in rivals[1:]:
            rest = _other(other.column, frame[other.column].dropna().astype(str))
            guesses[guesses.index(other)] = rest
    return tuple(guesses)


def guess_mapping(frame: pd.DataFrame) -> ColumnMapping:
    """The likeliest mapping, for the user to confirm; columns that may identify a patient are left out."""
    guesses = guess_columns(frame)
    outcomes = sorted((g for g in guesses if g.role == "outcome"), key=lambda g: -g.confidence)
    one = {g.role: g.column for g in guesses if g.role in ("patient", "cohort", "age")}
    second = next((g.column for g in outcomes[1:] if g.kind != outcomes[0].kind), "")
    return ColumnMapping(
        patient=one.get("patient", ""), cohort=one.get("cohort", ""), age=one.get("age", ""),
        outcome=outcomes[0].column if outcomes else "", outcome_2=second,
        covariates=tuple(g.column for g in guesses if g.role == "covariate"),
    )  # fmt: skip


def require_mapping(mapping: ColumnMapping, frame: pd.DataFrame) -> None:
    """Raises TableError (TABLE-COLUMN) for a mapping that names no patient or outcome, or a column twice or
    none that is there; (TABLE-PRIVACY) for kept columns that may identify a patient and are not confirmed.
    """
    missing = [
        word for word, name in (("patient", mapping.patient), ("outcome", mapping.outcome)) if not name
    ]
    if missing:
        raise _column(f"A column must be chosen as {' and '.join(missing)}", "none")
    if unknown := [name for name in mapping.kept if name not in frame.columns]:
        raise _column("Every chosen column must be in the table", f"no {listed(unknown)}")
    named = [n for n in (mapping.patient, mapping.cohort, mapping.age, mapping.outcome) if n]
    if len(set(named)) < len(named):
        raise _column("Patient, cohort, age and outcome must be different columns", listed(named))
    risky = {name: why for name in mapping.kept if (why := _risk(name, frame[name], mapping))}
    if risky:
        found = listed([f"{name} ({why})" for name, why in risky.items()])
        fix = "Leave these columns out, or confirm that they do not identify a patient."
        raise TableError("TABLE-PRIVACY", "Columns of a study must not identify a patient", found, fix)


def _risk(name: str, values: "pd.Series[Any]", mapping: ColumnMapping) -> str:
    return "" if name in mapping.confirmed else identifying(name, values.dropna().astype(str))


def _column(expected: str, found: str) -> TableError:
    return TableError("TABLE-COLUMN", expected, found, "Choose the columns again.")


def _guess(name: str, values: "pd.Series[Any]") -> Guess:
    if values.empty or set(values.str.lower()) <= MISSING:
        return Guess(name, "empty", 1.0, "no values")
    unique = values.is_unique
    words = re.sub(r"[_.\s-]+", " ", name).strip()
    if (
        BARCODE.match(values.iloc[0].lower())
        and _share(values, lambda v: bool(BARCODE.match(v.lower()))) > 0.9
    ):
        return Guess(
            name, "patient", 0.9 + 0.09 * unique, "TCGA barcodes" + ("" if unique else ", some twice")
        )
    if _PATIENT.match(name.strip()) and unique:
        return Guess(name, "patient", 0.95, "its name, and no value twice")
    return _outcome(name, words, values) or _person(name, words, values) or _other(name, values)


def _outcome(name: str, words: str, values: "pd.Series[Any]") -> Guess | None:
    staged = _share(values, lambda v: stage_category(v) not in ("unreadable", "missing"))
    named = bool(_STAGE.search(words) or _STAGE.search(name))
    if staged > 0.8 and (named or staged == 1):
        how = "values such as " + ", ".join(values.value_counts().index[:2])
        return Guess(name, "outcome", 0.95 if named else 0.7, how, "stage")
    counts = _share(values, str.isdigit) > 0.9
    if counts and _NODES.search(words) and _COUNT.search(words) and not _EXAMINED.search(words):
        return Guess(name, "outcome", 0.8, "numbers of positive nodes", "count")
    if _LNM.search(words) and values.nunique() <= 4:
        return Guess(name, "outcome", 0.9, "its name, and few values", "values")
    return None


def _person(name: str, words: str, values: "pd.Series[Any]") -> Guess | None:
    numbers = pd.to_numeric(values, errors="coerce")
    years = bool(numbers.notna().mean() > 0.9 and numbers.dropna().between(15, 110).mean() > 0.9)
    if _AGE.search(words) and years:
        return Guess(name, "age", 0.95 if words.lower() == "age" else 0.85, "its name, and years of life")
    if _COHORT.search(words) and values.nunique() <= _MOST_COHORTS and not values.is_unique:
        sure = 0.9 if words.lower() in ("cohort", "split") else 0.6
        return Guess(name, "cohort", sure, f"its name, and {values.nunique()} values")
    return None


def _other(name: str, values: "pd.Series[Any]") -> Guess:
    if why := identifying(name, values):
        return Guess(name, "identifying", 0.8, why)
    same = values.nunique() == 1
    return Guess(name, "covariate", 0.3 if same else 0.5, "one value for all" if same else "any other column")


def _share(values: Iterable[str], fits: Any) -> float:
    found = [bool(fits(value.strip())) for value in values if value.strip().lower() not in MISSING]
    return sum(found) / len(found) if found else 0.0
