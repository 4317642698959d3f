"""A sound study of small files, and problems to plant in it: what each does, and how it must be reported."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from tests.check_table import BALL, FLIPPED, GREY, TWO, boxed, changed, image, mask

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


@dataclass(frozen=True)
class Planted:
    """A problem: ``plant`` puts it into the study; the rest is how exactly one problem must read."""

    code: str
    plant: Callable[["Folder"], None]
    file: str = "study.toml"
    key: str = ""
    row: int | None = None
    column: str = ""
    found: str = ""
    warning: bool = False
    fix: str = ""


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


def later(change: Callable[[Path], object]) -> Callable[[Folder], None]:
    """A change of the written files."""
    return lambda f: f.last.append(lambda: change(f.root))


def toml(old: str, new: str) -> Callable[[Folder], None]:
    """A change of study.toml."""
    return lambda f: f.swap(old, new)


def setting(stage: str, line: str) -> Callable[[Folder], None]:
    """A line of settings."""
    return lambda f: f.setting(stage, line)


def cohort(name: str, **changes: str) -> Callable[[Folder], None]:
    """A further cohort."""
    return lambda f: f.cohort(name, **changes)


def cell(patient: str, column: str, value: str) -> Callable[[Folder], None]:
    """A cell of the clinical table."""
    return lambda f: f.cell(patient, column, value)


def put(volume: sitk.Image, folder: str, name: str) -> Callable[[Folder], None]:
    """Another volume in a file's place."""
    return lambda f: f.put(volume, folder, name)


def cut(name: str, share: float = 0.5) -> Callable[[Folder], None]:
    """A file cut off."""
    return later(lambda root: (root / name).write_bytes(
        (root / name).read_bytes()[: int(share * (root / name).stat().st_size)]
    ))  # fmt: skip


def gone(name: str) -> Callable[[Folder], None]:
    """A file taken away."""
    return later(lambda root: (root / name).unlink())


def value(gene: int, sample: int, text: str) -> Callable[[Folder], None]:
    """A cell of the expression table."""
    return lambda f: f.value(gene, sample, text)


def gene(number: int, name: str) -> Callable[[Folder], None]:
    """Another gene id."""
    return lambda f: f.genes[number].__setitem__(0, name)


def plain(array: object) -> sitk.Image:
    """An int16 image."""
    return image(np.asarray(array).astype(np.int16))


def _wide(f: Folder) -> None:
    f.rows[30] += ["more"] * 6


def _twice(f: Folder) -> None:
    f.rows.append(list(f.rows[5]))


def _more_columns(f: Folder) -> None:
    f.header += ",role,ki67"
    f.rows = [[*row, "x", "1"] if len(row) == 6 else row for row in f.rows]


def _latin(root: Path) -> None:
    text = (root / "clinical.csv").read_text()
    (root / "clinical.csv").write_bytes(
        text.replace("T20,main,N0,60,20,GE", "T20,main,N0,60,20,G\u00e9").encode("latin-1")
    )


def _same_twice(f: Folder) -> None:
    f.last.append(
        lambda: (f.root / "again/T02.nii.gz").write_bytes((f.root / "masks/T02.nii.gz").read_bytes())
    )


def _no_cohort_column(f: Folder) -> None:
    f.cohort("apart", patients=0, clinical='"apart.csv"')
    f.last.append(lambda: (f.root / "apart.csv").write_text("patient,lnm,kohort\nA1,N0,apart\n"))


def img(name: str) -> str:
    return f"images/{name}_1.nii.gz"


def msk(name: str) -> str:
    return f"masks/{name}.nii.gz"


STUDY = [
    Planted("STUDY-KEY", toml("[genesets]", "[genesetz]\nx = 1\n[genesets]"), key="genesetz", fix="genesets?"),
    Planted("STUDY-KEY", cohort("a", phasse="1"), key="cohorts.a.phasse", fix="Did you mean phase?"),
    Planted("STUDY-KEY", toml('name = "Planted"', 'name = "Planted"\nsynthetic = "yes"'), key="study.synthetic"),
    Planted("STUDY-KEY", toml("[study]", "[study]\ndescription = 5"), key="study.description"),
    Planted("STUDY-KEY", cohort("b", role="test", patients=0), key="cohorts.b.role", found="test"),
    Planted("STUDY-KEY", cohort("c", masks=""), key="cohorts.c.masks", found="no such value"),
    Planted("STUDY-KEY", cohort("d", images='"images/{patient}_{site}.nii.gz"'), key="cohorts.d.images"),
    Planted("STUDY-KEY", cohort("e", images='"../{patient}.nii.gz"'), key="cohorts.e.images", found="../"),
    Planted("STUDY-KEY", cohort("g", second_masks='"masks/{patient}.nii.gz"'), key="cohorts.g.second_masks"),
    Planted("STUDY-KEY", cohort("h", phase='"one"'), key="cohorts.h.phase", found="one"),
    Planted("STUDY-KEY", toml('negative = ["N0"]', 'negative = ["N0", "N1"]'), key="outcome.negative"),
    Planted("STUDY-KEY", toml('files = ["sets.gmt"]', 'files = ["sets.gmt", "none.gmt", "../up.gmt"]'),
            key="genesets.files", found="../up.gmt"),
    Planted("STUDY-PATTERN", cohort("i", images='"img/{patient}.nii.gz"'), key="cohorts.i.images", found="no folder img"),
    Planted("STUDY-PATTERN", cohort("j", second_masks='"again/{patient}_r2.nii.gz"'), key="cohorts.j.second_masks"),
    Planted("STUDY-PHASE", cohort("k", phase="7"), key="cohorts.k.phase", found="images of phase 0, 1, 2"),
    Planted("SETTINGS", setting("woods", "trees = 5"), key="settings.woods"),
    Planted("SETTINGS", setting("forest", "tree = 5"), key="settings.forest.tree", fix="Did you mean trees?"),
    Planted("SETTINGS", setting("forest", 'trees = "many"'), key="settings.forest.trees", found="many"),
    Planted("SETTINGS", setting("resampling", "folds = 1"), key="settings.resampling.folds", found="1"),
    Planted("SETTINGS", toml("[study]", '[settings]\npreset = "open"\n[study]'), key="settings.preset", found="open"),
    Planted("SETTINGS", setting("fusion", 'signatures = ["radiomics", "peritumoral"]'), key="settings.fusion.signatures"),
    Planted("SETTINGS", setting("selection_googlenet", "min_icc = 0.7"), key="settings.selection_googlenet.min_icc"),
    Planted("STUDY-BATCH", setting("harmonise", 'batch = "scannr"'), key="settings.harmonise.batch", found="scannr"),
]  # fmt: skip
TABLES = [
    Planted("TABLE-MISSING", cohort("l", clinical='"extra.csv"', patients=0), "extra.csv"),
    Planted("TABLE-COLUMN", _no_cohort_column, "apart.csv", row=1, column="cohort", fix="Did you mean kohort?"),
    Planted("TABLE-ROWS", _wide, "clinical.csv", row=32, found="12 cells"),
    Planted("TABLE-ROWS", _twice, "clinical.csv", column="patient", found="'T05' appears before"),
    Planted("TABLE-ROWS", cell("T06", "cohort", ""), "clinical.csv", row=8, column="cohort", found="empty"),
    Planted("TABLE-ROWS", cell("T07", "lnm", ""), "clinical.csv", row=9, column="lnm", found="empty"),
    Planted("TABLE-ROWS", cell("T39", "patient", "../T39"), "clinical.csv", row=41, column="patient", found="../T39"),
    Planted("TABLE-OUTCOME", cell("T08", "lnm", "NX"), "clinical.csv", row=10, column="lnm", found="NX"),
    Planted("STUDY-COHORT", cell("T09", "cohort", "mian"), "clinical.csv", row=11, column="cohort", found="mian"),
    Planted("TABLE-NUMBER", cell("T10", "age", ">89"), "clinical.csv", row=12, column="age", found=">89"),
    Planted("TABLE-NUMBER", cell("T11", "ki67", "high"), "clinical.csv", row=13, column="ki67", warning=True),
    Planted("TABLE-GAPS", cell("T12", "age", ""), "clinical.csv", column="age", found="1 of", warning=True),
    Planted("TABLE-COLUMN", _more_columns, "clinical.csv", row=1, column="role", found="role"),
    Planted("TABLE-COLUMN", lambda f: None, "clinical.csv", row=1, column="ki67", found="more than one"),
    Planted("TABLE-READ", later(_latin), "clinical.csv", row=22, found="another encoding"),
]  # fmt: skip
IMAGES = [
    Planted("IMAGE-READ", gone(img("T13")), img("T13"), found="no such file", fix="[cohorts.main]"),
    Planted("IMAGE-READ", later(lambda r: (r / "masks/T14.nii.gz").rename(r / "masks/T14.txt")), msk("T14")),
    Planted("IMAGE-READ", later(lambda r: (r / img("T15")).write_bytes(b"no image" * 99)), img("T15")),
    Planted("IMAGE-TRUNCATED", cut(img("T16")), img("T16")),
    Planted("MASK-GRID", put(mask(spacing=(1, 1, 1.1)), "masks", "T17"), msk("T17"), found="spacing"),
    Planted("MASK-FLIP", put(mask(BALL[:, :, ::-1], **FLIPPED), "masks", "T18"), msk("T18")),
    Planted("MASK-LABEL", put(mask(BALL * 2), "masks", "T19"), msk("T19"), fix="Choose label 2."),
    Planted("MASK-EMPTY", put(mask(BALL & False), "masks", "T20"), msk("T20")),
    Planted("IMAGE-NAN", put(image(changed(GREY, (10, 12, 14), np.nan)), "images", "T21_1"), img("T21")),
    Planted("MASK-FLAT", put(mask(boxed((4, 5), (4, 14), (4, 14))), "masks", "T22"), msk("T22"), warning=True),
    Planted("MASK-PARTS", put(mask(TWO), "masks", "T23"), msk("T23"), found="2 separate parts", warning=True),
    Planted("MASK-BORDER", put(mask(boxed((0, 6), (5, 12), (5, 12))), "masks", "T24"), msk("T24"), warning=True),
    Planted("MASK-FEW", put(mask(boxed((4, 7), (4, 7), (4, 11))), "masks", "T25"), msk("T25"), warning=True),
    Planted("MASK-VOXEL", put(mask(boxed((4, 5), (4, 5), (4, 5))), "masks", "T26"), msk("T26")),
    Planted("MASK-FLOAT", put(image(BALL * np.float32(0.7)), "masks", "T27"), msk("T27")),
    Planted("IMAGE-CONSTANT", put(plain(changed(GREY, BALL, 7)), "images", "T28_1"), img("T28")),
    Planted("MASK-INTENSITY", put(plain(GREY), "masks", "T29"), msk("T29")),
    Planted("MASK-SAME", _same_twice, "again/T02.nii.gz", found="the same file", warning=True),
    Planted("MASK-GRID", put(mask(origin=(0, 0, 3)), "again", "T03"), "again/T03.nii.gz", warning=True),
    Planted("PHASE-ONE", later(lambda r: [(r / f"images/T31_{k}.nii.gz").unlink() for k in (0, 2)]),
            key="cohorts.main.images", found="1 of 3", warning=True),
    Planted("PHASE-FEWER", gone("images/T32_2.nii.gz"), key="cohorts.main.images", found="2 of 3", warning=True),
    Planted("IMAGE-TRUNCATED", cut("images/T33_2.nii.gz"), "images/T33_2.nii.gz", warning=True),
    Planted("PHASE-GRID", put(image(GREY[:-1].astype(np.int16)), "images", "T34_0"), "images/T34_0.nii.gz", warning=True),
    Planted("MASK-DIMENSION", put(sitk.JoinSeries([mask(), mask()]), "masks", "T35"), msk("T35")),
]  # fmt: skip
TSV = "expression.tsv"
GENOMICS = [
    Planted("EXPRESSION-TABLE", value(3, 4, "n.d."), TSV, row=5, column="T04", found="'n.d.' is no finite number"),
    Planted("EXPRESSION-TABLE", lambda f: f.genes[7].pop(), TSV, row=9, found="39 values for 40 samples"),
    Planted("EXPRESSION-TABLE", gene(8, ""), TSV, row=10, found="no gene id"),
    Planted("EXPRESSION-TABLE", lambda f: f.samples.__setitem__(39, "T38"), TSV, row=1, column="T38", found="several"),
    Planted("EXPRESSION-MISSING", value(9, 4, ""), TSV, found="left out: 1", warning=True),
    Planted("EXPRESSION-REPEATED", gene(10, "GENE11"), TSV, found=": 1", warning=True),
    Planted("EXPRESSION-VERSIONS", gene(12, "ENSG00000141510.16"), TSV, found=": 1", warning=True),
    Planted("EXPRESSION-DATES", gene(13, "2-Sep"), TSV, found="symbols back: 1", warning=True),
    Planted("EXPRESSION-DATES", gene(14, "1-Mar"), TSV, found="several symbols, left out: 1", warning=True),
    Planted("EXPRESSION-NEGATIVE", value(15, 0, "-4"), TSV, found="in 1 of", fix="negatives"),
    Planted("EXPRESSION-UNMATCHED", lambda f: f.samples.__setitem__(36, "X-36"), TSV, found="X-36", warning=True),
    Planted("EXPRESSION-WITHOUT", lambda f: None, TSV, found="T36", warning=True),
    Planted("GENESETS-TABLE", lambda f: f.sets.append(["SET C", "x"]), "sets.gmt", row=3, found="no genes"),
    Planted("GENESETS-TABLE", lambda f: f.sets.append(["SET A", "x", "GENE1"]), "sets.gmt", row=4, found="SET A stands"),
    Planted("GENESETS-TABLE", lambda f: f.sets.append(["", "x", "GENE1"]), "sets.gmt", row=5, found="no name"),
    Planted("GENESETS-SIZE", lambda f: f.sets.append(["SET D", "x", *GENES[40:43]]), "", found="3 genes", warning=True),
    Planted("GENESETS-MISSING", lambda f: None, "none.gmt", fix="fetch genesets"),
]  # fmt: skip
FIRST = [*STUDY, *TABLES, *IMAGES, *GENOMICS]


def _squeeze(root: Path) -> None:
    data = gzip.compress((root / TSV).read_bytes())
    (root / TSV).write_bytes(data[: len(data) // 2])


def _other_ids(f: Folder) -> None:
    f.sets = [["SET A", "x", "ENSG00000141510", "ENSG00000141511"]]


def _turned(f: Folder) -> None:
    table = [["gene", *f.samples[:12]], *(row[:13] for row in f.genes)]
    f.samples, *f.genes = [list(column) for column in zip(*table, strict=True)]
    f.samples = f.samples[1:]


# What excludes something of the above, in studies of their own.
SECOND = [
    Planted("STUDY-TOML", toml('name = "Planted"', 'name = "Planted'), row=3),
    Planted("STUDY-TOML", toml('role = "validation"', 'role = "validation"\nphase = 1\nphase = 2'), row=18),
    Planted("STUDY-ONE-CLASS", lambda f: [r.__setitem__(2, "N1") for r in f.rows[:38]], key="outcome", found="positive"),
    Planted("STUDY-BATCH", setting("harmonise", 'batch = "scanner"'), key="settings.harmonise.batch", found="GE: 40"),
    Planted("EXPRESSION-FILE", later(_squeeze), TSV, found="cut off or damaged"),
]  # fmt: skip
THIRD = [
    Planted("STUDY-COHORT", toml('role = "training"', 'role = "validation"'), key="cohorts", found="none"),
    Planted("GENESETS-OVERLAP", _other_ids, "sets.gmt", found="no gene in common"),
    Planted(
        "EXPRESSION-SCALE", toml('scale = "linear"', 'scale = "auto"'), TSV, found="linear by their size"
    ),
]
FOURTH = [
    Planted("EXPRESSION-TURNED", _turned, TSV, warning=True),
    Planted("EXPRESSION-PATIENTS", lambda f: None, TSV, found="12 of 40"),
    Planted("EXPRESSION-WITHOUT", lambda f: None, TSV, found="T12", warning=True),
    Planted("PHASE-ONE", later(lambda r: [p.unlink() for p in r.glob("images/V*_[02].nii.gz")]),
            key="cohorts.other.images", found="each of 6", warning=True),
    Planted("GENESETS-MISSING", toml('[genesets]\nfiles = ["sets.gmt"]', ""), key="genesets.files", found="no file named"),
]  # fmt: skip
STUDIES = {"first": FIRST, "second": SECOND, "third": THIRD, "fourth": FOURTH}
