"""Commands from expression to pathways: modules, gsva."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.commands.console import Console
from core.commands.options import FINE, WITH_WARNINGS, Add
from core.commands.places import check_folder, check_places, write_output
from core.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

    from core.genomics.coexpression import Modules
    from core.settings import CoexpressionSettings

# R's names for what `pickSoftThreshold` returns, as read.csv shows them.
SOFT_THRESHOLD = ["Power", "SFT.R.sq", "slope", "truncated.R.sq", "mean.k.", "median.k.", "max.k."]


def add_genomics_commands(add: Add) -> None:
    """Declare the commands; ``add`` (name, command, help) gives the parser of each."""
    _add_modules(add)
    gsva_of = add("gsva", gsva, "gene-set scores per sample")
    gsva_of.add_argument("expression", type=Path, metavar="EXPRESSION.csv")
    gsva_of.add_argument("sets", type=Path, metavar="SETS.gmt")
    gsva_of.add_argument("--method", choices=("gsva", "ssgsea", "zscore"), default="gsva")
    _table_options(gsva_of)
    gsva_of.add_argument("-o", "--output", type=Path, required=True, metavar="F.csv")


def modules(
    expression: Path,
    power: int | None,
    network: Any,
    tom: Any,
    min_size: int,
    deep_split: int,
    merge: float,
    pam_respects_dendro: bool,
    reassign: float,
    min_core_kme: float,
    max_genes: int | None,
    correlation: Any,
    scale: Any,
    negatives: Any,
    genes_in: str | None,
    output: Path,
) -> int:
    """WGCNA modules as R's `blockwiseModules` finds them, into four tables."""
    from core.genomics.coexpression import find_modules

    check_folder(output, "output folder")
    kind = "signed hybrid" if network == "signed-hybrid" else network
    settings = _coexpression(
        power=power,
        network=kind,
        tom=tom or ("signed" if kind == "signed" else "unsigned"),
        min_size=min_size,
        deep_split=deep_split,
        merge_height=merge,
        pam_respects_dendro=pam_respects_dendro,
        reassign_threshold=reassign,
        min_core_kme=min_core_kme,
        max_genes=max_genes,
        correlation=correlation,
    )
    values, notes = _read(expression, scale, negatives, genes_in)
    found = find_modules(values, settings, progress=Console().titled("WGCNA modules"))
    _write_modules(found, output)
    print(_summary(found, values), file=sys.stderr)
    return _said(notes)


def gsva(
    expression: Path,
    sets: Path,
    method: Any,
    scale: Any,
    negatives: Any,
    genes_in: str | None,
    output: Path,
) -> int:
    """Gene-set scores, sets x samples."""
    from core.genomics.enrichment import read_gmt
    from core.genomics.gsva import score

    check_places(output)
    known = read_gmt([sets]).sets
    values, notes = _read(expression, scale, negatives, genes_in)
    write_output(output, score(values, known, method=method).to_csv())
    return _said(notes)


def _add_modules(add: Add) -> None:
    parser = add("modules", modules, "WGCNA modules as R's blockwiseModules finds them")
    parser.add_argument("expression", type=Path, metavar="EXPRESSION.csv", help="genes x samples")
    parser.add_argument("--power", type=int, metavar="P", help="else the smallest with R^2 of 0.85, or 6")
    kinds = ("unsigned", "signed", "signed-hybrid")
    parser.add_argument("--type", dest="network", choices=kinds, required=True)
    parser.add_argument(
        "--tom-type", dest="tom", choices=("unsigned", "signed"), help="as --type; of signed-hybrid unsigned"
    )
    parser.add_argument("--correlation", choices=("pearson", "bicor"), default="pearson", help="R's corType")
    parser.add_argument("--min-size", type=int, required=True, metavar="N")
    parser.add_argument("--deep-split", type=int, required=True, metavar="D", help="0 to 4")
    parser.add_argument("--merge", type=float, required=True, metavar="H", help="R's mergeCutHeight")
    parser.add_argument("--no-pam-dendro", dest="pam_respects_dendro", action="store_false")
    parser.add_argument("--reassign", type=float, default=1e-6, metavar="P", help="R's reassignThreshold")
    parser.add_argument("--min-core-kme", type=float, default=0.5, metavar="R", help="R's minCoreKME")
    parser.add_argument("--max-genes", type=int, metavar="N", help="more are cut in blocks, not as R does")
    _table_options(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")


def _coexpression(**options: Any) -> "CoexpressionSettings":
    from core.overrides import override
    from core.settings import Settings

    given = {name: value for name, value in options.items() if value is not None}
    try:
        return override(Settings(), {"coexpression": given}).coexpression
    except StudyError as error:
        raise _with_fix(error, "Correct the option.") from None


def _with_fix(error: StudyError, fix: str) -> StudyError:
    """The same error, with the fix that helps on the command line."""
    return StudyError(error.code, error.expected, error.found, fix)


def _table_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scale", choices=("log2", "linear"), default="log2", help="linear values become log2(x + 1)"
    )
    parser.add_argument(
        "--negatives", choices=("refuse", "zero", "drop"), default="refuse",
        help="values below 0 of a linear scale: refused, set to 0, or their genes dropped",
    )  # fmt: skip
    parser.add_argument(
        "--genes-in", choices=("rows", "columns"), help="else told by the ids and the shape of the table"
    )


def _read(path: Path, scale: Any, negatives: Any, genes_in: str | None) -> tuple["pd.DataFrame", list[str]]:
    from core.genomics.matrix import read_matrix
    from core.settings import ExpressionSettings

    try:
        return read_matrix(path, ExpressionSettings(scale=scale, negatives=negatives), genes_in)
    except StudyError as error:
        raise _with_fix(error, "Choose --negatives zero (not expressed) or drop (their genes go).") from None


def _write_modules(found: "Modules", folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    found.genes.to_csv(folder / "modules.csv", index=False)
    found.eigengenes.to_csv(folder / "eigengenes.csv", index_label="sample")
    found.kme.add_prefix("kME").to_csv(folder / "kme.csv", index_label="gene")
    found.soft_threshold.set_axis(SOFT_THRESHOLD, axis=1).to_csv(folder / "soft_threshold.csv", index=False)


def _summary(found: "Modules", values: "pd.DataFrame") -> str:
    from core.genomics.samples import APART, connectivity

    info, samples = found.info, connectivity(values)
    sizes = info["sizes"]
    grey, apart = sizes.get("grey", 0), samples.loc[samples["z"] < APART, "sample"]
    stand = f"; samples that stand apart (Z.k below {APART}): {', '.join(apart)}" if len(apart) else ""
    return (
        f"{len(set(sizes) - {'grey'})} modules of {info['genes']:,} genes in {info['samples']} samples, "
        f"{grey:,} genes in none (grey); power {info['power']} ({info['power_rule']}){stand}"
    )


def _said(notes: list[str]) -> int:
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    return WITH_WARNINGS if notes else FINE
