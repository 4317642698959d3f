"""Expression and gene sets of a plan, copied into a study folder."""

import shutil
from pathlib import Path

from core.errors import CannotRun, TableError
from core.study.intake.barcodes import Matches, match
from core.study.intake.plan import ImportPlan
from core.study.intake.samples import copy_named, ending, sample_names

# Joins that the stages make themselves: the patient's own code, or a barcode that begins with it.
_AS_IT_IS = ("exact", "tcga")


def expression_matches(plan: ImportPlan, patients: list[str]) -> Matches:
    """How the samples of the expression file are joined to patients. Raises TableError (EXPRESSION-FILE)."""
    return match(patients, sample_names(Path(plan.expression)))


def put_expression(plan: ImportPlan, study: Path, patients: list[str]) -> str:
    """Copy the expression file, its samples named by patient codes where their own names are others.

    Returns its name in the study, "" where the plan has none. Raises TableError (EXPRESSION-FILE,
    EXPRESSION-SAMPLES where no sample is a patient's).
    """
    if not plan.expression:
        return ""
    path = Path(plan.expression)
    found = expression_matches(plan, patients)
    if not found.pairs:
        fix = "Choose the file of these patients, with genes in rows and samples in columns."
        raise TableError("EXPRESSION-SAMPLES", "Samples of the expression file must be patients", "none", fix)
    rules = dict(zip(found.table["patient"], found.table["rule"], strict=True))
    renamed = {name: p for p, name in found.pairs.items() if rules[p] not in _AS_IT_IS}
    target = f"expression{ending(path)}"
    copy_named(path, study / target, renamed)
    return target


def put_genesets(plan: ImportPlan, study: Path) -> list[str]:
    """Copy the gene sets; their names in the study. Raises CannotRun (IMPORT-GENESETS) for one not there."""
    names = []
    for k, path in enumerate(map(Path, plan.genesets), start=1):
        name = f"genesets/{path.name}" if path.name.isprintable() else f"genesets/sets{k}.gmt"
        name = f"genesets/{k}_{path.name}" if name in names else name
        (study / "genesets").mkdir(exist_ok=True)
        try:
            shutil.copyfile(path, study / name)
        except OSError as error:
            fix = "Choose it again."
            raise CannotRun(
                "IMPORT-GENESETS", "Gene sets must be files that can be read", "none", fix
            ) from error
        names.append(name)
    return names
