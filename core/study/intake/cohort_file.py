"""A second table that says of which cohort each patient is, joined to the clinical table as a column."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from core.errors import TableError, listed
from core.study.intake.barcodes import Matches, match
from core.study.intake.columns import guess_mapping
from core.study.intake.people import codes_of, patient_code

COLUMN = "assigned cohort"


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """The clinical table with ``COLUMN``, missing for who is not in the file, and how codes were joined."""

    frame: pd.DataFrame
    matches: Matches
    cohorts: Mapping[str, str]  # by code of the file

    @property
    def table(self) -> pd.DataFrame:
        """[patient, matched, cohort, rule, problem], patients and codes; those without counterpart first."""
        known = self.matches.table
        rows = known.assign(cohort=known["matched"].map(self.cohorts).fillna(""))
        own = [(code, self.cohorts[code], "no patient of the clinical table") for code in self.matches.unused]
        rest = pd.DataFrame(own, columns=["matched", "cohort", "problem"])
        both = pd.concat([rows, rest], ignore_index=True).fillna("")
        both = both.sort_values("problem", key=lambda said: said == "", kind="stable", ignore_index=True)
        return both[["patient", "matched", "cohort", "rule", "problem"]]


def likely_columns(given: pd.DataFrame) -> tuple[str, str]:
    """Likely columns of codes and of cohorts. Raises TableError (COHORT-FILE) for fewer than two columns."""
    names = [str(name) for name in given.columns]
    if len(names) < 2:
        raise _fault("have two columns, code and cohort", f"{len(names)}", "Choose another table.")
    guess = guess_mapping(given)
    code = guess.patient or names[0]
    cohort = guess.cohort if guess.cohort != code else ""
    return code, cohort or next(name for name in names if name != code)


def assigned(frame: pd.DataFrame, patient: str, given: pd.DataFrame, code: str, cohort: str) -> Assigned:
    """Join by codes, as names of folders are joined (``barcodes.RULES``); each join is in ``table``.

    Args:
        frame: the clinical table; ``patient``: its column of codes.
        given: the second table; ``code``, ``cohort``: its columns. Rows without a code or cohort say nothing.

    Raises TableError (COHORT-FILE) for a code of two cohorts, or one column taken for both.
    """
    if code == cohort:
        raise _fault("have codes and cohorts in two columns", "one chosen for both", "Choose two.")
    rows = given[[code, cohort]].dropna().astype(str).apply(lambda column: column.str.strip())
    rows = rows[(rows[code] != "") & (rows[cohort] != "")].drop_duplicates()
    twice = list(rows.loc[rows[code].duplicated(), code].unique())
    if twice:
        raise _fault("give each code one cohort", f"two of {listed(twice[:5])}", "Correct these rows.")
    how = codes_of(frame[patient])
    own = [patient_code(text, how) for text in frame[patient]]
    found = match([name for name in dict.fromkeys(own) if name], rows[code])
    cohorts = dict(zip(rows[code], rows[cohort], strict=True))
    values = [cohorts.get(found.pairs.get(name, "")) for name in own]
    joined = frame.assign(**{COLUMN: pd.Series(values, index=frame.index, dtype=object)})
    return Assigned(joined, found, cohorts)


def _fault(must: str, found: str, fix: str) -> TableError:
    return TableError("COHORT-FILE", f"A table of cohorts must {must}", found, fix)
