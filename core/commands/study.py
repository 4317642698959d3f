"""Commands on a study: demo, run, bundle."""

import sys
from pathlib import Path
from typing import Any

from core.commands.cluster import cluster
from core.commands.console import Console
from core.commands.options import FINE, WITH_WARNINGS, Add, open_pipeline, output_option, study_options
from core.commands.places import check_folder, check_places, write_output
from core.errors import NodescopeError, StudyError


def add_study_commands(add: Add) -> None:
    """Declare the commands; ``add`` (name, command, help) gives the parser of each."""
    demo_of = add("demo", demo, "write the synthetic demo study")
    demo_of.add_argument("directory", type=Path, metavar="DIR")
    demo_of.add_argument("--small", action="store_true", help="24 + 16 patients, 1,500 genes")
    demo_of.add_argument("--seed", type=int, default=20240416)
    run_of = add("run", run, "compute all stages of a study into the cache")
    run_of.add_argument("study", type=Path, metavar="STUDY")
    study_options(run_of)
    run_of.add_argument(
        "--workers",
        type=int,
        default=2,
        choices=range(1, 129),
        metavar="N",
        help="processes for work done case by case",
    )
    run_of.add_argument("--only", metavar="STAGE", help="this stage and what it needs")
    run_of.add_argument("--dask", metavar="ADDRESS", help="scheduler of a Dask cluster, tcp://host:port")
    run_of.add_argument(
        "--demo", action="store_true", help="write the demo study there first if it is missing"
    )
    bundle_of = add("bundle", bundle, "freeze a computed study's model into one file")
    bundle_of.add_argument("study", type=Path, metavar="STUDY")
    study_options(bundle_of)
    output_option(bundle_of)


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
    write_output(output, entry["bundle"])
    return FINE


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
