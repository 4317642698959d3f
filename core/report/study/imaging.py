"""Report on the images: what the checks found, and which features another contour would change."""

from functools import partial

import pandas as pd

from core.checks.cohort import counts, matrix, with_failures
from core.features.reliability import RELIABLE, graded
from core.figures.checks import checks_figure, outcomes_figure
from core.figures.robustness import grades_figure, overlap_figure, readers_figure
from core.figures.text import number
from core.methods import checks as check_words
from core.methods.imaging import readers_methods, robustness_methods
from core.pipeline import CASE_STAGES
from core.report.study.parts import Plot, Results, Section, Table

SOURCES = {
    "readers": (readers_figure, readers_methods, "two readers' contours"),
    "robustness": (overlap_figure, robustness_methods, "perturbed contours"),
}


def checks(results: Results) -> Section:
    """Patients of each cohort by what the checks of their images and masks found; the checks with counts."""
    clinical = results.study.clinical.set_index("patient")[["cohort", "role"]]
    failures = pd.DataFrame(results.pipeline.failures(CASE_STAGES), columns=["patient", "code", "message"])
    found = with_failures(results.frame("masks", "findings"), failures)
    table, counted = clinical.join(matrix(found, list(clinical.index))), counts(found)
    parts: list[str | Plot | Table] = [
        check_words.headline(table, len(counted)),
        Plot(partial(outcomes_figure, table[["cohort", "role", "outcome"]])),
    ]
    if len(found):
        several = counted[(counted["left_out"] > 0) | (counted["kept"] > 0)]
        parts += [
            Plot(partial(checks_figure, counted, len(table)), "Patients by check."),
            Table(
                check_words.checks_table(several), "Checks that found something, and in how many patients."
            ),
        ]
    return Section(tuple(parts), check_words.checks_methods(results.study.settings, len(table)))


def robustness(results: Results) -> Section | None:
    """ICC of every radiomics feature, and how far the contours agree; two readers' where there are two."""
    stage = contours(results)
    if stage is None:
        return None
    icc, overlap, info = (results.frame(stage, name) for name in ("icc", "overlap", "info"))
    draw, methods, said_of = SOURCES[stage]
    table, n = graded(icc), info["patients"]
    kept = int((table["icc"] >= RELIABLE).sum())
    said = (
        f"**{kept:,} of {len(table):,}** radiomics features have an ICC of at least {RELIABLE:g} over "
        f"{said_of} of {n} patients; median ICC {number(table['icc'].median())}."
    )
    grades = Plot(partial(grades_figure, table, by="group", least=None), "Grades after Koo and Li 2016.")
    agreement = Plot(partial(draw, overlap), "How far the contours agree.")
    return Section((said, grades, agreement), methods(results.study.settings, n))


def contours(results: Results) -> str | None:
    """The stage that holds an ICC of the features, two readers' before perturbed contours; None without."""
    stage = next((name for name in SOURCES if results.has(name)), None)
    return None if stage is None or results.frame(stage, "icc").empty else stage
