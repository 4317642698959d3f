"""The expression table and the gene sets of a study, each held against the other and the patients."""

from typing import Any

import pandas as pd

from core.errors import Problem, listed
from core.faults import Faults
from core.genomics.enrichment import members_inside, read_gmt
from core.genomics.expression import REPAIRS, check_patients, expressed, read_expression
from core.genomics.gene_ids import one_row_per_gene
from core.genomics.gsva import dropped_sets
from core.genomics.samples import genes_in_rows, match_samples
from core.genomics.scale import on_log2_scale
from core.genomics.second_cohort import second_cohort
from core.settings import ExpressionSettings
from core.study.folder import Study
from core.study_check.files import relative

SHOWN = 10
# What a run repairs: the code of its warning, and what would need no repair.
ASKED = {
    "transposed": ("EXPRESSION-TURNED", "Genes must stand in rows, samples in columns"),
    "dropped_missing": ("EXPRESSION-MISSING", "Every gene must be measured in every sample"),
    "dropped_negative": ("EXPRESSION-NEGATIVE", "Values must be 0 or more"),
    "negatives_to_zero": ("EXPRESSION-NEGATIVE", "Values must be 0 or more"),
    "versions_stripped": ("EXPRESSION-VERSIONS", "Gene ids should be without versions"),
    "dates_restored": ("EXPRESSION-DATES", "Gene ids must be no dates"),
    "dates_dropped": ("EXPRESSION-DATES", "Gene ids must be no dates"),
    "duplicates_collapsed": ("EXPRESSION-REPEATED", "Every gene should have one row"),
}
FIXES = {
    "transposed": "Nothing needs to be done where that was right.",
    "dates_restored": "Export the table again without a spreadsheet.",
    "dates_dropped": "Export the table again without a spreadsheet.",
}
USUAL = "Correct the table where that is not what you want."


def check_expression(study: Study, faults: Faults) -> "pd.Index[Any] | None":
    """Check the table as a run prepares it. Returns the genes, None where there is no table to read."""
    if study.expression is None:
        return None
    own = faults.placed(file=relative(study, study.expression))
    frame = None
    with own.noting():
        frame = read_expression(study.expression, own)
    if frame is None:
        return None
    patients = study.patients("training")
    with own.noting():
        turned, was_turned = genes_in_rows(frame, patients)
        _warn("transposed", int(was_turned), own)
        frame = turned
    values = _of_patients(frame, study, patients, own) if patients else frame
    return _genes(values, study.settings.expression, own)


def check_second(study: Study, faults: Faults) -> None:
    """Check the table of a second cohort, in which the modules are looked for again."""
    if study.second_expression is None:
        return
    own = faults.placed(file=relative(study, study.second_expression))
    with own.noting():
        stated = study.settings.preservation
        second_cohort(study.second_expression, None, stated.scale, stated.negatives)


def check_gene_sets(study: Study, genes: "pd.Index[Any] | None", faults: Faults) -> int:
    """Check the GMT files, and that the sets name genes of the table. Returns how many sets there are."""
    if not study.genesets and study.expression is None:
        return 0
    names = [relative(study, path) for path in study.genesets]
    known = read_gmt(study.genesets, names, faults)
    if genes is None or not known.sets:
        return len(known.sets)
    own = faults.placed(file=names[0] if len(names) == 1 else "")
    with own.noting():
        members_inside(known, set(map(str, genes)))
        _check_sizes(genes, known.of_the_paper() or known.sets, own)
    return len(known.sets)


def _of_patients(frame: pd.DataFrame, study: Study, patients: list[str], faults: Faults) -> pd.DataFrame:
    samples, _ = match_samples(frame.columns, patients)
    with faults.noting():
        check_patients(len(samples), len(patients))
    without = [p for p in patients if p not in samples]
    if without and samples:
        expected = "Every training patient should have a tumour sample"
        found = f"none of {listed(without, ', ', SHOWN)}"
        faults.warn(Problem("EXPRESSION-WITHOUT", expected, found, "Add the samples, or leave it so."))
    _warn_of_others(frame, list(study.clinical["patient"]), faults)
    return frame[list(samples.values())] if samples else frame


def _warn_of_others(frame: pd.DataFrame, patients: list[str], faults: Faults) -> None:
    """Samples that are no patient's, if others are; further samples of a patient are none of these."""
    unknown = [str(s) for s in frame.columns if match_samples([s], patients) == ({}, 0)]
    if unknown and len(unknown) < frame.shape[1]:
        expected = "Samples should be those of patients"
        found = f"{len(unknown):,} others: {listed(unknown, ', ', SHOWN)}"
        fix = 'Name a sample by the patient code, or by the code, "-" and a suffix; others are not used.'
        faults.warn(Problem("EXPRESSION-UNMATCHED", expected, found, fix))


def _genes(values: pd.DataFrame, settings: ExpressionSettings, faults: Faults) -> "pd.Index[Any]":
    """What ``tidy`` does, each step by itself: an error of the scale hides no problem of the ids."""
    complete = values.dropna()
    _warn("dropped_missing", len(values) - len(complete), faults)
    logged, known = complete, False
    with faults.noting():
        logged, scale = on_log2_scale(complete, settings)
        known = True
        for name in ("dropped_negative", "negatives_to_zero"):
            _warn(name, scale[name], faults)
    single, counts = one_row_per_gene(logged)
    for name, count in counts.items():
        _warn(name, count, faults)
    if known:
        with faults.noting():
            return expressed(single, settings).index
    return single.index


def _check_sizes(genes: "pd.Index[Any]", sets: Any, faults: Faults) -> None:
    """Sets that GSVA leaves out for their size in this table, in words."""
    varied = pd.DataFrame({"a": 0.0, "b": 1.0}, index=genes)
    for name, size, reason in dropped_sets(varied, sets).itertuples(index=False):
        expected = f"The set {name} should be scored by GSVA"
        text = f"{size} genes in the expression table, {reason}"
        fix = "It is left out there; nothing needs to be done."
        faults.warn(Problem("GENESETS-SIZE", expected, text, fix))


def _warn(name: str, count: int, faults: Faults) -> None:
    if count:
        code, expected = ASKED[name]
        found = REPAIRS[name].format(f"{count:,}")
        faults.warn(Problem(code, expected, found, FIXES.get(name, USUAL)))
