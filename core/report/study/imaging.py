"""Report on the images: which radiomics features another contour would change."""

from functools import partial

from core.features.reliability import RELIABLE, graded
from core.figures.robustness import grades_figure, overlap_figure, readers_figure
from core.figures.text import number
from core.methods.imaging import readers_methods, robustness_methods
from core.report.study.parts import Plot, Results, Section

SOURCES = {
    "readers": (readers_figure, readers_methods, "two readers' contours"),
    "robustness": (overlap_figure, robustness_methods, "perturbed contours"),
}


def robustness(results: Results) -> Section | None:
    """ICC of every radiomics feature, and how far the contours agree; two readers' where there are two."""
    stage = next((name for name in SOURCES if results.has(name)), None)
    if stage is None or results.frame(stage, "icc").empty:
        return None
    icc, overlap, info = (results.frame(stage, name) for name in ("icc", "overlap", "info"))
    draw, methods, contours = SOURCES[stage]
    table, n = graded(icc), info["patients"]
    kept = int((table["icc"] >= RELIABLE).sum())
    said = (
        f"**{kept:,} of {len(table):,}** radiomics features have an ICC of at least {RELIABLE:g} over "
        f"{contours} of {n} patients; median ICC {number(table['icc'].median())}."
    )
    grades = Plot(partial(grades_figure, table, by="group", least=None), "Grades after Koo and Li 2016.")
    agreement = Plot(partial(draw, overlap), "How far the contours agree.")
    return Section((said, grades, agreement), methods(results.study.settings, n))
