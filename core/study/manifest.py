"""What a study is: a folder with ``study.toml``, a clinical table, images, masks, expression, gene sets."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from core.errors import StudyError
from core.overrides import override
from core.settings import Settings
from core.study.tables import read_clinical

Role = Literal["training", "validation"]
MIN_PER_CLASS = 5


@dataclass(frozen=True, slots=True)
class Cohort:
    """One cohort: ``images`` and ``masks`` are patterns with {patient} and, for images, {phase}."""

    name: str
    role: Role
    images: str
    masks: str
    phase: int


@dataclass(frozen=True, slots=True)
class Study:
    """A study as its folder states it; ``clinical``: patient, cohort, role, lnm (0 or 1), and more."""

    root: Path
    name: str
    description: str
    synthetic: bool
    cohorts: tuple[Cohort, ...]
    clinical: pd.DataFrame
    settings: Settings
    expression: Path | None
    genesets: tuple[Path, ...]

    def cohort(self, patient: str) -> Cohort:
        """The cohort of a patient."""
        name = self.clinical.set_index("patient").at[patient, "cohort"]
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

    def patients(self, role: Role) -> list[str]:
        """Codes of the patients of the cohorts with this role, in table order."""
        return list(self.clinical.loc[self.clinical["role"] == role, "patient"])


def load_study(root: Path, preset: str | None = None) -> Study:
    """Read and check a study folder.

    Raises:
        StudyError: STUDY-MISSING, STUDY-TOML, STUDY-KEY, STUDY-COHORT, STUDY-ONE-CLASS, SETTINGS.
        TableError: the clinical table is at fault.
    """
    manifest = _read_toml(root)
    head = _section(manifest, "study")
    cohorts = tuple(_cohort(name, body) for name, body in _section(manifest, "cohorts").items())
    clinical = _clinical(root, manifest, cohorts)
    _check_classes(clinical)
    changes = dict(manifest.get("settings", {}))
    toml_preset = changes.pop("preset", "leak_free")
    expression = manifest.get("expression", {})
    settings = override(Settings(), _with_scale(changes, expression), preset or toml_preset)
    return Study(
        root=root,
        name=_value(head, "name", "study"),
        description=head.get("description", ""),
        synthetic=bool(head.get("synthetic", False)),
        cohorts=cohorts,
        clinical=clinical,
        settings=settings,
        expression=root / expression["file"] if "file" in expression else None,
        genesets=tuple(root / f for f in manifest.get("genesets", {}).get("files", [])),
    )


def _read_toml(root: Path) -> dict[str, Any]:
    path = root / "study.toml"
    if not path.is_file():
        raise StudyError(
            "STUDY-MISSING",
            "A study is a folder with a study.toml",
            "none there",
            "Name the study folder, or write the demo study with: python -m core demo DIR",
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError("STUDY-TOML", "study.toml is valid TOML in UTF-8", str(error)) from error


def _section(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    section = manifest.get(name)
    if not isinstance(section, dict) or not section:
        raise _key_error(f"[{name}]", "no such section")
    return section


def _value(section: dict[str, Any], key: str, where: str) -> Any:
    if key not in section:
        raise _key_error(f"{where}.{key}", "no such value")
    return section[key]


def _key_error(expected: str, found: str) -> StudyError:
    return StudyError("STUDY-KEY", f"study.toml has {expected}", found, "Add it; see README, A study.")


def _cohort(name: str, body: dict[str, Any]) -> Cohort:
    where = f"cohorts.{name}"
    role = _value(body, "role", where)
    if role not in ("training", "validation"):
        raise _key_error(f"{where}.role training or validation", repr(role))
    images, masks = _value(body, "images", where), _value(body, "masks", where)
    for pattern in (images, masks):
        if "{patient}" not in pattern:
            raise _key_error(f"{where} patterns with {{patient}}", repr(pattern))
    return Cohort(name, role, images, masks, int(body.get("phase", 1)))


def _clinical(root: Path, manifest: dict[str, Any], cohorts: tuple[Cohort, ...]) -> pd.DataFrame:
    outcome = _section(manifest, "outcome")
    column, positive = _value(outcome, "column", "outcome"), _value(outcome, "positive", "outcome")
    files = {body.get("clinical", "clinical.csv") for body in manifest["cohorts"].values()}
    table = pd.concat([read_clinical(root / f, column, positive) for f in sorted(files)], ignore_index=True)
    roles = {c.name: c.role for c in cohorts}
    if "training" not in roles.values():
        raise StudyError("STUDY-COHORT", "One cohort has the role training", "none")
    unknown = sorted(set(table["cohort"]) - set(roles))
    if unknown:
        raise StudyError(
            "STUDY-COHORT",
            f"Cohorts of the clinical table are {', '.join(roles)}",
            ", ".join(unknown),
            "Add them to study.toml or correct the table.",
        )
    table.insert(2, "role", table["cohort"].map(roles))
    return table


def _check_classes(clinical: pd.DataFrame) -> None:
    for role, minimum in (("training", MIN_PER_CLASS), ("validation", 1)):
        labels = clinical.loc[clinical["role"] == role, "lnm"]
        positive, negative = int(labels.sum()), int((1 - labels).sum())
        if len(labels) and min(positive, negative) < minimum:
            raise StudyError(
                "STUDY-ONE-CLASS",
                f"The {role} patients hold at least {minimum} LNM-positive and {minimum} LNM-negative",
                f"{positive} positive and {negative} negative",
                "Check the outcome column and its positive values in study.toml.",
            )


def _with_scale(changes: dict[str, Any], expression: dict[str, Any]) -> dict[str, Any]:
    if "scale" not in expression:
        return changes
    return {**changes, "expression": {"scale": expression["scale"], **changes.get("expression", {})}}
