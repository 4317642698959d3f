"""Problems to plant in a sound study: what each does, and how it must be reported."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from tests.check_table import BALL, FLIPPED, GREY, TWO, boxed, changed, image, mask
from tests.study_check.sound_study import GENES, Folder

TSV, CSV = "expression.tsv", "clinical.csv"


@dataclass(frozen=True)
class Planted:
    """A problem: ``plant`` puts it into the study; the rest is how exactly one problem must read."""

    code: str
    plant: Callable[[Folder], object]
    file: str = "study.toml"
    key: str = ""
    row: int | None = None
    column: str = ""
    found: str = ""
    warning: bool = False
    fix: str = ""


P, W = Planted, partial(Planted, warning=True)


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
    P("STUDY-KEY", toml("[genesets]", "[genesetz]\nx = 1\n[genesets]"), key="genesetz", fix="genesets?"),
    P("STUDY-KEY", cohort("a", phasse="1"), key="cohorts.a.phasse", fix="Did you mean phase?"),
    P("STUDY-KEY", toml('name = "Planted"', 'name = "Planted"\nsynthetic = "yes"'), key="study.synthetic"),
    P("STUDY-KEY", toml("[study]", "[study]\ndescription = 5"), key="study.description"),
    P("STUDY-KEY", cohort("b", role="test", patients=0), key="cohorts.b.role", found="test"),
    P("STUDY-KEY", cohort("c", masks=""), key="cohorts.c.masks", found="no such value"),
    P("STUDY-KEY", cohort("d", images='"images/{patient}_{site}.nii.gz"'), key="cohorts.d.images"),
    P("STUDY-KEY", cohort("e", images='"../{patient}.nii.gz"'), key="cohorts.e.images", found="../"),
    P("STUDY-KEY", cohort("g", second_masks='"masks/{patient}.nii.gz"'), key="cohorts.g.second_masks"),
    P("STUDY-KEY", cohort("h", phase='"one"'), key="cohorts.h.phase", found="one"),
    P("STUDY-KEY", toml('negative = ["N0"]', 'negative = ["N0", "N1"]'), key="outcome.negative"),
    P("STUDY-KEY", toml('files = ["sets.gmt"]', 'files = ["sets.gmt", "none.gmt", "../up.gmt"]'),
      key="genesets.files", found="../up.gmt"),
    P("STUDY-PATTERN", cohort("i", images='"img/{patient}.nii.gz"'), key="cohorts.i.images",
      found="no folder img"),
    P("STUDY-PATTERN", cohort("j", second_masks='"again/{patient}_r2.nii.gz"'), key="cohorts.j.second_masks"),
    P("STUDY-PHASE", cohort("k", phase="7"), key="cohorts.k.phase", found="images of phase 0, 1, 2"),
    P("SETTINGS", setting("woods", "trees = 5"), key="settings.woods"),
    P("SETTINGS", setting("forest", "tree = 5"), key="settings.forest.tree", fix="Did you mean trees?"),
    P("SETTINGS", setting("forest", 'trees = "many"'), key="settings.forest.trees", found="many"),
    P("SETTINGS", setting("resampling", "folds = 1"), key="settings.resampling.folds", found="1"),
    P("SETTINGS", toml("[study]", '[settings]\npreset = "open"\n[study]'), key="settings.preset",
      found="open"),
    P("SETTINGS", setting("fusion", 'signatures = ["radiomics", "peritumoral"]'),
      key="settings.fusion.signatures"),
    P("SETTINGS", setting("selection_googlenet", "min_icc = 0.7"),
      key="settings.selection_googlenet.min_icc"),
    P("STUDY-BATCH", setting("harmonise", 'batch = "scannr"'), key="settings.harmonise.batch",
      found="scannr"),
]  # fmt: skip
TABLES = [
    P("TABLE-MISSING", cohort("l", clinical='"extra.csv"', patients=0), "extra.csv"),
    P("TABLE-COLUMN", _no_cohort_column, "apart.csv", row=1, column="cohort", fix="Did you mean kohort?"),
    P("TABLE-ROWS", _wide, CSV, row=32, found="12 cells"),
    P("TABLE-ROWS", _twice, CSV, column="patient", found="'T05' appears before"),
    P("TABLE-ROWS", cell("T06", "cohort", ""), CSV, row=8, column="cohort", found="empty"),
    P("TABLE-ROWS", cell("T07", "lnm", ""), CSV, row=9, column="lnm", found="empty"),
    P("TABLE-ROWS", cell("T39", "patient", "../T39"), CSV, row=41, column="patient", found="../T39"),
    P("TABLE-OUTCOME", cell("T08", "lnm", "NX"), CSV, row=10, column="lnm", found="NX"),
    P("STUDY-COHORT", cell("T09", "cohort", "mian"), CSV, row=11, column="cohort", found="mian"),
    P("TABLE-NUMBER", cell("T10", "age", ">89"), CSV, row=12, column="age", found=">89"),
    W("TABLE-NUMBER", cell("T11", "ki67", "high"), CSV, row=13, column="ki67"),
    W("TABLE-GAPS", cell("T12", "age", ""), CSV, column="age", found="1 of"),
    P("TABLE-COLUMN", _more_columns, CSV, row=1, column="role", found="role"),
    P("TABLE-COLUMN", lambda f: None, CSV, row=1, column="ki67", found="more than one"),
    P("TABLE-READ", later(_latin), CSV, row=22, found="another encoding"),
]  # fmt: skip
IMAGES = [
    P("IMAGE-READ", gone(img("T13")), img("T13"), found="no such file", fix="[cohorts.main]"),
    P("IMAGE-READ", later(lambda r: (r / "masks/T14.nii.gz").rename(r / "masks/T14.txt")), msk("T14")),
    P("IMAGE-READ", later(lambda r: (r / img("T15")).write_bytes(b"no image" * 99)), img("T15")),
    P("IMAGE-TRUNCATED", cut(img("T16")), img("T16")),
    P("MASK-GRID", put(mask(spacing=(1, 1, 1.1)), "masks", "T17"), msk("T17"), found="spacing"),
    P("MASK-FLIP", put(mask(BALL[:, :, ::-1], **FLIPPED), "masks", "T18"), msk("T18")),
    P("MASK-LABEL", put(mask(BALL * 2), "masks", "T19"), msk("T19"), fix="Choose label 2."),
    P("MASK-EMPTY", put(mask(BALL & False), "masks", "T20"), msk("T20")),
    P("IMAGE-NAN", put(image(changed(GREY, (10, 12, 14), np.nan)), "images", "T21_1"), img("T21")),
    W("MASK-FLAT", put(mask(boxed((4, 5), (4, 14), (4, 14))), "masks", "T22"), msk("T22")),
    W("MASK-PARTS", put(mask(TWO), "masks", "T23"), msk("T23"), found="2 separate parts"),
    W("MASK-BORDER", put(mask(boxed((0, 6), (5, 12), (5, 12))), "masks", "T24"), msk("T24")),
    W("MASK-FEW", put(mask(boxed((4, 7), (4, 7), (4, 11))), "masks", "T25"), msk("T25")),
    P("MASK-VOXEL", put(mask(boxed((4, 5), (4, 5), (4, 5))), "masks", "T26"), msk("T26")),
    P("MASK-FLOAT", put(image(BALL * np.float32(0.7)), "masks", "T27"), msk("T27")),
    P("IMAGE-CONSTANT", put(plain(changed(GREY, BALL, 7)), "images", "T28_1"), img("T28")),
    P("MASK-INTENSITY", put(plain(GREY), "masks", "T29"), msk("T29")),
    W("MASK-SAME", _same_twice, "again/T02.nii.gz", found="the same file"),
    W("MASK-GRID", put(mask(origin=(0, 0, 3)), "again", "T03"), "again/T03.nii.gz"),
    W("PHASE-ONE", later(lambda r: [(r / f"images/T31_{k}.nii.gz").unlink() for k in (0, 2)]),
      key="cohorts.main.images", found="1 of 3"),
    W("PHASE-FEWER", gone("images/T32_2.nii.gz"), key="cohorts.main.images", found="2 of 3"),
    W("IMAGE-TRUNCATED", cut("images/T33_2.nii.gz"), "images/T33_2.nii.gz"),
    W("PHASE-GRID", put(image(GREY[:-1].astype(np.int16)), "images", "T34_0"), "images/T34_0.nii.gz"),
    P("MASK-DIMENSION", put(sitk.JoinSeries([mask(), mask()]), "masks", "T35"), msk("T35")),
]  # fmt: skip
GENOMICS = [
    P("EXPRESSION-TABLE", value(3, 4, "n.d."), TSV, row=5, column="T04",
      found="'n.d.' of GENE3 is no finite number"),
    P("EXPRESSION-TABLE", value(2, 5, "-1e308"), TSV, row=4, column="T05",
      found="'-1e308' of GENE2 is beyond 1e+15"),
    P("EXPRESSION-TABLE", lambda f: f.genes[7].pop(), TSV, row=9, found="39 values for 40 samples"),
    P("EXPRESSION-TABLE", gene(8, ""), TSV, row=10, found="no gene id"),
    P("EXPRESSION-TABLE", lambda f: f.samples.__setitem__(39, "T38"), TSV, row=1, column="T38",
      found="several"),
    W("EXPRESSION-MISSING", value(9, 4, ""), TSV, found="left out: 1"),
    W("EXPRESSION-REPEATED", gene(10, "GENE11"), TSV, found=": 1"),
    W("EXPRESSION-VERSIONS", gene(12, "ENSG00000141510.16"), TSV, found=": 1"),
    W("EXPRESSION-DATES", gene(13, "2-Sep"), TSV, found="symbols back: 1"),
    W("EXPRESSION-DATES", gene(14, "1-Mar"), TSV, found="several symbols, left out: 1"),
    P("EXPRESSION-NEGATIVE", value(15, 0, "-4"), TSV, found="in 1 of", fix="negatives"),
    W("EXPRESSION-UNMATCHED", lambda f: f.samples.__setitem__(36, "X-36"), TSV, found="X-36"),
    W("EXPRESSION-WITHOUT", lambda f: None, TSV, found="T36"),
    P("GENESETS-TABLE", lambda f: f.sets.append(["SET C", "x"]), "sets.gmt", row=3, found="no genes"),
    P("GENESETS-TABLE", lambda f: f.sets.append(["SET A", "x", "GENE1"]), "sets.gmt", row=4,
      found="SET A stands"),
    P("GENESETS-TABLE", lambda f: f.sets.append(["", "x", "GENE1"]), "sets.gmt", row=5, found="no name"),
    W("GENESETS-SIZE", lambda f: f.sets.append(["SET D", "x", *GENES[40:43]]), "", found="3 genes"),
    P("GENESETS-MISSING", lambda f: None, "none.gmt", fix="fetch genesets"),
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
    P("STUDY-TOML", toml('name = "Planted"', 'name = "Planted'), row=3),
    P("STUDY-TOML", toml('role = "validation"', 'role = "validation"\nphase = 1\nphase = 2'), row=18),
    P("STUDY-ONE-CLASS", lambda f: [r.__setitem__(2, "N1") for r in f.rows[:38]], key="outcome",
      found="positive"),
    P("STUDY-BATCH", setting("harmonise", 'batch = "scanner"'), key="settings.harmonise.batch",
      found="GE: 40"),
    P("EXPRESSION-FILE", later(_squeeze), TSV, found="cut off or damaged"),
]  # fmt: skip
THIRD = [
    P("STUDY-COHORT", toml('role = "training"', 'role = "validation"'), key="cohorts", found="none"),
    P("GENESETS-OVERLAP", _other_ids, "sets.gmt", found="no gene in common"),
    P("EXPRESSION-SCALE", toml('scale = "linear"', 'scale = "auto"'), TSV, found="linear by their size"),
]
FOURTH = [
    W("EXPRESSION-TURNED", _turned, TSV),
    P("EXPRESSION-PATIENTS", lambda f: None, TSV, found="12 of 40"),
    W("EXPRESSION-WITHOUT", lambda f: None, TSV, found="T12"),
    W("PHASE-ONE", later(lambda r: [p.unlink() for p in r.glob("images/V*_[02].nii.gz")]),
      key="cohorts.other.images", found="each of 6"),
    P("GENESETS-MISSING", toml('[genesets]\nfiles = ["sets.gmt"]', ""), key="genesets.files",
      found="no file named"),
]  # fmt: skip
STUDIES = {"first": FIRST, "second": SECOND, "third": THIRD, "fourth": FOURTH}
