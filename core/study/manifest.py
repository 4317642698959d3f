"""What a study is: a folder with ``study.toml``, a clinical table, images, masks, expression, gene sets."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from core.errors import StudyError
from core.overrides import override
from core.settings import Settings
from core.study.batches import check_batches
from core.study.schema import Section, read_toml, shown, wrong
from core.study.tables import plain, read_clinical

Role = Literal["training", "validation"]
MIN_PER_CLASS = 5
COHORT = ("role", "images", "masks", "second_masks", "phase", "clinical")
SECTIONS = ("study", "cohorts", "outcome", "expression", "genesets", "settings")
OUTCOME = ("column", "positive", "negative")


@dataclass(frozen=True, slots=True)
class Cohort:
    """One cohort: ``images`` and ``masks`` are patterns with {patient} and, for images, {phase}.

    ``second_masks``: pattern of another reader's masks of the same tumours, "" where there is none.
    """

    name: str
    role: Role
    images: str
    masks: str
    phase: int
    second_masks: str = ""


@dataclass(frozen=True, slots=True)
class Study:
    """A study as its folder states it; ``clinical``: patient, cohort, role, lnm (0 or 1), and more.

    ``second_expression``: expression of another cohort, in which the modules are looked for again.
    """

    root: Path
    name: str
    description: str
    synthetic: bool
    cohorts: tuple[Cohort, ...]
    clinical: pd.DataFrame
    settings: Settings
    expression: Path | None
    genesets: tuple[Path, ...]
    second_expression: Path | None = None

    def cohort(self, patient: str) -> Cohort:
        """The cohort of a patient."""
        # On plain arrays: asked for every patient each time that a page opens.
        own = self.clinical["patient"].to_numpy() == patient
        name = self.clinical["cohort"].to_numpy()[own][0]
        return next(c for c in self.cohorts if c.name == name)

    def image_path(self, patient: str, phase: int | None = None) -> Path:
        """The image of a patient in a DCE phase (default: the cohort's phase for features)."""
        cohort = self.cohort(patient)
        return self.root / cohort.images.format(
            patient=patient, phase=cohort.phase if phase is None else phase
        )

    def mask_path(self, patient: str) -> Path:
        """The tumour mask of a patient."""
        return self.root / self.cohort(patient).masks.format(patient=patient)

    def second_mask_path(self, patient: str) -> Path | None:
        """The mask of a second reader, None for a patient who has none."""
        pattern = self.cohort(patient).second_masks
        path = self.root / pattern.format(patient=patient)
        return path if pattern and path.is_file() else None

    @property
    def has_second_masks(self) -> bool:
        """Whether a cohort names a second reader's masks."""
        return any(cohort.second_masks for cohort in self.cohorts)

    def patients(self, role: Role) -> list[str]:
        """Codes of the patients of the cohorts with this role, in table order."""
        return list(self.clinical.loc[self.clinical["role"] == role, "patient"])


def load_study(root: Path, preset: str | None = None) -> Study:
    """Read and check a study folder.

    Raises:
        StudyError: STUDY-MISSING, -TOML, -KEY, -COHORT, -ONE-CLASS, -BATCH, or SETTINGS.
        TableError: the clinical table is at fault.
    """
    manifest = Section(read_toml(root), "study.toml", SECTIONS).values
    head = Section(_needed(manifest, "study"), "study", ("name", "description", "synthetic"))
    bodies = {name: _cohort_section(name, body) for name, body in _cohort_bodies(manifest).items()}
    cohorts = tuple(_cohort(name, body) for name, body in bodies.items())
    expression = Section(manifest.get("expression", {}), "expression", ("file", "scale", "second"))
    genesets = Section(manifest.get("genesets", {}), "genesets", ("files",))
    settings = _settings(manifest.get("settings", {}), expression, preset)
    files = sorted({root / body.text("clinical", "clinical.csv") for body in bodies.values()})
    outcome = Section(_needed(manifest, "outcome"), "outcome", OUTCOME)
    clinical = _clinical(files, outcome, cohorts)
    if settings.harmonise.batch is not None:
        check_batches(clinical, settings.harmonise.batch, outcome.text("column"))
    return Study(
        root=root,
        name=head.text("name"),
        description=_description(head),
        synthetic=head.flag("synthetic", False),
        cohorts=cohorts,
        expression=root / expression.text("file") if "file" in expression.values else None,
        second_expression=root / expression.text("second") if "second" in expression.values else None,
        genesets=tuple(root / f for f in genesets.texts("files")) if genesets.values else (),
        settings=settings,
        clinical=clinical,
    )


def _needed(manifest: dict[str, Any], name: str) -> Any:
    if manifest.get(name, {}) == {}:
        raise wrong(f"[{name}] must be given", "no such section")
    return manifest[name]


def _cohort_bodies(manifest: dict[str, Any]) -> dict[str, Any]:
    cohorts = _needed(manifest, "cohorts")
    return Section(cohorts, "cohorts", tuple(cohorts) if isinstance(cohorts, dict) else ()).values


def _cohort_section(name: str, body: Any) -> Section:
    return Section(body, f"cohorts.{shown(name)}", COHORT)


def _description(head: Section) -> str:
    """A description may be empty, or long with lines of its own."""
    found = head.values.get("description", "")
    if not isinstance(found, str):
        raise wrong("study.description must be a text", shown(found))
    return found


def _cohort(name: str, body: Section) -> Cohort:
    masks = body.pattern("masks", ("patient",))
    second = body.pattern("second_masks", ("patient",)) if "second_masks" in body.values else ""
    if second == masks:
        raise wrong(f"{body.name}.second_masks must be other files than masks", shown(second))
    return Cohort(
        name=name,
        role="training" if body.choice("role", ("training", "validation")) == "training" else "validation",
        images=body.pattern("images", ("patient", "phase")),
        masks=masks,
        phase=body.count("phase", 1),
        second_masks=second,
    )


def _settings(changes: Any, expression: Section, preset: str | None) -> Settings:
    if not isinstance(changes, dict):
        raise wrong("[settings] must be a section", shown(changes))
    stages = {name: values for name, values in changes.items() if name != "preset"}
    if "scale" in expression.values:
        scale = {"scale": expression.choice("scale", ("auto", "log2", "linear"))}
        own = stages.get("expression", {})
        stages["expression"] = scale | own if isinstance(own, dict) else own
    chosen = override(Settings(), stages, changes.get("preset", "leak_free"))
    return override(chosen, {}, preset) if preset else chosen


def _clinical(files: list[Path], outcome: Section, cohorts: tuple[Cohort, ...]) -> pd.DataFrame:
    positive = outcome.scalars("positive")
    negative = outcome.scalars("negative") if "negative" in outcome.values else []
    both = {plain(value) for value in positive} & {plain(value) for value in negative}
    if both:
        raise wrong(
            "outcome.positive and outcome.negative must not share a value", shown(sorted(map(str, both)))
        )
    table = read_clinical(files, outcome.text("column"), positive, negative)
    _check_cohorts(table, {c.name: c.role for c in cohorts})
    table.insert(2, "role", table["cohort"].map({c.name: c.role for c in cohorts}))
    _check_classes(table)
    return table


def _check_cohorts(table: pd.DataFrame, roles: dict[str, Role]) -> None:
    training = [name for name, role in roles.items() if role == "training"]
    if not training:
        raise StudyError("STUDY-COHORT", "One cohort must have the role training", "none")
    unknown = sorted(set(table["cohort"]) - set(roles))
    if unknown:
        raise StudyError(
            "STUDY-COHORT",
            f"Cohorts of the clinical table must be {', '.join(roles)}",
            shown(", ".join(unknown)),
            "Add them to study.toml or correct the table.",
        )
    empty = [name for name in training if name not in set(table["cohort"])]
    if empty:
        raise StudyError(
            "STUDY-COHORT",
            "Every training cohort must have patients in the clinical table",
            f"no row of {', '.join(empty)}",
            "Add their rows, or remove the cohort from study.toml.",
        )


def _check_classes(clinical: pd.DataFrame) -> None:
    for role, minimum in (("training", MIN_PER_CLASS), ("validation", 1)):
        labels = clinical.loc[clinical["role"] == role, "lnm"]
        positive, negative = int(labels.sum()), int((1 - labels).sum())
        if len(labels) and min(positive, negative) < minimum:
            raise StudyError(
                "STUDY-ONE-CLASS",
                f"The {role} patients must hold at least {minimum} LNM-positive and {minimum} LNM-negative",
                f"{positive} positive and {negative} negative",
                "Check the outcome column and its positive values in study.toml.",
            )
