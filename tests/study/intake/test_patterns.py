"""Folder patterns: what matches, what is wrong, and which known layouts are proposed."""

import time
from pathlib import Path

import pytest

from core.errors import StudyError
from core.imaging.volumes import SUFFIXES
from core.study.intake.layouts import propose
from core.study.intake.patterns import named_files, phase_number, resolve
from core.study.intake.scan import VOLUMES, Listing, scan


def _listing(*files):
    folders = {"/".join(f.split("/")[:k]) for f in files for k in range(1, f.count("/") + 1)}
    return Listing(Path("data"), tuple(sorted(files)), tuple(sorted(folders)))


def _problems(preview):
    return {p: f.problem for p, f in preview.files.items() if f.problem}


MAMA = [f"images/NACT_{i:02d}/nact_{i:02d}_000{k}.nii.gz" for i in (1, 2) for k in range(3)]
MAMA += [f"segmentations/expert/nact_{i:02d}.nii.gz" for i in (1, 2)]
BIDS = [f"sub-{i}/ses-1/dce/sub-{i}_ses-1_run-{k}_T1w.nii.gz" for i in ("A1", "A2") for k in range(3)]
BIDS += [f"derivatives/masks/sub-{i}/sub-{i}_ses-1_mask.nii.gz" for i in ("A1", "A2")]
NACT = [
    f"UCSF-BR-0{i}/{s}/1-{k:02d}.dcm" for i in (1, 2) for s in ("dce", "pe1", "ser", "mask") for k in range(3)
]
TCGA = [f"manifest/TCGA-AO-A03{c}/06-07-2003-NA/3.000-DYN/1-{k}.dcm" for c in "MN" for k in range(3)]
LES = [f"lesions/TCGA-AO-A03{c}-S2-1.les" for c in "MN"]
OWN = [f"images/P{i}_{k}.nii.gz" for i in (1, 2) for k in range(3)] + [f"masks/P{i}.nii.gz" for i in (1, 2)]
FOLDERS = [f"P{i}/phase_{k}.nrrd" for i in (1, 2) for k in range(3)] + [
    f"P{i}/tumour_mask.nrrd" for i in (1, 2)
]
LAYOUTS = {
    "MAMA-MIA": (MAMA, ["NACT_01", "NACT_02"]),
    "BIDS": (BIDS, ["A1", "A2"]),
    "one exam folder per patient, masks inside": (NACT, ["UCSF-BR-01", "UCSF-BR-02"]),
    "one exam folder per patient, TCGA .les masks": (TCGA + LES, ["TCGA-AO-A03M", "TCGA-AO-A03N"]),
    "Nodescope": (OWN, ["P1", "P2"]),
    "one folder per patient": (FOLDERS, ["P1", "P2"]),
}


@pytest.mark.parametrize(("layout", "files"), LAYOUTS.items())
def test_known_layouts_are_proposed_first(layout, files):
    paths, patients = files
    best = propose(_listing(*paths), patients)[0]
    assert (best.layout, best.complete) == (layout, 2)
    found = resolve(_listing(*paths), best.images, best.masks, patients)
    assert not _problems(found) and not found.unused and list(found.table["patient"]) == patients
    first = found.files[patients[0]]
    assert first.exam or sorted(first.phases) == [0, 1, 2]


def test_masks_inside_are_said_not_to_be_looked_for_and_count_half():
    codes = ["UCSF-BR-01", "UCSF-BR-02"]
    inside = resolve(_listing(*NACT), "{patient}", "", codes)
    assert not inside.sought and list(inside.table["mask"]) == ["not looked for yet"] * 2
    # A mask by name for one of two beats folders of which nobody knows; for none of ten it does not.
    tcga = [f"TCGA-AO-A03{c}" for c in "MN"]
    listing = _listing(*TCGA, LES[0])
    best, *others = propose(listing, tcga)
    assert (best.layout, best.complete) == ("one exam folder per patient, TCGA .les masks", 1)
    assert [(o.layout, o.complete) for o in others] == [("one exam folder per patient, masks inside", 2)]
    many = _listing(*(f"P{i}/dce/{k}.dcm" for i in range(10) for k in range(2)), "P1/P1.nii.gz")
    assert propose(many, [f"P{i}" for i in range(10)])[0].masks == ""


@pytest.mark.parametrize("ending", ["", "_tumour"])
def test_images_and_masks_in_two_folders(ending):
    images = _listing(*(f"scans/P_{i}_{k}.nii.gz" for i in range(3) for k in range(2)))
    masks = _listing(*(f"P_{i}{ending}.nii" for i in range(3)))
    best = propose(images, [f"P_{i}" for i in range(3)], masks)[0]
    assert (best.layout, best.complete) == ("images and masks in two folders", 3)


def test_phases_and_masks_of_each_patient():
    found = resolve(_listing(*OWN), "images/{patient}_{phase}.nii.gz", "masks/{patient}.nii.gz")
    assert found.files["P1"].phases == {k: f"images/P1_{k}.nii.gz" for k in range(3)}
    assert found.files["P1"].mask == "masks/P1.nii.gz" and found.complete == ("P1", "P2")
    assert found.table.loc[0, "phases"] == "0, 1, 2"


def test_every_problem_is_said():
    files = [f for f in OWN if f not in ("masks/P1.nii.gz", "images/P2_1.nii.gz")]
    files += ["images/P3_0.nii.gz", "images/P3_1.nii.gz", "images/P3_pre.nii.gz", "masks/P3.nii.gz"]
    files += ["images/P10_1.nii.gz", "masks/P10.nii.gz", "masks/p_10.nii.gz", "images/Z9_1.nii.gz"]
    patients = ["P1", "P2", "P3", "P4", "P10"]
    found = resolve(
        _listing(*files), "images/{patient}_{phase}.nii.gz", "masks/{patient}.nii.gz", patients, phase=1
    )
    assert _problems(found) == {
        "P1": "no mask", "P2": "no phase 1", "P3": "several images of phase 0", "P4": "no image",
    }  # fmt: skip
    assert found.unused == ("Z9", "p_10")
    assert _problems(resolve(_listing(*OWN), "images/{patient}_{phase}.nii.gz")) == {
        "P1": "no mask: give a pattern",
        "P2": "no mask: give a pattern",
    }


def test_several_masks_are_not_guessed_and_the_exam_is_a_folder():
    listing = _listing(*TCGA, *LES, "lesions/TCGA-AO-A03M-S3-1.les")
    found = resolve(listing, "manifest/{patient}", "lesions/{patient}-S*.les")
    assert _problems(found) == {"TCGA-AO-A03M": "2 masks"}
    names = "TCGA-AO-A03M-S2, TCGA-AO-A03M-S3"
    loose = resolve(listing, "manifest/{patient}", "lesions/{patient}-*.les")
    assert _problems(loose) == {"TCGA-AO-A03M": f"masks of several names: {names}"}
    one = found.files["TCGA-AO-A03N"]
    assert (one.exam, one.mask) == ("manifest/TCGA-AO-A03N", LES[1])
    assert found.table.loc[1, "phases"] == "by headers" and found.table.loc[1, "files"] == 3
    assert not _problems(resolve(listing, "manifest/{patient}", "lesions/{patient}-S2-*.les"))


def test_patients_are_joined_by_rules_or_by_hand():
    codes = ["UCSF-BR-01", "UCSF-BR-02"]
    pattern = ("images/{patient}/{patient}_{phase}.nii.gz", "segmentations/expert/{patient}.nii.gz")
    found = resolve(_listing(*MAMA), *pattern, codes)
    assert found.complete == tuple(codes) and list(found.table["rule"]) == ["number", "number"]
    other = resolve(
        _listing(*OWN), "images/{patient}_{phase}.nii.gz", "masks/{patient}.nii.gz", ["X", "P2"], {"X": "P1"}
    )
    assert other.complete == ("X", "P2") and other.files["X"].mask == "masks/P1.nii.gz"


@pytest.mark.parametrize("pattern", ["", "images/{phase}.nii", "{patient}/{visit}", "../{patient}"])
def test_patterns_that_cannot_be(pattern):
    with pytest.raises(StudyError, match="IMPORT-PATTERN"):
        resolve(_listing(*OWN), pattern)


def test_phase_numbers_and_second_masks():
    assert [phase_number(t) for t in ("0001", "pre", "post", "post3", "PRE", "")] == [1, 0, 1, 3, 0, 1]
    assert named_files(_listing(*OWN), "masks/{patient}.nii.gz", ["P1", "P9"]) == {"P1": "masks/P1.nii.gz"}
    assert VOLUMES == SUFFIXES


def test_scanning_is_bounded_and_hides_hidden_files(tmp_path):
    for name in ("a/b/1.dcm", "a/2.dcm", ".hidden/3.dcm", "a/.4.dcm", "__MACOSX/5.dcm"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "a/loop").symlink_to(tmp_path)
    found = scan(tmp_path)
    assert found.files == ("a/2.dcm", "a/b/1.dcm") and not found.cut
    assert found.below == {"a": 2, "a/b": 1, "a/loop": 0}
    assert scan(tmp_path, most=2).cut
    with pytest.raises(StudyError, match="IMPORT-FOLDER") as caught:
        scan(tmp_path / "secret")
    assert "secret" not in str(caught.value)


def test_links_are_followed_but_loops_are_left_out(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own/1.nii").touch()
    (tmp_path / "elsewhere.nii").touch()
    (tmp_path / "own/loop").symlink_to("loop")
    (tmp_path / "own/2.nii").symlink_to("1.nii")
    (tmp_path / "own/out.nii").symlink_to(tmp_path / "elsewhere.nii")
    found = scan(tmp_path / "own")
    assert (found.files, found.folders) == (("1.nii", "2.nii", "out.nii"), ())


def test_stars_in_a_row_are_one():
    deep = _listing("/".join(["a" * 20] * 8) + "/P1_1.nii.gz")
    start = time.process_time()
    for pattern in ("*" * 30 + "{patient}X.nii.gz", "**/" * 10 + "{patient}X.nii.gz"):
        assert not resolve(deep, pattern, patients=["P1"]).complete
    assert resolve(deep, "**/**/***{patient}_{phase}.nii.gz", patients=["P1"]).files["P1"].phases
    assert time.process_time() - start < 5


def test_ten_thousand_files_are_quick(tmp_path):
    for i in range(100):
        folder = tmp_path / f"P{i:03d}" / "dce"
        folder.mkdir(parents=True)
        for k in range(100):
            (folder / f"{k}.dcm").touch()
    start = time.process_time()
    listing = scan(tmp_path)
    best = propose(listing, [f"P{i:03d}" for i in range(100)])[0]
    assert (len(listing.files), best.complete) == (10_000, 100)
    assert time.process_time() - start < 5  # about 0.4 s on an idle core
