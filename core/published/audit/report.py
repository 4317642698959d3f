"""The audit of whole tables, as tidy frames and as JSON."""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from core.errors import TableError
from core.evaluation.group_tests import chi_square
from core.evaluation.roc import Confusion
from core.published.audit.area import hints
from core.published.audit.correlations import PrintedP, audit_correlations, read_p
from core.published.audit.matrices import ENTRIES, Fits
from core.published.audit.printed import Printed, Share, is_blank, read_shares
from core.published.audit.row import FLAGS, RowAudit, audit_row
from core.published.audit.tables import AREA

SHOWN = 50  # matrices listed of those that fit a row, or one explanation of it
SAME = ("row", "name", "model", "cohort", "n", "positives")


@dataclass(frozen=True, slots=True, eq=False)
class Audit:
    """Tidy frames; rows begin with SAME (name: model and cohort) but in ``cohorts`` and ``correlations``.

    entries: [entry, printed, verdict, reads, counts, low, high, steps_low, steps_high, possible]: what the
        counts give in the printed form, the counts where they are known, the exact values, printed less
        those in units of the last decimal, whether any count gives the entry by itself.
    rows: [rule, left_out, number, tp, fn, tn, fp]: rule as in ``RowAudit``, how many matrices fit, each
        count or its range over them; of a row that no matrix fits a line for each smallest set of entries
        that is left out so that some does.
    matrices: [left_out, tp, fp, tn, fn]: at most SHOWN of those of each line of ``rows``.
    hints: [hint] on the AUC.
    cohorts: [cohort, n, positives], and ``chi_square`` of them, {} with fewer than two.
    correlations: of ``audit_correlations``.
    """

    entries: pd.DataFrame
    rows: pd.DataFrame
    matrices: pd.DataFrame
    hints: pd.DataFrame
    cohorts: pd.DataFrame
    chi_square: dict[str, Any]
    correlations: pd.DataFrame

    @property
    def flagged(self) -> pd.DataFrame:
        """Entries that cannot be right, or one of which cannot."""
        return self.entries[self.entries["verdict"].isin(FLAGS)]

    @property
    def flags(self) -> int:
        """Everything flagged: entries, P of correlations, P of the chi-square test."""
        wrong = int(self.correlations["verdict"].isin(FLAGS).sum()) if len(self.correlations) else 0
        return len(self.flagged) + wrong + (self.chi_square.get("verdict") in FLAGS)


def audit(metrics: pd.DataFrame, correlations: pd.DataFrame | None = None, chi_square_p: str = "") -> Audit:
    """Audit checked tables, of ``tables.check_metrics`` and ``check_correlations``.

    ``chi_square_p``: P of LNM by cohort as printed. Raises TableError AUDIT-P where it is no P value.
    """
    p = None if is_blank(chi_square_p) else _p(chi_square_p)
    entries, rows, matrices, said = [], [], [], []
    for place, row in zip(metrics.index, metrics.to_dict("records"), strict=True):
        same = {"row": place, "name": _named(place, row), **{name: row[name] for name in SAME[2:]}}
        printed, _ = read_shares({name: row[name] for name in ENTRIES})
        judged = audit_row(row["positives"], row["n"] - row["positives"], printed)
        entries += [{**same, **_entry(judged, name)} for name in ENTRIES]
        for line, counts in _matrices(judged):
            rows.append({**same, **line})
            matrices += [{**same, "left_out": line["left_out"], **asdict(matrix)} for matrix in counts]
        areas, _ = read_shares({name: row[name] for name in AREA})
        if "auc" in areas:
            found = hints(areas["auc"], areas.get("auc_low"), areas.get("auc_high"), judged)
            said += [{**same, "hint": hint} for hint in found]
    cohorts = metrics[["cohort", "n", "positives"]].drop_duplicates(ignore_index=True)
    related = pd.DataFrame(columns=["verdict"]) if correlations is None else audit_correlations(correlations)
    return Audit(
        entries=pd.DataFrame(entries),
        rows=pd.DataFrame(rows),
        matrices=pd.DataFrame(matrices),
        hints=pd.DataFrame(said, columns=[*SAME, "hint"]),
        cohorts=cohorts,
        chi_square=_node_status(cohorts, p),
        correlations=related,
    )


def as_json(found: Audit) -> dict[str, Any]:
    """Everything found; NaN as None."""
    names = ("entries", "rows", "matrices", "hints", "cohorts", "correlations")
    frames = {name: [_plain(row) for row in getattr(found, name).to_dict("records")] for name in names}
    return {"flagged": found.flags, **frames, "chi_square": _plain(found.chi_square)}


def _named(place: object, row: dict[Any, Any]) -> str:
    """``DLRN, training``; the number of a row without model and cohort."""
    return ", ".join(filter(None, (row["model"], row["cohort"]))) or f"row {place}"


def _entry(judged: RowAudit, name: str) -> dict[str, Any]:
    """One entry: what is printed, what the counts give."""
    printed, span = judged.printed.get(name), judged.span(name)
    row: dict[str, Any] = {"entry": ENTRIES[name], "printed": printed.text if printed else ""}
    row |= {"verdict": judged.verdict(name) if printed else "", **_given(span, printed or _finest(judged))}
    steps = [printed.steps(share) for share in span[::-1]] if printed and span else [math.nan] * 2
    return row | {
        "steps_low": steps[0], "steps_high": steps[1], "possible": judged.alone(name) if printed else True,
    }  # fmt: skip


def _given(span: tuple[Share, Share] | None, form: Printed) -> dict[str, Any]:
    """What the counts give, in the form of a printed number."""
    if span is None:
        return {"reads": "undefined", "counts": "", "low": math.nan, "high": math.nan}
    low, high = span
    texts = list(dict.fromkeys(form.like(share) for share in span))
    return {
        "reads": " to ".join(texts),
        "counts": f"{low.part}/{low.whole}" if low == high else "",
        "low": low.part / low.whole,
        "high": high.part / high.whole,
    }


def _finest(judged: RowAudit) -> Printed:
    """The entry with the most decimals: what is not printed is given in its form."""
    return max(judged.printed.values(), key=lambda number: number.scale)


def _matrices(judged: RowAudit) -> Iterator[tuple[dict[str, Any], list[Confusion]]]:
    """What fits, and for a flagged row what fits in each explanation; and the matrices themselves."""
    groups: list[tuple[tuple[str, ...], Fits]] = [((), judged.fits)] if judged.rule else judged.explained
    for dropped, fits in groups:
        left_out = ", ".join(ENTRIES[name] for name in dropped)
        line = {"rule": judged.rule, "left_out": left_out, "number": fits.count, **_ranges(fits)}
        yield line, fits.matrices(SHOWN)


def _ranges(fits: Fits) -> dict[str, str]:
    """Each count, or its least and greatest over the matrices."""
    tp, tn = (int(fits.tp.min()), int(fits.tp.max())), (int(fits.first.min()), int(fits.last.max()))
    both = {
        "tp": tp, "fn": (fits.positives - tp[1], fits.positives - tp[0]),
        "tn": tn, "fp": (fits.negatives - tn[1], fits.negatives - tn[0]),
    }  # fmt: skip
    return {name: " to ".join(map(str, dict.fromkeys(ends))) for name, ends in both.items()}


def _node_status(cohorts: pd.DataFrame, p: PrintedP | None) -> dict[str, Any]:
    """Chi-square of positives by cohort, without and with Yates' correction; {} where it says nothing."""
    if len(cohorts) < 2 or cohorts["cohort"].duplicated().any():
        return {}
    counts = [[row.positives, row.n - row.positives] for row in cohorts.itertuples()]
    plain = chi_square(counts)
    found: dict[str, Any] = {"statistic": plain.statistic, "df": plain.df, "p": plain.p}
    tests = [plain]
    if len(counts) == 2:
        tests.append(chi_square(counts, corrected=True))
        found |= {"statistic_corrected": tests[1].statistic, "p_corrected": tests[1].p}
    verdicts = [p.verdict(test.p, test.p) for test in tests] if p else [""]
    best = next((v for v in verdicts if v not in FLAGS), verdicts[0])
    return found | {"printed": str(p) if p else "", "verdict": best}


def _p(text: str) -> PrintedP:
    found = read_p(text)
    if found is None:
        fix = "Give it as printed, or leave it out."
        raise TableError("AUDIT-P", "The printed P must be a number such as 0.08 or <0.01", repr(text), fix)
    return found


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(k): None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()}
