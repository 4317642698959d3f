"""Every check once: what must trigger it, what is close and must not."""

import re

import numpy as np
import pytest
import SimpleITK as sitk

from core.checks import check_pair
from core.errors import ImageError, MaskError
from core.imaging.parts import labels_of, lesions, sizes_of_parts
from tests.volumes import as_image, ball, noise

SHAPE = (20, 24, 28)
GREY = noise()
CENTRE = (10, 12, 14)
BALL = ball()


def image(array=GREY, **grid):
    return as_image(np.asarray(array), **grid)


def mask(array=BALL, **grid):
    return as_image(np.asarray(array).astype(np.uint8), **grid)


def changed(array, where, value):
    copy = np.array(array)
    copy[where] = value
    return copy


def with_one(value):
    return changed(GREY, CENTRE, value)


def boxed(*ranges):
    array = np.zeros(SHAPE, bool)
    array[tuple(slice(*r) for r in ranges)] = True
    return array


FLIPPED = {"direction": np.diag([-1, 1, 1]), "origin": (27, 0, 0)}
TWO = boxed((2, 6), (2, 6), (2, 6)) | boxed((10, 16), (10, 16), (10, 16))

# code: (what triggers it, what is close and passes)
ERRORS = {
    "MASK-GRID": ((image(), mask(spacing=(1, 1, 1.1))), (image(), mask(spacing=(1, 1, 1.00001)))),
    "MASK-FLIP": ((image(), mask(BALL[:, :, ::-1], **FLIPPED)), (image(**FLIPPED), mask(**FLIPPED))),
    "MASK-OUTSIDE": ((image(), mask(origin=(60, 0, 0))), (image(origin=(60, 0, 0)), mask(origin=(60, 0, 0)))),
    "MASK-EMPTY": ((image(), mask(BALL & False)), (image(), mask())),
    "MASK-VOXEL": ((image(), mask(ball(radius=0.5))), (image(), mask(boxed((4, 6), (4, 6), (4, 6))))),
    "MASK-SMALL": (
        (image(), mask(boxed((4, 5), (4, 5), (4, 11)))),
        (image(), mask(boxed((4, 5), (4, 6), (4, 8)))),
    ),
    "MASK-LABEL": ((image(), mask(BALL * 2)), (image(), mask(BALL + boxed((0, 2), (0, 2), (0, 2)) * 2))),
    "MASK-FLOAT": ((image(), image(BALL * np.float32(0.7))), (image(), image(BALL * np.float32(1)))),
    "MASK-INTENSITY": (
        (image(), image(GREY.astype(np.int16))),
        (image(), mask(BALL * 1 + 48 * (GREY > 130))),
    ),
    "MASK-DIMENSION": ((image(), sitk.JoinSeries([mask(), mask()])), (image(), mask())),
    "IMAGE-DIMENSION": ((sitk.Compose(image(), image()), mask()), (image(), mask())),
    "IMAGE-NAN": ((image(with_one(np.nan)), mask()), (image(with_one(0)), mask())),
    "IMAGE-RANGE": (
        (image(changed(GREY, CENTRE, 1e30)), mask()),
        (image(changed(GREY, CENTRE, 1e9)), mask()),
    ),
    "IMAGE-CONSTANT": (
        (image(changed(GREY, BALL, 7)), mask()),
        (image(changed(changed(GREY, BALL, 7), CENTRE, 8)), mask()),
    ),
    "IMAGE-RESAMPLE": (
        (image(spacing=(700, 700, 2000)), mask(spacing=(700, 700, 2000))),
        (image(spacing=(3, 3, 9)), mask(spacing=(3, 3, 9))),
    ),
}
WARNINGS = {
    "MASK-BORDER": (
        (image(), mask(boxed((0, 6), (5, 12), (5, 12)))),
        (image(), mask(boxed((1, 6), (5, 12), (5, 12)))),
    ),
    "MASK-FEW": (
        (image(), mask(boxed((4, 7), (4, 7), (4, 11)))),
        (image(), mask(boxed((4, 8), (4, 8), (4, 8)))),
    ),
    "MASK-FLAT": (
        (image(), mask(boxed((4, 5), (4, 14), (4, 14)))),
        (image(), mask(boxed((4, 6), (4, 14), (4, 14)))),
    ),
    "MASK-PARTS": ((image(), mask(TWO)), (image(), mask(TWO | boxed((5, 11), (5, 11), (5, 11))))),
    "IMAGE-LEVELS": (
        (image(changed(GREY, CENTRE, 1e9)), mask()),
        (image(changed(GREY, CENTRE, 900)), mask()),
    ),
    "IMAGE-ANISOTROPIC": (
        (image(spacing=(0.7, 0.7, 5)), mask(spacing=(0.7, 0.7, 5))),
        (image(spacing=(0.7, 0.7, 2)), mask(spacing=(0.7, 0.7, 2))),
    ),
}


def codes(pair):
    return {re.match(r"\[([A-Z-]+)\] .*\.$", note)[1] for note in check_pair(*pair).notes}


@pytest.mark.parametrize("code", ERRORS)
def test_error(code):
    faulty, close = ERRORS[code]
    with pytest.raises((ImageError, MaskError)) as error:
        check_pair(*faulty)
    assert error.value.code == code and error.value.fix.endswith(".")
    assert check_pair(*close).voxels > 1


@pytest.mark.parametrize("code", WARNINGS)
def test_warning(code):
    faulty, close = WARNINGS[code]
    assert code in codes(faulty)
    assert code not in codes(close)


def test_every_text_is_its_own():
    found = []
    for faulty, _ in ERRORS.values():
        with pytest.raises((ImageError, MaskError)) as error:
            check_pair(*faulty)
        found.append(str(error.value))
    for faulty, _ in WARNINGS.values():
        found += check_pair(*faulty).notes
    texts = {re.sub(r"[0-9.,]+", "", text) for text in found}
    assert len(texts) == len(ERRORS) + len(WARNINGS)


def test_spacing_in_metres():
    tiny = {"spacing": (0.0007, 0.0007, 0.002)}
    with pytest.raises(ImageError, match=r"IMAGE-RESAMPLE.*from voxels of 0\.0007"):
        check_pair(image(**tiny), mask(**tiny))


def test_parts_of_a_lesion():
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
