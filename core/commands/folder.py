"""Commands on a study as a folder: its check, export and import as one archive."""

import sys
from pathlib import Path

from core.commands.console import Console
from core.commands.options import FINE, WITH_WARNINGS, Add, cache_option
from core.commands.places import check_folder, check_places, write_output
from core.paths import studies_folder
from core.progress import Report

MB = 1_000_000


def add_folder_commands(add: Add) -> None:
    """Declare the commands; ``add`` (name, command, help) gives the parser of each."""
    check = add("validate", validate, "every problem of a study folder at once")
    check.add_argument("study", type=Path, metavar="STUDY")
    check.add_argument("--json", type=Path, metavar="F", help="the report as JSON")
    check.add_argument("--html", type=Path, metavar="F", help="the report as a page")
    out = add("export", export, "a study and its stored results as one archive")
    out.add_argument("study", type=Path, metavar="STUDY")
    out.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.zip")
    out.add_argument("--without-results", action="store_true", help="the study folder alone")
    cache_option(out)
    into = add("import", import_, "take an exported study and its results in")
    into.add_argument("archive", type=Path, metavar="FILE.zip")
    into.add_argument("--to", type=Path, default=studies_folder(), metavar="DIR", help="folder of studies")
    into.add_argument("--name", metavar="NAME", help="of the new study's folder, else as exported")
    cache_option(into)


def validate(study: Path, json: Path | None, html: Path | None) -> int:
    """Print every problem of a study; 1 for errors, 3 for nothing but warnings."""
    from json import dumps

    from core.study_check import as_page, as_text, check_study

    for output in filter(None, (json, html)):
        check_places(output)
    report = check_study(study, progress=Console())
    if json:
        write_output(json, dumps(report.as_dict(), indent=1) + "\n")
    if html:
        write_output(html, as_page(report))
    print(as_text(report))
    return report.exit_code


def export(study: Path, output: Path, without_results: bool, cache: Path) -> int:
    """Write the archive."""
    from core.sharing import export_study

    check_places(output)
    done = export_study(study, output, None if without_results else cache, _progress())
    said = f"{done.files:,} files and {done.results} stored results, {done.size / MB:,.0f} MB before packing"
    print(f"{said}. Images are in it as they are, DICOM headers included.", file=sys.stderr)
    return FINE


def import_(archive: Path, to: Path, name: str | None, cache: Path) -> int:
    """Take an archive in; 3 where the study it holds cannot be read."""
    from core.sharing import import_study

    check_folder(to, "folder of studies")
    check_folder(cache, "cache")
    done = import_study(archive, to, cache, name, _progress())
    print(f"study {done.folder.name}, {done.results} stored results", file=sys.stderr)
    if done.fault:
        print(f"note: {done.fault}", file=sys.stderr)
        return WITH_WARNINGS
    if done.missing:
        print(f"run computes: {', '.join(done.missing)}", file=sys.stderr)
    return FINE


def _progress() -> Report:
    printed = Console()
    return lambda title, done, total: printed(title, done // MB, total // MB)
