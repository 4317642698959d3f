"""What a study is: cohorts, patients, settings, and which files of its folder are whose."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from core.regular import exists
from core.settings import Settings

Role = Literal["training", "validation"]


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
        return path if pattern and exists(path) and path.is_file() else None

    @property
    def has_second_masks(self) -> bool:
        """Whether a cohort names a second reader's masks."""
        return any(cohort.second_masks for cohort in self.cohorts)

    def patients(self, role: Role) -> list[str]:
        """Codes of the patients of the cohorts with this role, in table order."""
        return list(self.clinical.loc[self.clinical["role"] == role, "patient"])
