"""Reading tables to audit: every cell is text as printed, and all problems are reported at once."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from core.errors import TableError
from core.published.audit.correlations import read_p, read_r
from core.published.audit.matrices import ENTRIES
from core.published.audit.printed import is_blank, read_shares
from core.published.paper import published_facts
from core.study.csv_file import listed, read_csv

HERE = Path(__file__).parents[1]
MOST = 1_000_000  # patients, tests
MOST_ROWS = 500
AREA = ("auc", "auc_low", "auc_high")
METRICS = ("model", "cohort", "n", "positives", *AREA, *ENTRIES)
CORRELATIONS = ("what", "family", "n", "r", "p", "tests", "rank")
ALSO = {
    "accuracy": "acc", "sensitivity": "sen", "sens": "sen", "specificity": "spec", "spe": "spec",
    "positive": "positives", "events": "positives", "npos": "positives",
}  # fmt: skip
Row = Mapping[str, str]


def read_metrics(path: Path) -> pd.DataFrame:
    """A CSV of METRICS (n, positives and one of ENTRIES at least), as text; see ``check_metrics``."""
    return check_metrics(read_csv(path, "table to audit", every_name(METRICS)))


def read_correlations(path: Path) -> pd.DataFrame:
    """A CSV of CORRELATIONS (n and r at least); see ``check_correlations``."""
    return check_correlations(read_csv(path, "table of correlations", every_name(CORRELATIONS)))


def published_metrics() -> pd.DataFrame:
    """Table 1 of Liu et al. as text, to audit or to edit."""
    return numbered(as_text(pd.read_csv(HERE / "published_table1.csv", dtype=str), METRICS))


def published_correlations() -> pd.DataFrame:
    """Every correlation that Liu et al. print, as text; rank where the text tells it."""
    return numbered(as_text(pd.read_csv(HERE / "published_correlations.csv", dtype=str), CORRELATIONS))


def published_p() -> str:
    """P of LNM by cohort as Liu et al. print it."""
    facts = published_facts()
    return str(facts.loc[facts["statistic"] == "chi-square", "p"].iloc[0])


def numbered(table: pd.DataFrame) -> pd.DataFrame:
    """Rows numbered from 1, as a reader counts them."""
    return table.set_axis(range(1, len(table) + 1), axis=0)


def as_text(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The columns wanted, '' where absent or empty; names in capitals or in full are known, too."""
    names = [str(c).strip().lower().replace(" ", "_") for c in table.columns]
    named = table.set_axis([ALSO.get(name, name) for name in names], axis=1)
    named = named.loc[:, ~named.columns.duplicated()].reindex(columns=list(columns))
    text = named.astype(object).where(named.notna(), "").astype(str)
    return text.apply(lambda column: column.str.strip())


def check_metrics(table: pd.DataFrame) -> pd.DataFrame:
    """METRICS as text, n and positives as numbers, rows under the number they have in the file.

    Raises TableError: AUDIT-COLUMN, AUDIT-ROWS (every faulty cell, with row and column).
    """
    text = _filled(table, METRICS, ("n", "positives"))
    _check(text, _metric_problems, "hold n, positives and printed shares")
    return text.astype({"n": int, "positives": int})


def check_correlations(table: pd.DataFrame) -> pd.DataFrame:
    """CORRELATIONS as text, n, tests (1 where not given) and rank (NaN) as numbers; a column row before.

    Raises TableError: AUDIT-COLUMN, AUDIT-ROWS (every faulty cell, with row and column).
    """
    text = _filled(table, CORRELATIONS, ("n", "r"))
    _check(text, _correlation_problems, "hold n and a correlation as printed")
    numbers = {
        name: pd.to_numeric(text[name].mask(text[name].map(is_blank))) for name in ("n", "tests", "rank")
    }
    numbers["tests"] = numbers["tests"].fillna(1).astype(int)
    text = text.assign(**numbers, p=text["p"].mask(text["p"].map(is_blank), ""))
    text.insert(0, "row", text.index)
    return text.reset_index(drop=True)


def _filled(table: pd.DataFrame, columns: Sequence[str], needed: Sequence[str]) -> pd.DataFrame:
    """Rows in which something is written."""
    text = as_text(table, columns)
    text = text[(text != "").any(axis=1)]
    if len(text) > MOST_ROWS:
        expected = f"The table to audit must have at most {MOST_ROWS} rows"
        raise TableError("AUDIT-ROWS", expected, f"{len(text):,}", "Audit one published table at a time.")
    missing = [name for name in needed if not (text[name] != "").any()]
    if missing:
        expected = f"The table to audit must have the columns {', '.join(needed)}"
        fix = f"Name them so in the first row; others that are read: {', '.join(columns)}."
        raise TableError("AUDIT-COLUMN", expected, f"no {', '.join(missing)}", fix)
    return text


def _check(text: pd.DataFrame, problems_of: Callable[[Row], dict[str, str]], must: str) -> None:
    problems = [
        f"row {place}, column {column}: {why}"
        for place, row in zip(text.index, text.to_dict("records"), strict=True)
        for column, why in problems_of(row).items()
    ]
    if problems:
        fix = "Correct these cells."
        raise TableError("AUDIT-ROWS", f"Every row to audit must {must}", listed(problems), fix)


def _metric_problems(row: Row) -> dict[str, str]:
    """What is wrong, by column."""
    found = _count_problems(row, {"n": 2, "positives": 1})
    if not found and int(row["positives"]) >= int(row["n"]):
        found["positives"] = f"{row['positives']} of {row['n']} patients leave none of the other class"
    for names in (tuple(ENTRIES), AREA):
        _, faulty = read_shares({name: row[name] for name in names})
        found |= {name: f"{row[name]!r} is no share from 0 to 1 and no percentage" for name in faulty}
    if all(is_blank(row[name]) for name in ENTRIES):
        found["acc"] = f"nothing printed, nor under {', '.join(list(ENTRIES)[1:])}"
    return found


def _correlation_problems(row: Row) -> dict[str, str]:
    least = {"n": 3} | {name: 1 for name in ("tests", "rank") if not is_blank(row[name])}
    found = _count_problems(row, least)
    if read_r(row["r"]) is None:
        found["r"] = f"{row['r']!r} is no number from -1 to 1"
    if not is_blank(row["p"]) and read_p(row["p"]) is None:
        found["p"] = f"{row['p']!r} is no P value such as 0.04 or <0.01"
    tests = "1" if is_blank(row["tests"]) else row["tests"]
    if not found and not is_blank(row["rank"]) and int(row["rank"]) > int(tests):
        found["rank"] = f"{row['rank']} of {tests} tests"
    return found


def _count_problems(row: Row, least: Mapping[str, int]) -> dict[str, str]:
    """Cells that are no whole number of at least so many."""
    return {
        name: f"{row[name]!r} is no whole number from {low} to {MOST:,}"
        for name, low in least.items()
        if not (row[name].isascii() and row[name].isdigit() and low <= int(row[name][:9]) <= MOST)
    }


def every_name(columns: Sequence[str]) -> tuple[str, ...]:
    """Ways to write the columns that must stay text: 0.90 is more than 0.9."""
    names = [*columns, *ALSO]
    return tuple(dict.fromkeys(form for name in names for form in (name, name.upper(), name.capitalize())))
