"""Words of the audit of published tables: verdicts, captions, methods text."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from core.figures.text import number, p_number, p_value
from core.published.audit.correlations import read_p

if TYPE_CHECKING:
    from core.published.audit.report import Audit

SAID = 3  # explanations of a row that are spelt out
RESULTS = {
    "": "",
    "fits": "fits",
    "fits if cut off": "fits if cut off, not rounded",
    "cannot be": "does not fit",
}


def summary(found: "Audit") -> str:
    """What the audit of the metrics found, in a sentence or two."""
    printed, flagged = found.entries[found.entries["printed"] != ""], found.flagged
    exact = int((found.rows["rule"].ne("") & found.rows["number"].eq(1)).sum())
    rows = f"{exact} of {found.rows['row'].nunique()} rows give one exact confusion matrix"
    if flagged.empty:
        return f"No entry is flagged: each row fits at least one confusion matrix; {rows}."
    certain = int((flagged["verdict"] == "cannot be").sum())
    kinds = {"cannot be right": certain, "may be wrong": len(flagged) - certain}
    counts = " and ".join(f"{count} {kind}" for kind, count in kinds.items() if count)
    names = "; ".join(f"{name}: {_entries(part)}" for name, part in flagged.groupby("name", sort=False))
    return f"Of {len(printed)} printed entries {counts} ({names}). {rows.capitalize()}."


def in_brief(found: "Audit") -> str:
    """What should read otherwise, row by row."""
    told = _odd_rows(found)
    return f"{'; '.join(told)}." if told else "every entry fits."


def lines(found: "Audit") -> list[str]:
    """Everything to be told of an audit, line by line."""
    hints = [f"hint: {row['name']}: {row['hint']}" for row in found.hints.to_dict("records")]
    return [
        summary(found),
        *_odd_rows(found),
        *hints,
        node_status(found),
        *correlation_lines(found.correlations),
    ]


def row_verdict(row: int, found: "Audit") -> str:
    """The verdict on one row: which entries fit, or what should be printed."""
    lines = found.rows[found.rows["row"] == row]
    entries = found.entries[found.entries["row"] == row].set_index("entry")
    rule, count = lines["rule"].iloc[0], int((entries["printed"] != "").sum())
    if rule:
        how = "" if rule == "rounded" else ", if cut off instead of rounded"
        return f"{'all ' if count > 1 else ''}{count} printed {'fit' if count > 1 else 'fits'}{how}"
    choices = [
        " and ".join(should_read(entries.loc[e]) for e in text.split(", ")) for text in lines["left_out"]
    ]
    if len(choices) > SAID:
        size = lines["left_out"].iloc[0].count(",") + 1
        which = f"any one of {len(choices)} entries" if size == 1 else f"any {size} entries of several"
        return f"{which} may be wrong, or n or the positives"
    return " or ".join(choices)


def should_read(entry: "pd.Series[Any]") -> str:
    """``SPEC 0.73 should read 0.87 (41/47)``, the counts where one matrix gives them."""
    counts = f" ({entry['counts']})" if entry["counts"] else ""
    return f"{entry.name} {entry['printed']} should read {entry['reads']}{counts}"


def node_status(found: "Audit") -> str:
    """The chi-square test of positives by cohort, recomputed."""
    test = found.chi_square
    if not test:
        repeated = found.cohorts["cohort"].duplicated().any()
        why = "a cohort has more than one n or number of positives" if repeated else "it needs two cohorts"
        return f"No chi-square test of positives by cohort: {why}."
    said = " v ".join(f"{row.positives}/{row.n}" for row in found.cohorts.itertuples())
    text = f"Positives by cohort, {said}: chi-square {number(test['statistic'])}, {exact_p(test['p'])}"
    if "p_corrected" in test:
        corrected = f"{number(test['statistic_corrected'])}, {exact_p(test['p_corrected'])}"
        text += f"; with continuity correction {corrected}"
    if test["printed"]:
        text += f". Printed: P {test['printed']}, which {RESULTS[test['verdict']]}"
    return f"{text}."


def correlations(found: pd.DataFrame) -> str:
    """Whether the printed P fit their r, and the least q of each family of tests."""
    printed, wrong = int((found["verdict"] != "").sum()), correlation_lines(found)
    said = (
        " ".join(wrong) if wrong else f"Each of the {printed} printed P fits its r and n." if printed else ""
    )
    families = found[(found["tests"] > 1) & (found["family"] != "")].groupby("family", sort=False)
    least = [f"{name} {number(part['q_low'].min())} ({part['tests'].max()} tests)" for name, part in families]
    if not least:
        return said
    return f"{said} Corrected for the number of tests (assumption below), q is at least: {', '.join(least)}."


def q_note() -> str:
    """What the q of printed correlations is, and is not."""
    return (
        "q: Benjamini-Hochberg over the stated number of tests, P x tests / rank from the largest |r| that "
        "rounds to the printed one; the rank is given, or the place among the rows of the family. It is a "
        "lower bound if the tests of larger P that are not printed do not pull it down, as only one with a "
        "smaller P x tests / rank would."
    )


def methods() -> str:
    """Methods text for a paper."""
    return (
        "Published tables were audited for internal consistency. For each row all confusion matrices with "
        "the printed numbers of patients and positives were found whose accuracy, sensitivity, specificity, "
        "PPV and NPV round to the printed values (exact integer arithmetic; a tie may go either way; "
        "cutting off further decimals was considered only where rounding fitted nothing). Where no matrix "
        "fitted all entries, the smallest sets of entries were found without which one did: an entry in all "
        "of them cannot be right, in some of them may be wrong, if n and positives are. AUC: whether its CI "
        "holds it, is symmetric and as wide as n suggests (Hanley and McNeil 1982; unusual beyond a factor "
        "of 2), and whether a curve through the printed sensitivity and specificity can have it; these are "
        "hints, not flags. Correlations: two-sided P of Student's t with n - 2 degrees of freedom, over all "
        f"r that round to the printed one. {q_note()} Positives by cohort: chi-square test without and with "
        "Yates' correction."
    )


def correlation_lines(found: pd.DataFrame) -> list[str]:
    """A sentence for each printed P that r and n do not give."""
    wrong = found[found["verdict"] == "cannot be"] if len(found) else found
    return [
        f"{row['what'] or 'row ' + str(row['row'])}: r = {row['r']}, n = {row['n']} gives "
        f"{p_value(row['p_exact'])} ({p_number(row['p_low'])} to {p_number(row['p_high'])}), printed P "
        f"{read_p(row['p'])}."
        for row in wrong.to_dict("records")
    ]


def _odd_rows(found: "Audit") -> list[str]:
    """The verdict on each row that rounding does not explain."""
    rows = found.rows[found.rows["rule"] != "rounded"].drop_duplicates("row")
    return [f"{row['name']}: {row_verdict(row['row'], found)}" for row in rows.to_dict("records")]


def _entries(flagged: pd.DataFrame) -> str:
    return ", ".join(f"{row['entry']} {row['printed']}" for row in flagged.to_dict("records"))


def exact_p(p: float) -> str:
    """P with three decimals, so that it can be compared with any printed one."""
    return "P < 0.001" if p < 0.001 else f"P = {p:.3f}"
