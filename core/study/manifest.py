"""Reading a study: a folder with ``study.toml``, a clinical table, images, masks, expression, gene sets."""

from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from core.faults import RAISE, Faults
from core.overrides import override
from core.settings import Settings
from core.study.batches import check_batches
from core.study.cells import AGE
from core.study.covariates import check_covariates
from core.study.folder import Cohort, Role, Study
from core.study.patients import read_patients
from core.study.schema import MANIFEST, Section, shown, wrong
from core.study.tables import Outcome, plain
from core.study.toml_file import Manifest, read_toml

__all__ = ["Cohort", "Role", "Study", "load_study", "read_study"]

COHORT = ("role", "images", "masks", "second_masks", "phase", "clinical")
SECTIONS = ("study", "cohorts", "outcome", "expression", "genesets", "settings")
OUTCOME = ("column", "positive", "negative")
EMPTY = pd.DataFrame(columns=["patient", "cohort", "role", "lnm"])
SCALES = ("auto", "log2", "linear")


def load_study(root: Path, preset: str | None = None) -> Study:
    """Read and check a study folder.

    Raises:
        StudyError: STUDY-MISSING, -TOML, -KEY, -COHORT, -ONE-CLASS, -BATCH, -COVARIATE, or SETTINGS.
        TableError: the clinical table is at fault.
    """
    return read_study(root, preset, RAISE)


def read_study(root: Path, preset: str | None, faults: Faults) -> Study:
    """The study as far as its folder can be read; what is wrong with it goes to ``faults``.

    Where something is wrong it may lack cohorts, patients, labels and files, and is none to compute with.
    Raises StudyError (STUDY-MISSING).
    """
    said = read_toml(root, faults)
    if not said.known:
        return Study(root, "", "", False, (), EMPTY.copy(), Settings(), None, ())
    section = partial(Section, faults=faults, lost=said.lost)
    given = section(said.values, MANIFEST, SECTIONS).values
    head = section(given.get("study", {}), "study", ("name", "description", "synthetic"), needed=True)
    bodies = _cohort_bodies(given.get("cohorts", {}), said, faults)
    cohorts = tuple(_cohort(name, body) for name, body in bodies.items())
    expression = section(given.get("expression", {}), "expression", ("file", "scale", "second"))
    genesets = section(given.get("genesets", {}), "genesets", ("files",))
    settings = _settings(given.get("settings", {}), expression, preset)
    tables = sorted({body.file("clinical", "clinical.csv") for body in bodies.values()} - {""})
    outcome = _outcome(section(given.get("outcome", {}), "outcome", OUTCOME, needed=True))
    clinical = read_patients(root, tables, outcome, cohorts, faults, _used(settings))
    if settings.harmonise.batch is not None and len(clinical):
        check_batches(clinical, settings.harmonise.batch, outcome.column, faults)
    if len(clinical):
        check_covariates(clinical, settings.fusion.covariates, outcome.column, faults)
    file = expression.file("file") if "file" in expression.values else ""
    second = expression.file("second") if "second" in expression.values else ""
    return Study(
        root=root,
        name=head.text("name"),
        description=_description(head),
        synthetic=head.flag("synthetic", False),
        cohorts=cohorts,
        expression=root / file if file else None,
        second_expression=root / second if second else None,
        genesets=tuple(root / f for f in genesets.files("files")) if genesets.values else (),
        settings=settings,
        clinical=clinical,
    )


def _used(settings: Settings) -> tuple[str, ...]:
    """Columns of the clinical table that stages use besides patient, cohort and outcome."""
    batch = settings.harmonise.batch
    return tuple(dict.fromkeys([AGE, *([] if batch is None else [batch]), *settings.fusion.covariates]))


def _cohort_bodies(cohorts: Any, said: Manifest, faults: Faults) -> dict[str, Section]:
    names = tuple(cohorts) if isinstance(cohorts, dict) else ()
    found = Section(cohorts, "cohorts", names, faults, said.lost, needed=True).values
    return {
        name: Section(v, f"cohorts.{shown(name)}", COHORT, faults, said.lost) for name, v in found.items()
    }


def _description(head: Section) -> str:
    """A description may be empty, or long with lines of its own."""
    found = head.values.get("description", "")
    if isinstance(found, str):
        return found
    head.faults.add(wrong("study.description must be a text", shown(found), "study.description"))
    return ""


def _cohort(name: str, body: Section) -> Cohort:
    masks = body.pattern("masks", ("patient",))
    second = body.pattern("second_masks", ("patient",)) if "second_masks" in body.values else ""
    if second and second == masks:
        key = f"{body.name}.second_masks"
        body.faults.add(wrong(f"{key} must be other files than masks", shown(second), key))
        second = ""
    return Cohort(
        name=name,
        role="training" if body.choice("role", ("training", "validation")) == "training" else "validation",
        images=body.pattern("images", ("patient", "phase")),
        masks=masks,
        phase=body.count("phase", 1),
        second_masks=second,
    )


def _settings(changes: Any, expression: Section, preset: str | None) -> Settings:
    faults = expression.faults
    if not isinstance(changes, dict):
        faults.add(wrong("[settings] must be a section", shown(changes), "settings"))
        changes = {}
    stages = {name: values for name, values in changes.items() if name != "preset"}
    if "scale" in expression.values:
        scale = {"scale": expression.choice("scale", SCALES)}
        own = stages.get("expression", {})
        stages["expression"] = scale | own if isinstance(own, dict) else own
    chosen = override(Settings(), stages, changes.get("preset", "leak_free"), faults)
    return override(chosen, {}, preset, faults) if preset else chosen


def _outcome(section: Section) -> Outcome:
    positive = section.scalars("positive")
    negative = section.scalars("negative") if "negative" in section.values else []
    both = {plain(value) for value in positive} & {plain(value) for value in negative}
    if both:
        expected = "outcome.positive and outcome.negative must not share a value"
        section.faults.add(wrong(expected, shown(sorted(map(str, both))), "outcome.negative"))
    return Outcome(section.text("column"), tuple(positive), tuple(negative))
