"""What is done with files in a process of its own (``core.imaging.child``): from paths to a case."""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import SimpleITK as sitk

from core.errors import ImageError
from core.imaging.archive import unpack
from core.imaging.case_folder import CaseImages, default_phase, recognise
from core.imaging.dicom import read_tree
from core.imaging.enhancement import agreement, computed_maps
from core.imaging.masks import read_mask
from core.imaging.phases import split_phases
from core.imaging.reading import read_image
from core.imaging.regrid import on_grid
from core.imaging.segmentation import read_segmentation
from core.imaging.stack import to_image
from core.imaging.tumour_volume import require_map_ranges, tumour_volume
from core.imaging.visits import first_visit


def case(source: Path, work: Path, choice: int | None = None, resample: bool = False) -> CaseImages:
    """A case folder, or a zip of one that is unpacked into ``work``; see ``opening.open_case``."""
    if source.is_dir():
        return recognise(source, choice, resample)
    unpack(source, work)
    return recognise(work, choice, resample)


def exam(source: Path, mask: Path | None = None, choice: int | None = None) -> CaseImages:
    """An exam folder; a mask in a file of its own goes before any inside. See ``opening.open_exam``."""
    with tempfile.TemporaryDirectory(prefix="nodescope-") as work:
        folder, visit = first_visit(source, Path(work))
        found = recognise(folder, choice)
        drawn, notes = found.mask, (*found.notes, *visit)
        if mask is not None:
            drawn, own = read_mask(mask, found.phases[default_phase(len(found.phases))])
            notes = (*notes, *own)
        return replace(found, mask=drawn, notes=notes)


def pair(image: Path, mask: Path, resample: bool = False) -> CaseImages:
    """An image and its mask as a case of one phase; see ``opening.open_pair``."""
    with _naming("image"):
        volume, read = read_image(image)
    with _naming("mask"):
        drawn, notes = read_mask(mask, volume)
    if resample:
        drawn, moved = on_grid(drawn, volume, agreed=True)
        notes = (*notes, *moved)
    return CaseImages((volume,), ("image",), "one file", mask=drawn, notes=(*read, *notes))


def volume(dce: Path, seg: Path, pe: Path | None = None, ser: Path | None = None) -> CaseImages:
    """The tumour volume as the mask of a case, without its phases; see ``opening.measured_volume``."""
    phases = recognise(dce).phases
    given = [None if folder is None else _map(folder, n, dce) for folder, n in ((pe, "PE"), (ser, "SER"))]
    require_map_ranges(*given)
    region = read_segmentation(seg, phases[0])
    if given[0] and given[1] and len(phases) < 3:
        return _measured(tumour_volume(given[0], given[1], region))
    computed = computed_maps(phases, region)
    used = (given[0] or computed[0], given[1] or computed[1])
    tumour = tumour_volume(*used, region)
    missing = " and ".join(n for n, one in zip(("PE1", "SER"), given, strict=True) if one is None)
    note = f"{missing} computed from the phases." if missing else str(agreement(used, computed, tumour))
    return _measured(tumour, note)


TASKS: dict[str, Callable[..., CaseImages]] = {"case": case, "exam": exam, "pair": pair, "volume": volume}


@contextmanager
def _naming(which: str) -> Iterator[None]:
    """Of two files an error must say which is at fault."""
    try:
        yield
    except ImageError as error:
        expected = re.sub(r"^The (image )?file", f"The {which} file", error.expected)
        raise ImageError(error.code, expected, error.found, error.fix) from error


def _measured(tumour: sitk.Image, *notes: str) -> CaseImages:
    return CaseImages((), (), "", mask=tumour, notes=notes)


def _map(folder: Path, name: str, dce: Path) -> sitk.Image:
    series, _ = read_tree(folder)
    if folder.resolve() == dce.resolve():
        raise _wrong_folder(name, "the folder of the DCE series")
    if len(series) != 1:
        raise _wrong_folder(name, f"{len(series)} series")
    if not series[0].slices:
        raise _wrong_folder(name, "a segmentation")
    if (phases := len(split_phases(series[0].slices).phases)) > 1:
        raise _wrong_folder(name, f"a dynamic series of {phases} phases")
    return to_image(series[0].slices)


def _wrong_folder(name: str, found: str) -> ImageError:
    fix = f"This is the wrong folder: name the one of the {name} map."
    return ImageError(
        "MAP-SERIES", f"The {name} folder must hold the {name} map as its one DICOM series", found, fix
    )
