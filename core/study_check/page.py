"""The report of a study's check as one page of HTML that needs nothing else."""

from html import escape
from itertools import groupby

from core.errors import Problem
from core.study_check.report import StudyReport, group_of, place_in_group
from core.study_check.text import headline, looked_at

STYLE = """
:root { color-scheme: light dark; --ink: #1c2126; --quiet: #5c6670; --rule: #e3e6e9; --paper: #ffffff;
  --band: #f6f7f8; --error: #b3261e; --warning: #8a5a00 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --quiet: #9aa4ae; --rule: #2c333b;
  --paper: #12161b; --band: #1a2027; --error: #ff8a80; --warning: #f0b429 } }
body { font: 14px/1.45 "Source Sans 3", "Helvetica Neue", Arial, sans-serif; color: var(--ink);
  background: var(--paper); max-width: 1200px; margin: 24px auto; padding: 0 20px }
h1 { font-size: 20px; margin: 0 0 2px } .quiet { color: var(--quiet); margin: 2px 0 }
.counts { display: flex; gap: 28px; margin: 14px 0 18px; font-variant-numeric: tabular-nums }
.counts b { display: block; font-size: 28px; line-height: 1.1 }
.error { color: var(--error) } .warning { color: var(--warning) }
details { border-top: 1px solid var(--rule); padding: 8px 0 } summary { cursor: pointer; font-weight: 600 }
summary span { font-weight: 400; margin-left: 10px }
table { border-collapse: collapse; width: 100%; margin: 6px 0 10px; table-layout: fixed }
th { text-align: left; color: var(--quiet); font-weight: 400; padding: 4px 14px 4px 0 }
td { vertical-align: top; padding: 5px 14px 5px 0; border-top: 1px solid var(--rule) }
td, h1, summary { overflow-wrap: anywhere }
tr:hover td { background: var(--band) } code { font-size: 12px; color: var(--quiet) }
.kind { width: 13% } .place { width: 17% } .expected { width: 26% } .found { width: 20% }
@media print { body { margin: 0; max-width: none; font-size: 10px } details { break-inside: avoid } }
@media (max-width: 700px) { th { display: none } td { display: block; border: 0; padding: 2px 0 }
  tr { display: block; border-top: 1px solid var(--rule); padding: 6px 0 } }
"""
MEANING = (
    "Written by Nodescope (python -m core validate). Errors keep the study, or the patient named, from being "
    "computed; warnings are for a reader to know."
)
COLUMNS = {"kind": "Severity", "place": "Where", "expected": "Expected", "found": "Found", "do": "What to do"}


def as_page(report: StudyReport) -> str:
    """The page: counts on top, then the problems of each file or folder, errors first; every text escaped."""
    groups = groupby(report.problems, key=group_of)
    parts = [
        f"<h1>{escape(headline(report))}</h1><p class='quiet'>{escape(looked_at(report))}</p>",
        _counts(report),
        *(_group(group, sorted(problems, key=lambda p: p.severity)) for group, problems in groups),
        f"<p class='quiet'>{MEANING}</p>",
    ]
    head = "<meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
    head += f"<title>Nodescope: check of {escape(report.study)}</title><style>{STYLE}</style>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{''.join(parts)}</body></html>\n"


def _counts(report: StudyReport) -> str:
    files = len({problem.file for problem in report.problems})
    counts = ((len(report.errors), "errors", "error"), (len(report.warnings), "warnings", "warning"))
    cells = [f"<div class='{css if n else ''}'><b>{n:,}</b>{word}</div>" for n, word, css in counts]
    return f"<div class='counts'>{''.join(cells)}<div><b>{files:,}</b>files concerned</div></div>"


def _group(group: str, problems: list[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    counts = [(errors, "error"), (len(problems) - errors, "warning")]
    said = "".join(f"<span class='{k}'>{n:,} {k}{'s' if n > 1 else ''}</span>" for n, k in counts if n)
    head = "".join(f"<th class='{css}'>{title}</th>" for css, title in COLUMNS.items())
    rows = "".join(map(_row, problems))
    return (
        f"<details open><summary>{escape(group)}{said}</summary>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _row(problem: Problem) -> str:
    cells = (place_in_group(problem), problem.expected, problem.found, problem.fix)
    kind = f"<td class='{problem.severity}'>{problem.severity}<br><code>{escape(problem.code)}</code></td>"
    return f"<tr>{kind}{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
