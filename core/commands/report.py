"""Commands that report: audit of a published table, a study on one page."""

import sys
from pathlib import Path

from core.commands.options import FINE, WITH_WARNINGS, Add, open_pipeline, study_options, write_json
from core.commands.places import check_places, write_output
from core.errors import StudyError


def add_report_commands(add: Add) -> None:
    """Declare the commands; ``add`` (name, command, help) gives the parser of each."""
    audited = add("audit", audit, "which entries of a published table no confusion matrix can give")
    columns = "n, positives, acc, sen, spec, ppv, npv"
    audited.add_argument("table", type=Path, metavar="TABLE.csv", help=columns)
    audited.add_argument(
        "--correlations", type=Path, metavar="R.csv", help="n, r, p, tests: P and q of printed correlations"
    )
    audited.add_argument("--p", default="", metavar="P", help="printed P of positives by cohort")
    audited.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    reported = add("report", report, "the results of a study on one page of HTML")
    reported.add_argument("study", type=Path, metavar="STUDY")
    study_options(reported)
    reported.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.html")


def audit(table: Path, correlations: Path | None, p: str, output: Path) -> int:
    """Audit of a published table as JSON, in short on stderr; 3 when something is flagged."""
    from core.methods.audit import lines
    from core.published.audit import report, tables

    check_places(output)
    related = tables.read_correlations(correlations) if correlations else None
    found = report.audit(tables.read_metrics(table), related, p)
    write_json(output, report.as_json(found))
    print(*lines(found), sep="\n", file=sys.stderr)
    return WITH_WARNINGS if found.flags else FINE


def report(study: Path, preset: str | None, cache: Path, output: Path) -> int:
    """The results of a study as one HTML file; 3 when some of it is not computed."""
    from core.report.study import study_report
    from core.report.study.page import contents
    from core.report.study.parts import Results
    from core.tuning.record import TuningRecord

    check_places(output, cache)
    results = Results(open_pipeline(study, preset, cache))
    _, waiting = contents(results)
    if not results.has("evaluation") and not results.has("modules"):
        raise StudyError(
            "STUDY-NOT-COMPUTED", "The study must be computed", "no stage", "Run: python -m core run STUDY"
        )
    page = study_report(results, TuningRecord(cache, study).read())
    write_output(output, page)
    if waiting:
        print(f"Not computed, so not in the report: {', '.join(waiting)}.", file=sys.stderr)
    return WITH_WARNINGS if waiting else FINE
