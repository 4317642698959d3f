"""The commands ``fetch ...``: gene sets, expression and images from the public archives."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.commands.options import FINE, WITH_WARNINGS, Add
from core.commands.places import check_folder, check_places, write_output
from core.commands.telling import reporting
from core.errors import CannotRun, StudyError, coded
from core.paths import cache_folder

if TYPE_CHECKING:
    import pandas as pd

    from core.study.archives.idc import Outcome, Plan

SHOWN = 5


def add_fetch_commands(add: Add) -> None:
    """Declare ``fetch`` and its sources; ``add`` (name, command, help) gives the parser."""
    sources = add("fetch", fetch_genesets, "download what a study needs").add_subparsers(
        title="sources", required=True
    )

    def source(name: str, command: Callable[..., int], text: str) -> argparse.ArgumentParser:
        parser = sources.add_parser(name, help=text, description=text)
        parser.set_defaults(command=command)
        return parser

    sets = source(
        "genesets", fetch_genesets, "a gene-set library of Enrichr as GMT, KEGG_2021_Human for example"
    )
    sets.add_argument("library", metavar="NAME")
    sets.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.gmt")
    idc = source("idc", fetch_idc, "MR series, segmentations and maps from the Imaging Data Commons")
    idc.add_argument("--collection", nargs="+", dest="collections", metavar="NAME")
    idc.add_argument("--rules", nargs="*", metavar="RULE", help="who is chosen, else the usual rules")
    idc.add_argument("--dry-run", action="store_true", help="count and show; needs no network")
    idc.add_argument("-o", "--output", type=Path, metavar="DIR", help="where it is, or will be, downloaded")
    _in_scripts(idc)
    xena = source("xena", fetch_xena, "expression and clinical table of TCGA-BRCA from UCSC Xena")
    xena.add_argument("--dataset", choices=("star_fpkm", "htseq_fpkm"), default="star_fpkm")
    xena.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    _in_scripts(xena)
    paper = source(
        "liu2024", fetch_liu2024, "the study folder of Liu et al. 2024, as far as archives hold it"
    )
    paper.add_argument("directory", type=Path, metavar="DIR")
    paper.add_argument("--no-images", action="store_false", dest="images", help="without the series (20 GB)")
    _in_scripts(paper)


def fetch_genesets(library: str, output: Path) -> int:
    """A gene-set library of Enrichr as a GMT file."""
    from core.genomics.gene_set_source import download

    check_places(output)
    write_output(output, download(library))
    print(
        f"{library}: name the file under [genesets] files of study.toml, or pass it to gsva", file=sys.stderr
    )
    return FINE


def fetch_idc(
    collections: list[str] | None,
    rules: list[str] | None,
    dry_run: bool,
    output: Path | None,
    yes: bool,
    cache: Path,
) -> int:
    """Counts per rule, then the series that the rules leave; 3 when some could not be fetched."""
    from core.study.archives import idc

    names = collections or list(idc.COLLECTIONS)
    plan = idc.make_plan(names, rules, output)
    print(_flow_text(plan.flow), _contents_text(plan), sep="\n\n")
    if dry_run:
        return FINE
    if output is None:
        raise StudyError("FETCH-FOLDER", "A download must have a folder", "none", "Name one with -o DIR.")
    check_folder(output, "output folder")
    _agree(f"Download {plan.bytes / 1e9:,.1f} GB", yes)
    with reporting(output, cache) as report:
        outcome = idc.download(plan, output, report)
        _refuse_nothing(outcome)
        if len(outcome.failed):
            report.message = f"{len(outcome.failed)} series not fetched: {outcome.failed['message'].iloc[0]}"
    print(_flow_text(idc.make_plan(names, rules, output).flow))
    return _said(outcome)


def fetch_xena(dataset: Any, output: Path, yes: bool, cache: Path) -> int:
    """Xena's three files, and a study's expression table made of them."""
    from core.study.archives import xena, xena_tables

    check_folder(output, "output folder")
    files = xena.describe_files(dataset)
    print(*(f"{f.url.rsplit('/', 1)[-1]}: {(f.size or 0) / 1e6:,.1f} MB" for f in files), sep="\n")
    print(xena.TERMS)
    _agree(f"Download {sum(f.size or 0 for f in files) / 1e6:,.0f} MB", yes)
    with reporting(output, cache) as report:
        paths = xena.download(dataset, output, report)
        target = output / "expression.tsv.gz"
        written = xena_tables.write_expression(
            paths["expression"], paths["probemap"], target,
            step=lambda done, total: report("Symbols for Ensembl ids", done, total),
        )  # fmt: skip
    print(
        f"{target.name}: {written.genes:,} genes of {written.rows:,} rows x {len(written.patients)} patients"
    )
    print(xena_tables.RULE)
    return FINE


def fetch_liu2024(directory: Path, images: bool, yes: bool, cache: Path) -> int:
    """The paper's two cohorts as a study folder, and what is missing; 3 when a host gave nothing."""
    from core.importing.rebuild import rebuild
    from core.study.archives import idc, xena

    check_folder(directory, "study folder")
    plan = idc.make_plan(folder=directory / "archives" / "idc")
    print(_contents_text(plan) if images else "No images", xena.TERMS, sep="\n")
    _agree(f"Download {plan.bytes / 1e9:,.1f} GB of images, and Xena's tables" if images else "Download", yes)
    with reporting(directory, cache) as report:
        found = rebuild(directory, report, images=images)
        report.message = f"Not fetched: {' '.join(found.not_fetched[:2])}" if found.not_fetched else ""
    print(_flow_text(found.flow), "", "Missing (more in MISSING.md):", sep="\n")
    print(*(f"- {item.what} ({item.count}): {item.place}" for item in found.missing), sep="\n")
    for message in found.not_fetched:
        print(f"not fetched: {message}", file=sys.stderr)
    return WITH_WARNINGS if found.not_fetched else FINE


def _in_scripts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="download without asking")
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="where progress is told to pages")


def _agree(question: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise StudyError("FETCH-CONFIRM", "A download must be agreed to", "no terminal to ask", "Add --yes.")
    if input(f"{question}? [y/N] ").strip().lower() not in ("y", "yes"):
        raise CannotRun("FETCH-STOPPED", "Nothing was downloaded: the answer must be y", "another answer")


def _flow_text(flow: "pd.DataFrame") -> str:
    lines = ["Patients left after each step (? is not known)"]
    for cohort, rows in flow.astype({"n": object}).groupby("cohort", sort=False):
        lines += ["", str(cohort)]
        for row in rows.itertuples():
            count = row.n if isinstance(row.n, int) else "?"
            lines.append(f"{count:>5}  {row.step} ({row.rule})" + (f": {row.reasons}" if row.reasons else ""))
    return "\n".join(lines)


def _contents_text(plan: "Plan") -> str:
    lines = [f"To download, as release {plan.index} of the index has it"]
    for row in plan.contents.itertuples():
        lines.append(
            f"{row.bytes / 1e9:>8.2f} GB  {row.series:>5} series of {row.patients:>4} patients  "
            f"{row.collection} {row.kind}, {row.licence}"
        )
    return "\n".join([*lines, f"{plan.bytes / 1e9:>8.2f} GB  {len(plan.series):>5} series in all"])


def _refuse_nothing(outcome: "Outcome") -> None:
    if not outcome.complete:
        raise CannotRun(*coded(outcome.failed["message"].iloc[0]))


def _said(outcome: "Outcome") -> int:
    for row in outcome.failed.head(SHOWN).itertuples():
        print(f"not fetched: {row.folder}: {row.message}", file=sys.stderr)
    if len(outcome.failed) > SHOWN:
        print(f"and {len(outcome.failed) - SHOWN} more series", file=sys.stderr)
    return WITH_WARNINGS if len(outcome.failed) else FINE
