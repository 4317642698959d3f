"""Commands on predictions: evaluate a table of them, predict a case."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.commands.options import (
    FINE,
    WITH_WARNINGS,
    Add,
    cache_option,
    output_option,
    what_is_measured,
    write_json,
)
from core.commands.places import check_places

if TYPE_CHECKING:
    from core.imaging.parts import Which


def add_model_commands(add: Add) -> None:
    """Declare the commands; ``add`` (name, command, help) gives the parser of each."""
    evaluate_of = add("evaluate", evaluate, "all statistics of a predictions table")
    evaluate_of.add_argument("predictions", type=Path, metavar="PREDICTIONS.csv")
    evaluate_of.add_argument("--outcome", required=True, metavar="COLUMN")
    evaluate_of.add_argument("--models", nargs="+", required=True, metavar="COLUMN")
    evaluate_of.add_argument("--train", type=Path, metavar="TRAIN.csv", help="takes the cut-offs from there")
    evaluate_of.add_argument("--risk-cutoffs", type=float, nargs="+", default=[], metavar="P")
    evaluate_of.add_argument(
        "--intervals", action="store_true", help="add the 95%% limits of every statistic"
    )
    said = "with --train: Yates' correction of the chi-square test of the outcome between both tables"
    evaluate_of.add_argument("--correct", action="store_true", help=said)
    output_option(evaluate_of)
    predict_of = add("predict", predict, "score one case with a frozen model")
    predict_of.add_argument("bundle", type=Path, metavar="BUNDLE")
    predict_of.add_argument("case", type=Path, nargs="+", metavar="CASE", help="IMAGE MASK, or CASE.zip")
    predict_of.add_argument("--phase", type=int, help="DCE phase, 0 is the pre-contrast one")
    predict_of.add_argument("--series", type=int, help="which of several dynamic series, 0 is the likeliest")
    predict_of.add_argument(
        "--resample-mask", action="store_true", help="agree that a mask on another grid is resampled"
    )
    what_is_measured(predict_of, ("all", "largest"))
    predict_of.add_argument("--batch", help="batch (scanner, say) of the case, for a model with ComBat")
    predict_of.add_argument(
        "--covariate", action="append", default=[], metavar="NAME=VALUE",
        help="of the case, once for each covariate of the nomogram",
    )  # fmt: skip
    cache_option(predict_of)
    output_option(predict_of)


def evaluate(
    predictions: Path,
    outcome: str,
    models: list[str],
    train: Path | None,
    risk_cutoffs: list[float],
    intervals: bool,
    correct: bool,
    output: Path,
) -> int:
    """Statistics of a predictions table as JSON."""
    from core.evaluation.summary import summarise
    from core.study.csv_file import read_csv

    check_places(output)
    table = read_csv(predictions, "predictions table")
    trained = read_csv(train, "training table") if train else None
    cutoffs = tuple(risk_cutoffs)
    found = summarise(table, outcome, models, trained, cutoffs, intervals, correct)
    return write_json(output, found)


def predict(
    bundle: Path,
    case: list[Path],
    phase: int | None,
    series: int | None,
    resample_mask: bool,
    label: int | None,
    parts: "Which",
    batch: str | None,
    covariate: list[str],
    cache: Path,
    output: Path,
) -> int:
    """Probability, signatures, out-of-distribution measure, weights and warnings of one case."""
    from core.models.bundle import load_bundle
    from core.models.case.files import predict_files
    from core.models.covariates import pairs_of

    check_places(output, cache)
    weights, model, given = cache / "weights", load_bundle(bundle), pairs_of(covariate)
    prediction = predict_files(model, case, phase, weights, series, resample_mask, label, parts, batch, given)
    write_json(output, prediction.as_dict())
    for warning in prediction.warnings:
        print(warning, file=sys.stderr)
    return WITH_WARNINGS if prediction.warnings else FINE
