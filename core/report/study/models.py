"""Report on the models: discrimination, calibration, net benefit, tests, nomogram, validation."""

from functools import partial

import pandas as pd

from core.evaluation.optimism import stored_areas
from core.evaluation.pairs import by_lnm, pairs_table
from core.evaluation.threshold import reach
from core.figures.calibration import calibration_figure
from core.figures.decision_curve import decision_figure
from core.figures.nomogram import nomogram_figure
from core.figures.pairwise import delong_figure, reclassification_figure
from core.figures.palette import ordered_models
from core.figures.published import published_figure
from core.figures.roc import roc_figure
from core.figures.signatures import signatures_figure
from core.figures.validation import kinds_figure, permutation_figure
from core.methods import model as words
from core.methods import results as said
from core.methods import validation as validation_words
from core.published.paper import side_by_side
from core.report.study.parts import Plot, Results, Section, Table


def discrimination(results: Results) -> Section:
    """ROC, Table 1, decision curve and calibration of every model."""
    metrics, settings = results.frame("evaluation", "metrics"), results.study.settings
    predictions, models = _predictions(results, metrics)
    roc, decision, calibration = (
        results.frame("evaluation", name) for name in ("roc", "decision", "calibration")
    )
    parts: list[str | Plot | Table] = [
        f"{said.headline(metrics)} {said.calibrated(metrics)}",
        Plot(partial(roc_figure, roc, metrics), f"AUC (DeLong 95% CI). {words.training_note(settings)}"),
        Table(said.table_one(metrics), "95% CI: DeLong for the AUC, Wilson otherwise; carried cut-offs."),
        Plot(
            partial(decision_figure, decision, metrics, reach=reach(predictions, models)),
            "Net benefit, over the range of each model's probabilities.",
        ),
        Plot(
            partial(calibration_figure, calibration, metrics, models, patients=predictions),
            "Calibration: lowess curve; a tick per patient.",
        ),
        Table(said.calibration_table(metrics)),
    ]
    return Section(tuple(parts), words.comparison(settings))


def differences(results: Results) -> Section:
    """Signatures by LNM, DeLong's test, NRI and IDI of every pair."""
    metrics = results.frame("evaluation", "metrics")
    predictions, models = _predictions(results, metrics)
    pairs = pairs_table(predictions, models)
    tests = by_lnm(predictions, models)
    parts = (
        said.gain(pairs),
        Plot(partial(signatures_figure, predictions, tests), "P: Mann-Whitney, two-sided."),
        Plot(
            partial(delong_figure, pairs),
            "Difference of the AUCs, row minus column; P: DeLong, paired, unadjusted.",
        ),
        Table(said.delong_table(pairs)),
        Plot(
            partial(reclassification_figure, pairs),
            "The continuous NRI can be positive for noise: read it beside the change in Brier score.",
        ),
        Table(said.reclassification_table(pairs)),
        Table(said.hosmer_table(metrics), "Hosmer-Lemeshow test."),
    )
    return Section(parts, words.tests())


def nomogram(results: Results) -> Section:
    """The nomogram and what it says of its fit."""
    axes, info = results.frame("fusion", "axes"), results.frame("fusion", "info")
    parts = (Plot(partial(nomogram_figure, axes), info["note"]),)
    return Section(parts, words.nomogram(results.study.settings, info["signatures"]))


def validation(results: Results) -> Section:
    """What is left of the AUC: apparent, corrected, out-of-fold, external; permuted labels."""
    if not results.has("validation"):
        areas = stored_areas(results.frame("evaluation", "metrics"))
        lines = (
            validation_words.headline(areas, None),
            Plot(partial(kinds_figure, areas), validation_words.DELONG),
        )
        return Section(lines, validation_words.BY_SUBGROUP)
    areas, tested, null = (results.frame("validation", name) for name in ("auc", "p", "permutation"))
    side = validation_words.side_by_side(results.frame("validation", "optimism"))
    parts = (
        validation_words.headline(areas, tested),
        Plot(partial(kinds_figure, areas), side),
        Plot(partial(permutation_figure, null, tested), validation_words.PERMUTED),
    )
    return Section(parts, validation_words.methods(results.study.settings))


def beside_the_paper(results: Results) -> Section:
    """Table 1 of Liu et al. beside this study's."""
    metrics = results.frame("evaluation", "metrics")
    caution = "The study is synthetic: the two stand side by side to compare format, not evidence. "
    caption = (caution if results.study.synthetic else "") + "The paper prints a CI for the AUC only."
    plot = Plot(partial(published_figure, side_by_side(metrics)), caption)
    return Section((plot,), words.published())


def _predictions(results: Results, metrics: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    return results.frame("fusion", "predictions"), ordered_models(list(metrics["model"].unique()))
