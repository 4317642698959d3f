"""Which series of an exam is the dynamic one: every candidate as a choice, and the phases of the chosen."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from PIL import Image

from core.errors import ImageError
from core.imaging.dicom import Series
from core.imaging.key_slice import for_reading
from core.imaging.phases import TAGS, by_number, split_phases
from core.imaging.pixels import scale_note
from core.imaging.stack import read_pixels, to_image
from core.imaging.viewing import plane

PREVIEW = 192  # pixels, height of the picture of a series


@dataclass(frozen=True, slots=True)
class Choice:
    """One series, or several of one phase each, that could be the dynamic series.

    ``phases``: images at each of the ``slices`` positions; ``label`` tells it apart from others without a
    description, which may name the patient: "series 1: 3 x 60 slices, 256 x 256, sagittal".
    """

    series: tuple[Series, ...]
    phases: int
    slices: int
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Dynamic:
    """Phases in time order on one grid, a label for each, what told them apart, and warnings."""

    phases: tuple[sitk.Image, ...]
    labels: tuple[str, ...]
    split_by: str
    notes: tuple[str, ...] = ()


def choices(candidates: Sequence[Series]) -> tuple[Choice, ...]:
    """What could be the dynamic series, the likeliest first: most phases, then most images, then order.

    Series that differ only by a number in their description and lie at the same positions are the phases of
    one acquisition.
    """
    kinds: dict[Any, list[Series]] = {}
    for one in candidates:
        kinds.setdefault(_kind(one), []).append(one)
    groups = [part for group in kinds.values() for part in _separate(group)]
    found = [_choice(tuple(group)) for group in groups]
    return tuple(sorted(found, key=lambda c: (c.phases < 2, -c.phases * c.slices)))


def rivals(options: Sequence[Choice]) -> int:
    """How many choices are as good as the first by their kind: several phases, or else any."""
    several = sum(c.phases > 1 for c in options)
    return several or len(options)


def preview(choice: Choice) -> NDArray[np.uint8]:
    """A picture of a choice, rows x columns of square pixels: its middle slice in the last of its phases.

    Black where that slice cannot be decoded: the reading of another series must not end there.
    """
    slices = [s for one in choice.series for s in one.slices]
    middle = sorted({round(s.depth, 1) for s in slices})[choice.slices // 2]
    place = max((s for s in slices if round(s.depth, 1) == middle), key=lambda s: (*s.times, s.instance or 0))
    row, column = place.spacing
    width = max(1, round(PREVIEW * place.size[1] * column / (place.size[0] * row)))
    try:
        shown = for_reading(read_pixels(place))
    except ImageError:
        shown = np.zeros(place.size, np.uint8)
    return np.asarray(Image.fromarray(shown).resize((width, PREVIEW), Image.Resampling.BILINEAR))


def read_dynamic(choice: Choice) -> Dynamic:
    """The phases of a choice. Raises ImageError (DICOM-SLICES, DICOM-PHASES, DICOM-MIXED, ...)."""
    notes = scale_note([s for one in choice.series for s in one.slices])
    if len(choice.series) == 1:
        split = split_phases(choice.series[0].slices)
        return Dynamic(tuple(to_image(p) for p in split.phases), split.labels, split.split_by, notes)
    series, split_by = _in_time(choice.series)
    labels = tuple(f"phase {k} of {len(series)}: series {s.number}" for k, s in enumerate(series, start=1))
    return Dynamic(tuple(to_image(s.slices) for s in series), labels, split_by, notes)


def chosen(options: Sequence[Choice], number: int | None) -> Choice:
    """The choice with this number, from 0; the first where it is None. Raises ImageError (CASE-SERIES)."""
    if number is None:
        return options[0]
    if not 0 <= number < len(options):
        expected = f"The series must be 0 to {len(options) - 1}"
        raise ImageError("CASE-SERIES", expected, str(number), "Choose another series.")
    return options[number]


def _in_time(series: tuple[Series, ...]) -> tuple[tuple[Series, ...], str]:
    """By the first time tag that differs between all series (its earliest value), else by SeriesNumber."""
    for at, tag in enumerate(TAGS):
        starts = [min(by_number(s.times[at]) for s in one.slices) for one in series]
        if len(set(starts)) == len(series) and all(np.isfinite(start[0]) for start in starts):
            order = sorted(range(len(series)), key=starts.__getitem__)
            return tuple(series[k] for k in order), tag
    return series, "SeriesNumber"


def _separate(group: list[Series]) -> list[list[Series]]:
    """A series with several phases is a choice of its own; the others are phases of one another."""
    whole = [[one] for one in group if _phases(one) > 1]
    single = [one for one in group if _phases(one) <= 1]
    return whole + ([single] if single else [])


def _phases(series: Series) -> int:
    return max(_places(series).values(), default=0)


def _places(series: Series) -> Counter[float]:
    return Counter(round(s.depth, 1) for s in series.slices)


def _choice(group: tuple[Series, ...]) -> Choice:
    first = group[0]
    phases = len(group) if len(group) > 1 else _phases(first)
    slices = len(_places(first))
    numbers = ", ".join(str(s.number) for s in group)
    one = first.slices[0]
    axes = np.array([one.cosines[:3], one.cosines[3:], one.normal]).T.ravel()
    rows, columns = one.size
    label = f"series {numbers}: {phases} x {slices} slices, {columns} x {rows}, {plane(tuple(axes))}"
    return Choice(group, phases, slices, label)


def _kind(series: Series) -> tuple[str, frozenset[tuple[float, ...]]]:
    """Description without its numbers, and the slice positions."""
    places = frozenset(tuple(round(v, 1) for v in one.position) for one in series.slices)
    return re.sub(r"\d+", "", series.words), places
