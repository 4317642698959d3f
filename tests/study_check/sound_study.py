"""A sound study of small files, as lists and texts that tests change before it is written."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from tests.check_table import BALL, GREY, image, mask

TRAINING = [f"T{i:02d}" for i in range(40)]
VALIDATION = [f"V{i:02d}" for i in range(6)]
GENES = [f"GENE{i}" for i in range(60)]
HEADER = "patient,cohort,lnm,age,ki67,scanner"
COHORT = """
[cohorts.{name}]
role = "{role}"
images = "images/{{patient}}_{{phase}}.nii.gz"
masks = "masks/{{patient}}.nii.gz"
"""
TOML = f"""
[study]
name = "Planted"
[outcome]
column = "lnm"
positive = ["N1"]
negative = ["N0"]
{COHORT.format(name="main", role="training")}second_masks = "again/{{patient}}.nii.gz"
{COHORT.format(name="other", role="validation")}
[expression]
file = "expression.tsv"
scale = "linear"
[genesets]
files = ["sets.gmt"]
"""


class Folder:
    """A study under construction: text of study.toml, rows of tables; images are files at once."""

    def __init__(self, root: Path) -> None:
        self.root, self.toml = root, TOML
        people = [(p, "main") for p in TRAINING] + [(p, "other") for p in VALIDATION]
        self.rows = [[p, c, f"N{i % 2}", str(40 + i), str(i), "GE"] for i, (p, c) in enumerate(people)]
        self.header = HEADER
        values = np.random.default_rng(1).uniform(2, 90, (len(GENES), len(TRAINING)))
        self.samples = list(TRAINING)
        self.genes = [[g, *(f"{v:.3f}" for v in row)] for g, row in zip(GENES, values, strict=True)]
        self.sets = [["SET A", "x", *GENES[:20]], ["SET B", "x", *GENES[20:40]]]
        self.last: list[Callable[[], None]] = []
        for name in ("images", "masks", "again"):
            (root / name).mkdir(parents=True)
        for patient in TRAINING + VALIDATION:
            for phase in range(3):
                self.put(image((GREY + phase).astype(np.int16)), "images", f"{patient}_{phase}")
            self.put(mask(), "masks", patient)
        self.put(mask(BALL & (GREY > 60)), "again", TRAINING[0])

    def put(self, volume: sitk.Image, folder: str, name: str) -> None:
        """Write a volume."""
        sitk.WriteImage(volume, str(self.root / folder / f"{name}.nii.gz"))

    def swap(self, old: str, new: str) -> None:
        """Change the first such text of study.toml."""
        assert old in self.toml, old
        self.toml = self.toml.replace(old, new, 1)

    def setting(self, stage: str, line: str) -> None:
        """Add a line under [settings.stage]."""
        head = f"[settings.{stage}]\n"
        self.toml = self.toml.replace(head, head + line + "\n") if head in self.toml else (
            f"{self.toml}\n{head}{line}\n"
        )  # fmt: skip

    def cohort(self, name: str, role: str = "validation", patients: int = 2, **changes: str) -> None:
        """Add a cohort with sound patients; a change of "" takes the line out."""
        text = COHORT.format(name=name, role=role)
        for key, value in changes.items():
            lines = [line for line in text.splitlines() if not line.startswith(f"{key} =")]
            text = "\n".join([*lines, f"{key} = {value}" if value else ""]) + "\n"
        self.toml += text
        for i in range(patients):
            code = f"{name.upper()}{i}"
            self.rows.append([code, name, f"N{i % 2}", "50", "1", "GE"])
            for phase in range(3):
                self.put(image((GREY + phase).astype(np.int16)), "images", f"{code}_{phase}")
            self.put(mask(), "masks", code)

    def cell(self, patient: str, column: str, value: str) -> None:
        """Set a cell of the clinical table."""
        next(r for r in self.rows if r[0] == patient)[HEADER.split(",").index(column)] = value

    def row_of(self, patient: str) -> int:
        """Its row in the file."""
        return 2 + [r[0] for r in self.rows].index(patient)

    def value(self, gene: int, sample: int, text: str) -> None:
        """Set a cell of the expression table."""
        self.genes[gene][sample + 1] = text

    def write(self) -> Path:
        """All text files, then what must come last."""
        (self.root / "study.toml").write_text(self.toml)
        lines = [self.header, *(",".join(row) for row in self.rows)]
        (self.root / "clinical.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        table = [["gene", *self.samples], *self.genes]
        (self.root / "expression.tsv").write_text("\n".join("\t".join(row) for row in table) + "\n")
        (self.root / "sets.gmt").write_text("\n".join("\t".join(row) for row in self.sets) + "\n")
        for change in self.last:
            change()
        return self.root


def sound(root: Path) -> Folder:
    """The study without a problem."""
    return Folder(root)
