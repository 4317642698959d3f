"""Every check of the catalogue, on the single case and in a cohort: what triggers it, what must not."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from core.checks import check_pair
from core.checks.catalogue import CATALOGUE
from core.checks.cohort import asks, counts, matrix, with_failures
from core.errors import ImageError, MaskError, coded
from core.imaging.parts import labels_of, lesions, sizes_of_parts
from core.imaging.tasks import pair
from core.pipeline import Pipeline
from core.settings import RadiomicsSettings
from core.stages.case_work import check_case
from core.store import Store
from core.study.manifest import load_study
from core.study_check import check_study
from tests.check_table import BALL, GREY, TABLE, TWO, boxed, image, mask

COHORT = """
[cohorts.{name}]
role = "{role}"
images = "{name}/{{patient}}/{image}"
masks = "{name}/{{patient}}/mask{suffix}"
"""
SIDES = ("triggers", "close")


def uploaded(grey: Path, drawn: Path) -> list[str]:
    """Codes that the predict page and command meet: read as a pair, then checked."""
    try:
        case = pair(grey, drawn)
        notes = (*check_pair(case.phases[0], case.mask).notes, *case.notes)
    except (ImageError, MaskError) as error:
        assert error.fix.endswith(".") and " must " in error.expected or error.code == "MASK-LABEL"
        return [error.code]
    return [coded(note)[0] for note in notes]


def of_a_study(grey: Path, drawn: Path) -> list[str]:
    """Codes that one patient of a study meets."""
    try:
        return [coded(note)[0] for note in check_case(grey, drawn, RadiomicsSettings())["report"]["notes"]]
    except (ImageError, MaskError) as error:
        return [error.code]


def test_the_table_is_the_catalogue() -> None:
    assert list(TABLE) == list(CATALOGUE)


@pytest.mark.parametrize("read", [uploaded, of_a_study])
@pytest.mark.parametrize("code", TABLE)
def test_on_a_single_case(code: str, read: Callable[[Path, Path], list[str]], tmp_path: Path) -> None:
    for make, found in zip(TABLE[code], SIDES, strict=True):
        (tmp_path / found).mkdir()
        codes = read(*make(tmp_path / found))
        assert (code in codes) is (found == "triggers"), codes
        assert found == "triggers" or all(CATALOGUE[other].outcome == "kept" for other in codes)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """A study in which each pair of the table is a patient, its masks checked."""
    root = tmp_path_factory.mktemp("study")
    rows, cohorts = ["patient,cohort,age,lnm"], {}
    for k, (code, makes) in enumerate(TABLE.items()):
        for side, make in zip(SIDES, makes, strict=True):
            folder = root / "made" / f"{code}.{side}"
            folder.mkdir(parents=True)
            grey, drawn = make(folder)
            suffix = "".join(drawn.suffixes)
            name = f"{'dicom' if grey.is_dir() else 'files'}{suffix.replace('.', '_')}"
            cohorts[name] = (grey.name, suffix)
            (root / name).mkdir(exist_ok=True)
            folder.rename(root / name / folder.name)
            rows.append(f"{folder.name},{name},{40 + k},{len(rows) % 2}")
    (root / "clinical.csv").write_text("\n".join(rows))
    text = '[study]\nname = "Checks"\n[outcome]\ncolumn = "lnm"\npositive = [1]\n'
    for k, (name, (grey, suffix)) in enumerate(cohorts.items()):
        text += COHORT.format(
            name=name, image=grey, suffix=suffix, role="training" if k == 0 else "validation"
        )
    (root / "study.toml").write_text(text)
    stages = Pipeline(load_study(root), Store(root / "cache"))
    stages.run(lambda *_: None, workers=1, only="masks")
    return stages


@pytest.mark.parametrize("code", TABLE)
def test_in_a_cohort(code: str, cohort: Pipeline) -> None:
    found = cohort.entry("masks")["findings"]
    rows = found[(found["patient"] == f"{code}.triggers") & (found["code"] == code)]
    assert list(rows["outcome"]) == [CATALOGUE[code].outcome]
    assert not rows["text"].iloc[0].startswith("[") and rows["text"].iloc[0].endswith(".")
    close = found[found["patient"] == f"{code}.close"]
    assert code not in set(close["code"]) and set(close["outcome"]) <= {"kept"}


def test_every_text_is_its_own(cohort: Pipeline) -> None:
    found = cohort.entry("masks")["findings"]
    own = found[found["patient"] == found["code"] + ".triggers"]
    assert set(own["code"]) == set(CATALOGUE)
    assert own["text"].map(lambda text: re.sub(r"[0-9.,]+", "", text)).nunique() == len(CATALOGUE)


def test_the_cohort_report(cohort: Pipeline) -> None:
    """Patients x checks and the counts say the same as the rows."""
    masks, patients = cohort.entry("masks"), list(cohort.study.clinical["patient"])
    findings = with_failures(masks["findings"], masks["failures"])
    assert findings.equals(masks["findings"])  # whom this stage left out is there already
    table, counted = matrix(findings, patients), counts(findings).set_index("code")
    assert list(table.index) == patients
    for code in CATALOGUE:
        whole = counted.loc[code, ["left_out", "kept"]].sum()
        assert whole == table[code].sum() == findings.loc[findings["code"] == code, "patient"].nunique()
    ok = masks["cases"].set_index("patient")["ok"]
    assert (table["outcome"].eq("left out") == ~ok).all()
    assert table.loc["MASK-GRID.close", "outcome"] == "sound"
    assert table.loc["MASK-FEW.triggers", "outcome"] == "kept"


def test_whom_a_later_step_left_out_is_in_the_report(cohort: Pipeline) -> None:
    findings, failures = cohort.entry("masks")["findings"], cohort.entry("masks")["failures"]
    later = {"patient": "MASK-FEW.triggers", "code": "NEW-CODE", "message": "[NEW-CODE] It must be."}
    both = with_failures(findings, failures.iloc[:0]._append(later, ignore_index=True))
    assert both.iloc[-1].to_dict() == {
        "patient": "MASK-FEW.triggers", "code": "NEW-CODE", "outcome": "left out", "text": "It must be.",
    }  # fmt: skip
    assert counts(both).set_index("code").loc["NEW-CODE", "left_out"] == 1 and asks("NEW-CODE") == "NEW-CODE"
    assert matrix(both, ["MASK-FEW.triggers"])["outcome"].tolist() == ["left out"]


def test_a_cohort_without_findings(cohort: Pipeline) -> None:
    nothing = cohort.entry("masks")["findings"].iloc[:0]
    assert counts(nothing)[["left_out", "kept"]].to_numpy().sum() == 0
    assert matrix(nothing, ["A", "B"]).to_dict("list") == {
        "outcome": ["sound", "sound"],
        "findings": ["", ""],
    }


def test_spacing_in_metres() -> None:
    tiny = {"spacing": (0.0007, 0.0007, 0.002)}
    with pytest.raises(ImageError, match=r"IMAGE-RESAMPLE.*from voxels of 0\.0007"):
        check_pair(image(**tiny), mask(**tiny))


def test_an_in_memory_mask_of_several_dimensions() -> None:
    with pytest.raises(MaskError, match="MASK-DIMENSION"):
        check_pair(image(), sitk.JoinSeries([mask(), mask()]))
    with pytest.raises(ImageError, match="IMAGE-DIMENSION"):
        check_pair(sitk.JoinSeries([image(), image()]), mask())
    check_pair(image(GREY.astype(np.int16)), mask(BALL))


def test_parts_of_a_lesion() -> None:
    """Largest, each and all; a part of another label is none of this lesion."""
    drawn = mask(TWO + boxed((17, 19), (2, 9), (2, 9)) * 2)
    sizes = {w: [int(sitk.GetArrayViewFromImage(m).sum()) for m in lesions(drawn, 1, w)] for w in
             ("all", "largest", "each")}  # fmt: skip
    assert sizes == {"all": [280], "largest": [216], "each": [216, 64]}
    assert sizes_of_parts(drawn) == (216, 64)
    assert labels_of(drawn) == {1: 280, 2: 98}
    for part in lesions(drawn, 1, "each"):
        assert check_pair(image(), part).components == 1
    with pytest.raises(MaskError, match=r"MASK-LABEL.*Choose 1 or 2"):
        lesions(drawn, 3)


def test_parts_too_small_to_measure_are_left_out_of_each() -> None:
    drawn = mask(TWO | boxed((18, 19), (2, 3), (2, 5)))
    assert [int(sitk.GetArrayViewFromImage(m).sum()) for m in lesions(drawn, 1, "each")] == [216, 64]
    tiny = mask(boxed((18, 19), (2, 3), (2, 5)))
    assert len(lesions(tiny, 1, "each")) == 1


def test_validate_finds_what_a_run_finds(cohort: Pipeline) -> None:
    """Of every patient at least the findings of the stage, and errors of those alone whom it leaves out."""
    report, findings = check_study(cohort.study.root), cohort.entry("masks")["findings"]
    found = {(p.patient, p.code) for p in report.problems}
    assert {*findings[["patient", "code"]].itertuples(index=False, name=None)} <= found
    left_out = set(findings.loc[findings["outcome"] == "left out", "patient"])
    assert {p.patient for p in report.errors if p.patient} == left_out
