"""For every check of the catalogue a pair of files that triggers it, and one that is close and must not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from tests.imaging.dicom_maker import edit, with_syntax, write_series
from tests.volumes import as_image, ball, noise

Pair = tuple[Path, Path]
Make = Callable[[Path], Pair]
SHAPE = (20, 24, 28)
GREY, BALL = noise(), ball()
CENTRE = (10, 12, 14)
FLIPPED = {"direction": np.diag([-1, 1, 1]), "origin": (27, 0, 0)}


def image(array=GREY, **grid):
    return as_image(np.asarray(array), **grid)


def mask(array=BALL, **grid):
    return as_image(np.asarray(array).astype(np.uint8), **grid)


def changed(array, where, value):
    copy = np.array(array)
    copy[where] = value
    return copy


def boxed(*ranges):
    array = np.zeros(SHAPE, bool)
    array[tuple(slice(*r) for r in ranges)] = True
    return array


TWO = boxed((2, 6), (2, 6), (2, 6)) | boxed((10, 16), (10, 16), (10, 16))


def written(grey: sitk.Image, drawn: sitk.Image, suffix: str = ".nrrd") -> Make:
    """Both as files."""

    def make(folder: Path) -> Pair:
        paths = folder / f"image{suffix}", folder / f"mask{suffix}"
        for volume, path in zip((grey, drawn), paths, strict=True):
            sitk.WriteImage(volume, str(path))
        return paths

    return make


def spoilt(change: Callable[[bytes], bytes], suffix: str = ".nrrd") -> Make:
    """A sound pair; what is done to the image's bytes."""

    def make(folder: Path) -> Pair:
        grey, drawn = written(image(), mask(), suffix)(folder)
        grey.write_bytes(change(grey.read_bytes()))
        return grey, drawn

    return make


def dicom(change: Callable[[list[Path]], object] = len, tags: Callable[..., dict] | None = None) -> Make:
    """A DICOM series of one phase and a mask on its grid; what is done to the files of the slices."""

    def make(folder: Path) -> Pair:
        from core.imaging.reading import read_image

        values = np.clip(GREY[None], 0, None).astype(np.uint16)
        whole = write_series(folder / "whole", values)
        drawn = mask()
        drawn.CopyInformation(read_image(folder / "whole")[0])
        sitk.WriteImage(drawn, str(folder / "mask.nrrd"))
        for path in whole:
            path.unlink()
        change(write_series(folder / "series", values, tags=tags))
        return folder / "series", folder / "mask.nrrd"

    return make


def slope(by: float) -> Callable[[int, int], dict]:
    """Rescale slopes that grow from slice to slice."""
    return lambda _, k: {"RescaleSlope": 0.5 + by * k, "RescaleIntercept": 0}


def twice(paths: list[Path]) -> None:
    edit(paths[3], ImagePositionPatient=[10.0, -20.0, 34.01])


def lossy(paths: list[Path], said: str = "01") -> None:
    edit(paths[2], LossyImageCompression=said)


def unknown_syntax(paths: list[Path]) -> None:
    paths[2].write_bytes(with_syntax(paths[2].read_bytes(), "1.2.840.10008.1.2.4.102"))


SOUND, SOUND_DICOM = written(image(), mask()), dicom()
# code: (what triggers it, what is close and passes)
TABLE: dict[str, tuple[Make, Make]] = {
    "MASK-GRID": (
        written(image(), mask(spacing=(1, 1, 1.1))),
        written(image(), mask(spacing=(1, 1, 1.00001))),
    ),
    "MASK-FLIP": (
        written(image(), mask(BALL[:, :, ::-1], **FLIPPED)),
        written(image(**FLIPPED), mask(**FLIPPED)),
    ),
    "MASK-OUTSIDE": (
        written(image(), mask(origin=(60, 0, 0))),
        written(image(origin=(60, 0, 0)), mask(origin=(60, 0, 0))),
    ),
    "MASK-BORDER": (
        written(image(), mask(boxed((0, 6), (5, 12), (5, 12)))),
        written(image(), mask(boxed((1, 6), (5, 12), (5, 12)))),
    ),
    "MASK-EMPTY": (written(image(), mask(BALL & False)), SOUND),
    "MASK-VOXEL": (
        written(image(), mask(ball(radius=0.5))),
        written(image(), mask(boxed((4, 6), (4, 6), (4, 6)))),
    ),
    "MASK-SMALL": (
        written(image(), mask(boxed((4, 5), (4, 5), (4, 11)))),
        written(image(), mask(boxed((4, 5), (4, 6), (4, 8)))),
    ),
    "MASK-FEW": (
        written(image(), mask(boxed((4, 7), (4, 7), (4, 11)))),
        written(image(), mask(boxed((4, 8), (4, 8), (4, 8)))),
    ),
    "MASK-FLAT": (
        written(image(), mask(boxed((4, 5), (4, 14), (4, 14)))),
        written(image(), mask(boxed((4, 6), (4, 14), (4, 14)))),
    ),
    "MASK-PARTS": (
        written(image(), mask(TWO)),
        written(image(), mask(TWO | boxed((5, 11), (5, 11), (5, 11)))),
    ),
    "MASK-LABEL": (
        written(image(), mask(BALL * 2)),
        written(image(), mask(BALL + boxed((0, 2), (0, 2), (0, 2)) * 2)),
    ),
    "MASK-FLOAT": (
        written(image(), image(BALL * np.float32(0.7))),
        written(image(), image(BALL * np.float32(1))),
    ),
    "MASK-INTENSITY": (
        written(image(), image(GREY.astype(np.int16))),
        written(image(), mask(BALL * 1 + 48 * (GREY > 130))),
    ),
    "MASK-DIMENSION": (
        written(image(), sitk.JoinSeries([mask(), mask()])),
        written(image(), sitk.JoinSeries([mask()]), ".nii.gz"),
    ),
    "IMAGE-DIMENSION": (
        written(sitk.Compose(image(), image()), mask()),
        written(sitk.JoinSeries([image()]), mask(), ".nii.gz"),
    ),
    "IMAGE-NAN": (
        written(image(changed(GREY, CENTRE, np.nan)), mask()),
        written(image(changed(GREY, CENTRE, 0)), mask()),
    ),
    "IMAGE-RANGE": (
        written(image(changed(GREY, CENTRE, 1e30)), mask()),
        written(image(changed(GREY, CENTRE, 1e9)), mask()),
    ),
    "IMAGE-CONSTANT": (
        written(image(changed(GREY, BALL, 7)), mask()),
        written(image(changed(changed(GREY, BALL, 7), CENTRE, 8)), mask()),
    ),
    "IMAGE-LEVELS": (
        written(image(changed(GREY, CENTRE, 1e9)), mask()),
        written(image(changed(GREY, CENTRE, 900)), mask()),
    ),
    "IMAGE-ANISOTROPIC": (
        written(image(spacing=(0.7, 0.7, 5)), mask(spacing=(0.7, 0.7, 5))),
        written(image(spacing=(0.7, 0.7, 2)), mask(spacing=(0.7, 0.7, 2))),
    ),
    "IMAGE-RESAMPLE": (
        written(image(spacing=(700, 700, 2000)), mask(spacing=(700, 700, 2000))),
        written(image(spacing=(3, 3, 9)), mask(spacing=(3, 3, 9))),
    ),
    "IMAGE-SIZE": (spoilt(lambda data: data.replace(b"sizes: 28 24 20", b"sizes: 32000 32000 32000")), SOUND),
    "IMAGE-READ": (spoilt(lambda _: b"not an image"), SOUND),
    "IMAGE-TRUNCATED": (spoilt(lambda data: data[:-1]), spoilt(lambda data: data + b"\0")),
    "DICOM-MISSING": (dicom(lambda paths: paths[2].unlink()), dicom(lambda paths: paths[0].touch())),
    "DICOM-DUPLICATE": (dicom(twice), SOUND_DICOM),
    "DICOM-RESCALE": (dicom(tags=slope(0.1)), dicom(tags=slope(0))),
    "DICOM-LOSSY": (dicom(lossy), dicom(lambda paths: lossy(paths, "00"))),
    "DICOM-SYNTAX": (dicom(unknown_syntax), SOUND_DICOM),
}
