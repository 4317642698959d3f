"""What an audit found, as tables to print."""

import pandas as pd

from core.figures.text import number, p_number
from core.methods import audit as words
from core.published.audit.report import Audit

MOST_DRAWN = 24
ALONE = "no count gives it"
COUNTS = {"tp": "TP", "fn": "FN", "tn": "TN", "fp": "FP"}
VERDICTS = {"cannot be": "cannot be right", "one of several": "may be wrong", "": "not printed"}


def caption(found: Audit) -> str:
    """How to read the figure."""
    more = f" The {MOST_DRAWN} rows that differ most." if found.entries["row"].nunique() > MOST_DRAWN else ""
    return (
        "Grey band: what rounding explains. A line: from the least to the greatest, where several matrices "
        f"fit. Named: entries that no matrix gives together with the others.{more}"
    )


def to_draw(found: Audit) -> pd.DataFrame:
    """Printed entries for the figure; of a long table only the rows with the greatest differences."""
    printed = found.entries[found.entries["printed"] != ""]
    off = printed[["steps_low", "steps_high"]].abs().max(axis=1).groupby(printed["row"]).max()
    return printed[printed["row"].isin(off.nlargest(MOST_DRAWN).index)]


def rows_table(found: Audit) -> pd.DataFrame:
    """Each row of the published table: the counts that fit, and the verdict."""
    shown = []
    for row, part in found.rows.groupby("row", sort=False):
        first = part.iloc[0]
        counts = {label: " or ".join(dict.fromkeys(part[name])) for name, label in COUNTS.items()}
        shown.append(
            {
                "Model": first["model"],
                "Cohort": first["cohort"],
                "n (positives)": f"{first['n']} ({first['positives']})",
                "Matrices": f"{part['number'].sum():,}",
                **counts,
                "Verdict": words.row_verdict(row, found),
            }
        )
    return pd.DataFrame(shown)


def entries_table(found: Audit) -> pd.DataFrame:
    """Each entry: printed, what the counts give, the verdict; flagged ones first."""
    entries = pd.concat([found.flagged, found.entries.drop(found.flagged.index)])
    counts = entries["counts"].map(lambda text: f" ({text})" if text else "")
    return pd.DataFrame(
        {
            "Row": entries["name"],
            "Entry": entries["entry"],
            "Printed": entries["printed"],
            "Counts give": entries["reads"] + counts,
            "Verdict": entries["verdict"].replace(VERDICTS).where(entries["possible"], ALONE),
        }
    )


def correlations_table(found: pd.DataFrame) -> pd.DataFrame:
    """Printed correlations with P and q."""
    spans = zip(found["p_exact"], found["p_low"], found["p_high"], strict=True)
    return pd.DataFrame(
        {
            "What": found["what"],
            "n": found["n"],
            "r": found["r"],
            "Printed P": found["p"],
            "P (over the rounding of r)": [_p_range(*span) for span in spans],
            "Verdict": found["verdict"].replace(VERDICTS),
            "Tests": found["tests"],
            "Rank": [number(rank, 0) for rank in found["rank"]],
            "q at least": found["q_low"].map(p_number),
        }
    )


def _p_range(p: float, low: float, high: float) -> str:
    """``0.039 (0.035-0.044)``: three decimals, to compare with any printed P."""
    return "<0.001" if high < 0.001 else f"{p:.3f} ({low:.3f}-{high:.3f})"
