from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st

from core.checks import bounding_box
from core.errors import MaskError
from core.imaging.box import Box, Maps, enhancement, first_box, phase_titles, tumour_in_box
from core.imaging.case_folder import CaseImages, recognise
from core.imaging.opening import case_mask


def dice(a: sitk.Image, b: sitk.Image) -> float:
    first, second = (sitk.GetArrayViewFromImage(mask) > 0 for mask in (a, b))
    return float(2 * np.count_nonzero(first & second) / (np.count_nonzero(first) + np.count_nonzero(second)))


@pytest.fixture(scope="module")
def real(shared: Path) -> CaseImages:
    return recognise(shared / "data" / "nact_pilot" / "UCSF-BR-06")


def around(mask: sitk.Image) -> Box:
    z, y, x = bounding_box(sitk.GetArrayViewFromImage(mask) > 0)
    return Box(*((part.start, part.stop - 1) for part in (x, y, z)))


@pytest.mark.parametrize("maps_given", [True, False])
def test_a_box_around_the_real_volume_of_interest_gives_its_tumour(
    real: CaseImages, maps_given: bool
) -> None:
    with_seg = case_mask(real)
    assert np.count_nonzero(sitk.GetArrayViewFromImage(with_seg)) == 41_105
    bare = replace(real, seg=None) if maps_given else replace(real, seg=None, pe=None, ser=None)
    with pytest.raises(MaskError, match="CASE-NO-MASK"):
        case_mask(bare)
    maps = enhancement(bare)
    assert maps.computed is not maps_given
    box = around(real.seg)
    assert dice(tumour_in_box(maps, box), with_seg) >= 0.95
    assert dice(tumour_in_box(maps, box, largest=True), with_seg) >= 0.95


def test_the_first_box_holds_most_of_the_real_tumour(real: CaseImages) -> None:
    maps = enhancement(replace(real, seg=None))
    assert dice(tumour_in_box(maps, first_box(maps)), case_mask(real)) > 0.9


def image(values: np.ndarray) -> sitk.Image:
    made = sitk.GetImageFromArray(values)
    made.SetSpacing((0.7, 0.8, 2.0))
    return made


def phantom(seed: int) -> CaseImages:
    """Noise that enhances at random, with empty voxels: divisions by 0 and negative changes occur."""
    rng = np.random.default_rng(seed)
    phases = [rng.integers(0, 200, (6, 7, 8)).astype(np.float32) for _ in range(3)]
    return CaseImages(tuple(image(p) for p in phases), ("", "", ""), "test")


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), excluded=st.sets(st.integers(1, 4), max_size=2))
def test_as_voxel_by_voxel(seed: int, excluded: set[int]) -> None:
    case = phantom(seed)
    s0, s1, s2 = (sitk.GetArrayFromImage(p).astype(float) for p in case.phases)
    box = Box((1, 6), (0, 5), (1, 4))
    background = 0.6 * np.percentile(s0[1:5, 0:6, 1:7], 95)
    expected = np.zeros(s0.shape, dtype=bool)
    for z, y, x in np.ndindex(s0.shape):
        if not (1 <= z <= 4 and y <= 5 and 1 <= x <= 6) or z in excluded or s0[z, y, x] < background:
            continue
        rise, late = s1[z, y, x] - s0[z, y, x], s2[z, y, x] - s0[z, y, x]
        enhances = s0[z, y, x] > 0 and 100 * rise / s0[z, y, x] >= 70 - 1e-4
        expected[z, y, x] = enhances and late > 0 and 0 < rise / late <= 3
    maps = enhancement(case)
    if not expected.any():
        with pytest.raises(MaskError, match="BOX-EMPTY"):
            tumour_in_box(maps, box, excluded)
        return
    found = tumour_in_box(maps, box, excluded)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(found) > 0, expected)
    assert found.GetSpacing() == case.phases[0].GetSpacing()


def test_the_largest_part_alone() -> None:
    pe = np.zeros((3, 9, 9), dtype=np.float32)
    pe[1, 1:3, 1:3] = 100
    pe[1, 5:8, 5:8] = 100
    maps = Maps(image(pe), image(np.ones_like(pe)), None, computed=False)
    box = Box((0, 8), (0, 8), (0, 2))
    both, one = (tumour_in_box(maps, box, largest=k) for k in (False, True))
    assert [int(sitk.GetArrayViewFromImage(m).sum()) for m in (both, one)] == [13, 9]
    assert dice(both, one) == pytest.approx(18 / 22)
    with pytest.raises(MaskError, match=r"BOX-EMPTY.*Move or enlarge"):
        tumour_in_box(maps, Box((0, 8), (0, 0), (0, 2)))


def test_too_few_phases_say_what_is_missing() -> None:
    case = phantom(0)
    with pytest.raises(MaskError, match=r"CASE-NO-MASK.*2 phases and no mask"):
        enhancement(replace(case, phases=case.phases[:2]))


def test_phases_have_the_names_that_readers_use() -> None:
    assert phase_titles([1]) == ("single phase",)
    assert phase_titles(range(4)) == (
        "pre-contrast",
        "1st post-contrast",
        "2nd post-contrast",
        "3rd post-contrast",
    )
    assert phase_titles(range(13))[-2:] == ("11th post-contrast", "12th post-contrast")
