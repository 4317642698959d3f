"""The report of a study's check as text for a terminal."""

from itertools import groupby

from core.errors import Problem
from core.study_check.report import StudyReport, group_of, place_in_group


def as_text(report: StudyReport) -> str:
    """Problems file by file, each with its place, what was expected, found and can be done; then counts."""
    lines = []
    for group, problems in groupby(report.problems, key=group_of):
        lines.append(group)
        lines += [_line(problem) for problem in problems]
        lines.append("")
    return "\n".join([*lines, headline(report), looked_at(report)]).strip()


def headline(report: StudyReport) -> str:
    """How many errors and warnings there are."""
    errors, warnings = len(report.errors), len(report.warnings)
    counts = " and ".join(
        f"{n:,} {word}{'s' if n > 1 else ''}" for n, word in ((errors, "error"), (warnings, "warning")) if n
    )
    return f"{report.study}: {counts or 'nothing to complain of'}."


def looked_at(report: StudyReport) -> str:
    """What was read, so that nobody takes for sound what was not looked at."""
    found = [f"{number:,} {what}" for what, number in report.checked.items()]
    return f"Looked at: {', '.join(found)}." if found else "Nothing but study.toml was looked at."


def _line(problem: Problem) -> str:
    place = place_in_group(problem)
    return f"  {problem.severity}{f', {place}' if place else ''}: {problem}"
