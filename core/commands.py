"""What each command does: thin composition of the layers, results as files, progress on stderr."""

import json
import sys
from functools import partial
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
            failures = _compute(study, preset, cache, size or workers, only, report)
    except NodescopeError as error:
        progress.finish("failed", str(error))
        raise
    except BaseException as error:
        progress.finish("failed", f"The run stopped ({type(error).__name__}).")
        raise
    progress.finish("done", f"{len(failures)} cases left out" if failures else "")
    for row in failures:
        print(f"left out: {row['patient']}: {row['message']}", file=sys.stderr)
    return WITH_WARNINGS if failures else FINE


def bundle(study: Path, preset: str | None, cache: Path, output: Path) -> int:
    """Freeze the model of a computed study."""
    check_places(output, cache)
    entry = _pipeline(study, preset, cache).entry("bundle")
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
    output: Path,
) -> int:
    """Statistics of a predictions table as JSON."""
    from core.evaluation.summary import summarise
    from core.study.csv_file import read_csv

    check_places(output)
    table = read_csv(predictions, "predictions table")
    trained = read_csv(train, "training table") if train else None
    return _write_json(
        output, summarise(table, outcome, models, train=trained, risk_cutoffs=tuple(risk_cutoffs))
    )


def radiomics(image: Path, mask: Path, settings: Path | None, output: Path) -> int:
    """One row of 1781 features."""
    from core.features.parameter_file import from_yaml
    from core.features.radiomics import extract, note_on_first_use
    from core.imaging.opening import read_pair
    from core.settings import RadiomicsSettings

    check_places(output)
    chosen = from_yaml(_read_settings(settings)) if settings else RadiomicsSettings()
    pair = read_pair(image, mask, chosen.label)
    if note := note_on_first_use():
        print(note, file=sys.stderr, flush=True)
    extract(*pair, chosen).to_frame().T.to_csv(output, index=False)
    return FINE


def deep(image: Path, mask: Path, backbone: Any, cache: Path, output: Path) -> int:
    """One row of average-pool features."""
    import pandas as pd

    from core.imaging.opening import read_pair
    from core.models.case import deep_features
    from core.settings import DeepSettings, PatchSettings

    check_places(output, cache)
    pair = read_pair(image, mask)
    values, weights = deep_features(*pair, backbone, PatchSettings(), DeepSettings(), cache / "weights")
    print(f"{backbone}: {weights.label}", file=sys.stderr)
    pd.DataFrame([values]).to_csv(output, index=False)
    return FINE


def tumour_volume(dce: Path, pe: Path | None, ser: Path | None, seg: Path, output: Path) -> int:
    """The functional tumour volume; prints voxels and cubic centimetres."""
    import numpy as np
    import SimpleITK as sitk

    from core.imaging.opening import measured_volume
    from core.imaging.tumour_volume import cubic_cm
    from core.imaging.volumes import write_volume

    check_places(output)
    mask = measured_volume(dce, pe, ser, seg, partial(print, file=sys.stderr))
    write_volume(mask, output)
    voxels = int(np.count_nonzero(sitk.GetArrayViewFromImage(mask)))
    print(json.dumps({"voxels": voxels, "cc": round(cubic_cm(mask), 3)}))
    return FINE


def predict(
    bundle: Path,
    case: list[Path],
    phase: int | None,
    series: int | None,
    resample_mask: bool,
    label: int | None,
    parts: "Which",
    cache: Path,
    output: Path,
) -> int:
    """Probability, signatures, out-of-distribution measure, weights and warnings of one case."""
    from core.models.bundle import load_bundle
    from core.models.case import predict_files

    check_places(output, cache)
    weights, model = cache / "weights", load_bundle(bundle)
    prediction = predict_files(model, case, phase, weights, series, resample_mask, label, parts)
    _write_json(output, prediction.as_dict())
    for warning in prediction.warnings:
        print(warning, file=sys.stderr)
    return WITH_WARNINGS if prediction.warnings else FINE


def _pipeline(study: Path, preset: str | None, cache: Path) -> "Pipeline":
    from core.pipeline import Pipeline
    from core.store import Store
    from core.study.manifest import load_study

    return Pipeline(load_study(study, preset), Store(cache))


def _compute(
    study: Path, preset: str | None, cache: Path, workers: int, only: str | None, report: Any
) -> list[dict[str, str]]:
    from core.features import weights
    from core.settings import Settings
    from core.study.manifest import load_study

    settings: Settings = load_study(study, preset).settings
    report("Looking for ImageNet weights", 0, 1)
    for backbone in ("googlenet", "resnet50"):
        weights.ensure(backbone, cache / "weights", settings.deep)
    pipeline = _pipeline(study, preset, cache)
    pipeline.run(report, workers=workers, only=only)
    return pipeline.failures()


def _write_demo(target: Path, report: Any) -> None:
    from core.study.demo import write_demo

    title = "Simulating the demo study"
    write_demo(target, progress=lambda done, total: report(title, done, total))


def _read_settings(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = "a file in another encoding" if isinstance(error, UnicodeDecodeError) else "none"
        expected = "The settings must be a readable file in UTF-8"
        raise StudyError("SETTINGS-FILE", expected, found, "Check --settings.") from error


def _write_json(path: Path, value: Any) -> int:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    return FINE
