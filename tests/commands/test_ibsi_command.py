"""``python -m core ibsi``: the table as a file, of the phantom kept in core or of IBSI's own files."""

from pathlib import Path

import pandas as pd
import SimpleITK as sitk

from core.features.ibsi.phantom import phantom
from core.features.ibsi.table import OUTSIDE, ibsi_table
from tests.conftest import core


def test_the_table(tmp_path: Path) -> None:
    done = core("ibsi", "-o", tmp_path / "ibsi.csv")
    assert done.returncode == 0, done.stderr
    assert "122 of 122 measured values lie within IBSI's tolerance" in done.stderr
    found = pd.read_csv(
        tmp_path / "ibsi.csv", dtype={"id": str, "aggregation_id": str}, keep_default_na=False
    )
    ours = ibsi_table()
    assert list(found.columns) == list(ours.columns)
    for column in ("tag", "id", "aggregation_id", "status", "formula", "note"):
        assert list(found[column]) == list(ours[column]), column
    numbers = found[["reference", "allowed", "value"]].apply(pd.to_numeric)
    pd.testing.assert_frame_equal(numbers, ours[["reference", "allowed", "value"]])


def test_the_published_files(shared: Path, tmp_path: Path) -> None:
    assert core("ibsi", "-o", tmp_path / "ours.csv").returncode == 0
    folder = shared / "data" / "ibsi_phantom"
    for root in (folder, folder / "nifti"):
        done = core("ibsi", "--phantom", root, "-o", tmp_path / "theirs.csv")
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "theirs.csv").read_bytes() == (tmp_path / "ours.csv").read_bytes()


def test_another_image_is_outside_the_tolerance(tmp_path: Path) -> None:
    image, mask = phantom()
    for part, name in ((image * 2, "image/phantom.nii.gz"), (mask, "mask/mask.nii.gz")):
        (tmp_path / name).parent.mkdir()
        sitk.WriteImage(part, str(tmp_path / name))
    done = core("ibsi", "--phantom", tmp_path, "-o", tmp_path / "ibsi.csv")
    assert done.returncode == 3, done.stderr
    found = pd.read_csv(tmp_path / "ibsi.csv").set_index("tag")
    assert found.at["stat_mean", "status"] == OUTSIDE
    assert found.at["morph_volume", "status"] != OUTSIDE


def test_a_folder_without_the_phantom_is_one_clear_error(tmp_path: Path) -> None:
    done = core("ibsi", "--phantom", tmp_path, "-o", tmp_path / "ibsi.csv")
    assert done.returncode == 1
    assert done.stderr.startswith("[IBSI-PHANTOM]")
    assert str(tmp_path) not in done.stderr
    assert not (tmp_path / "ibsi.csv").exists()
