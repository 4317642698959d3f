"""What each command does: thin composition of the layers, results as files, progress on stderr."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cluster import cluster
from core.console import Console
from core.errors import NodescopeError, StudyError
from core.places import check_folder, check_places

if TYPE_CHECKING:
    from core.imaging.parts import Which
    from core.pipeline import Pipeline

FINE, WITH_WARNINGS = 0, 3


def demo(directory: Path, small: bool, seed: int) -> int:
    """Write the demo study."""
    from core.study.demo import write_demo

    check_folder(directory.parent, "demo study's folder")
    write_demo(directory, small=small, seed=seed, progress=Console().titled("Simulating patients"))
    return FINE


def run(
    study: Path,
    preset: str | None,
    cache: Path,
    workers: int,
    only: str | None,
    demo: bool = False,
    dask: str | None = None,
) -> int:
    """Compute a study, on a Dask cluster where ``dask`` names its scheduler; 3 when cases were left out."""
    from core.jobs import Jobs, ProgressFile

    progress = ProgressFile(Jobs(cache).progress_path(study))
    printed = Console()

    def report(title: str, done: int, total: int) -> None:
        progress.report(title, done, total)
        printed(title, done, total)

    try:
        if demo and not (study / "study.toml").is_file():
            _write_demo(study, report)
        with cluster(dask) as size:
            failures, notes = _compute(study, preset, cache, size or workers, only, report)
    except NodescopeError as error:
        progress.finish("failed", str(error))
        raise
    except BaseException as error:
        progress.finish("failed", f"The run stopped ({type(error).__name__}).")
        raise
    progress.finish("done", f"{len(failures)} cases left out" if failures else "")
    for row in failures:
        print(f"left out: {row['patient']}: {row['message']}", file=sys.stderr)
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    return WITH_WARNINGS if failures else FINE


def bundle(study: Path, preset: str | None, cache: Path, output: Path) -> int:
    """Freeze the model of a computed study."""
    check_places(output, cache)
    entry = open_pipeline(study, preset, cache).entry("bundle")
    if entry is None:
        raise StudyError(
            "STUDY-NOT-COMPUTED", "The study must be computed", "no model", "Run: python -m core run STUDY"
        )
    output.write_bytes(entry["bundle"])
    return FINE


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
    from core.models.case import predict_files
    from core.models.covariates import pairs_of

    check_places(output, cache)
    weights, model, given = cache / "weights", load_bundle(bundle), pairs_of(covariate)
    prediction = predict_files(model, case, phase, weights, series, resample_mask, label, parts, batch, given)
    write_json(output, prediction.as_dict())
    for warning in prediction.warnings:
        print(warning, file=sys.stderr)
    return WITH_WARNINGS if prediction.warnings else FINE


def open_pipeline(study: Path, preset: str | None, cache: Path) -> "Pipeline":
    """Stages of a study, and what the cache holds of them."""
    from core.pipeline import Pipeline
    from core.store import Store
    from core.study.manifest import load_study

    return Pipeline(load_study(study, preset), Store(cache))


def _compute(
    study: Path, preset: str | None, cache: Path, workers: int, only: str | None, report: Any
) -> tuple[list[dict[str, str]], list[str]]:
    from core.features import weights
    from core.settings import Settings
    from core.study.manifest import load_study

    settings: Settings = load_study(study, preset).settings
    report("Looking for ImageNet weights", 0, 1)
    for backbone in ("googlenet", "resnet50"):
        weights.ensure(backbone, cache / "weights", settings.deep)
    from core.pipeline import LEAVING_OUT, READING_STAGES

    pipeline = open_pipeline(study, preset, cache)
    pipeline.run(report, workers=workers, only=only)
    return pipeline.failures((*LEAVING_OUT, *READING_STAGES)), pipeline.notes()


def _write_demo(target: Path, report: Any) -> None:
    from core.study.demo import write_demo

    title = "Simulating the demo study"
    write_demo(target, progress=lambda done, total: report(title, done, total))


def write_json(path: Path, value: Any) -> int:
    """A value as a JSON file; the exit code for fine."""
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    return FINE
