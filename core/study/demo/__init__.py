"""The demo study: synthetic patients whose truth is known, in the layout of any other study."""

import glob
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
from joblib import Parallel, delayed

from core.errors import StudyError
from core.study.demo.cohort import clinical_table, draw_patients
from core.study.demo.genesets import simulate_sets, to_gmt
from core.study.demo.lesion import LesionParameters
from core.study.demo.phantom import simulate, write_image
from core.study.demo.sizes import FULL, SMALL, DemoSize, Grid
from core.study.demo.transcriptome import simulate_expression, symbols, write_expression

VERSION = 1
PHASES = 3
ABANDONED = 3600.0  # seconds after which an unfinished folder is nobody's
Progress = Callable[[int, int], None]


def write_demo(
    target: Path, small: bool = False, seed: int = 20240416, progress: Progress | None = None
) -> None:
    """Write the demo study into the folder ``target``; equal seeds give equal bytes.

    ``progress`` hears (patients done, patients in all). A study already there is kept. Raises
    StudyError (DEMO-TARGET) if the folder holds anything else, (DEMO-SEED) for a seed below 0.
    """
    if seed < 0:
        raise StudyError("DEMO-SEED", "The seed must be 0 or more", str(seed), "Choose another seed.")
    size, mark = (SMALL if small else FULL), {"version": VERSION, "small": small, "seed": seed}
    target = Path(target)
    if _is_complete(target, size, mark):
        return
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StudyError(
            "DEMO-TARGET", "an empty folder or this demo study", "other content", "Choose another folder."
        )
    work = _work_folder(target)
    try:
        _write(work, size, mark, progress or (lambda done, total: None))
        work.chmod(0o755)
        work.replace(target)
    except OSError:
        if not _is_complete(target, size, mark):  # another process was first
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _work_folder(target: Path) -> Path:
    """A new folder beside the target; those that killed runs left there are removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{target.name}-demo-"
    for left in target.parent.glob(f"{glob.escape(prefix)}*"):
        if time.time() - left.stat().st_mtime > ABANDONED:
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))


def _is_complete(target: Path, size: DemoSize, mark: dict[str, Any]) -> bool:
    """Whether the folder holds this very demo study with all its files."""
    try:
        truth = json.loads((target / "truth.json").read_text())
    except (OSError, ValueError):
        return False
    n = sum(cohort.patients for cohort in size.cohorts)
    counts = [len(list((target / name).glob("*.nii.gz"))) for name in ("images", "masks")]
    rest = ("study.toml", "clinical.csv", "expression.tsv.gz", "genesets/pathways36.gmt")
    return (
        truth.get("demo") == mark and counts == [PHASES * n, n] and all((target / f).is_file() for f in rest)
    )


def _write(folder: Path, size: DemoSize, mark: dict[str, Any], progress: Progress) -> None:
    seed = mark["seed"]
    for name in ("images", "masks", "genesets"):
        (folder / name).mkdir()
    patients = draw_patients(size, seed)
    clinical_table(patients, seed).to_csv(folder / "clinical.csv", index=False, lineterminator="\n")
    training = patients[patients["cohort"] == size.cohorts[0].name]
    values, planted = simulate_expression(training["aggressiveness"].to_numpy(), size, seed)
    genes = symbols(size)
    write_expression(values, genes, list(training["patient"]), folder / "expression.tsv.gz")
    (folder / "genesets/pathways36.gmt").write_text(to_gmt(simulate_sets(genes, planted, size, seed)))
    (folder / "study.toml").write_text(_manifest(size))
    _write_images(folder, patients, size, seed, progress)
    truth = _truth(patients, dict(zip(genes, planted.tolist(), strict=True)), size, mark)
    (folder / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")


def _write_images(
    folder: Path, patients: pd.DataFrame, size: DemoSize, seed: int, progress: Progress
) -> None:
    rows = patients.to_dict("records")
    work = (delayed(_write_patient)(folder, row, size.grid, [seed, 5, i]) for i, row in enumerate(rows))
    for done, _ in enumerate(Parallel(n_jobs=2, return_as="generator_unordered")(work), start=1):
        progress(done, len(rows))


def _write_patient(folder: Path, row: dict[str, Any], grid: Grid, seed: list[int]) -> None:
    lesion = LesionParameters(**{f.name: row[f.name] for f in fields(LesionParameters)})
    phases, mask = simulate(grid, lesion, row["gain"], row["noise"], row["left"], seed)
    for number, phase in enumerate(phases):
        write_image(phase, grid, row["left"], folder / "images" / f"{row['patient']}_{number}.nii.gz")
    write_image(mask, grid, row["left"], folder / "masks" / f"{row['patient']}.nii.gz")


def _truth(
    patients: pd.DataFrame, modules: dict[str, int], size: DemoSize, mark: dict[str, Any]
) -> dict[str, Any]:
    """What was planted. Only tests read this: nothing that computes a result may."""
    hidden = patients.set_index("patient")["aggressiveness"].round(6).to_dict()
    lesions = patients.drop(columns=["cohort", "lnm", "age", "aggressiveness"]).set_index("patient").round(6)
    return {
        "demo": mark,
        "aggressiveness": hidden,
        "lesions": lesions.to_dict("index"),
        "linked_modules": {str(m): r for m, r in size.linked.items()},
        "modules": modules,
    }


def _manifest(size: DemoSize) -> str:
    parts = [
        "[study]",
        'name = "Nodescope demo"',
        'description = "Simulated breast DCE-MRI, node status and gene expression; no real patient"',
        "synthetic = true",
    ]
    for cohort in size.cohorts:
        parts += [
            f"\n[cohorts.{cohort.name}]",
            f'role = "{cohort.role}"',
            'clinical = "clinical.csv"',
            'images = "images/{patient}_{phase}.nii.gz"',
            'masks = "masks/{patient}.nii.gz"',
            "phase = 1",
        ]
    parts += ['\n[outcome]\ncolumn = "lnm"\npositive = [1]']
    parts += ['\n[expression]\nfile = "expression.tsv.gz"\nscale = "log2"']
    parts += ['\n[genesets]\nfiles = ["genesets/pathways36.gmt"]']
    for stage, values in size.settings.items():
        parts += [f"\n[settings.{stage}]", *(f"{name} = {value}" for name, value in values.items())]
    return "\n".join(parts) + "\n"
