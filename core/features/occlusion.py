"""Occlusion map: how hiding a square of a patch changes its score (Zeiler and Fergus, ECCV 2014)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.settings import OcclusionSettings

Floats = NDArray[np.float64]
Patches = NDArray[np.float32]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Occlusion:
    """How the score of one patch depends on its places.

    ``base``: score of the whole patch. ``changes`` (k, k): score without the square that begins at row i
    and column j, in steps of ``step`` pixels, minus ``base``. ``heat`` (m, m): their mean over the squares
    that cover a cell of ``step`` x ``step`` pixels.
    """

    base: float
    changes: Floats
    heat: Floats
    step: int


def occlusion(
    patch: Patches,
    score: Callable[[Patches], Floats],
    settings: OcclusionSettings,
    progress: Progress | None = None,
) -> Occlusion:
    """Occlusion map of a square patch (s, s); a hidden square has the patch's mean.

    Args:
        patch: what the score is of.
        score: (n, s, s) -> (n,).
        settings: side of the square and step, in pixels.
        progress: called with rows of squares done, and all.

    Raises:
        ModelError (OCCLUSION-GRID): steps that do not fill the square and the patch.
    """
    starts = _starts(patch.shape, settings)
    base = float(score(patch[None])[0])
    rows = []
    for done, top in enumerate(starts, start=1):
        rows.append(score(hidden(patch, top, starts, settings.side)) - base)
        if progress is not None:
            progress(done, len(starts))
    changes = np.stack(rows)
    return Occlusion(base, changes, _spread(changes, settings), settings.step)


def hidden(patch: Patches, top: int, lefts: list[int], side: int) -> Patches:
    """The patch (s, s) once per ``left``, each with the square that begins at (top, left) set to its mean."""
    copies = np.repeat(patch[None], len(lefts), axis=0)
    for copy, left in zip(copies, lefts, strict=True):
        copy[top : top + side, left : left + side] = patch.mean(dtype=np.float64)
    return copies


def _starts(shape: tuple[int, ...], settings: OcclusionSettings) -> list[int]:
    side, step = settings.side, settings.step
    if shape != (shape[0],) * 2 or shape[0] % step or side % step or side > shape[0]:
        found = f"side {side}, step {step}, patch {' x '.join(map(str, shape))}"
        expected = "An occlusion step that divides the square's side and the patch's"
        raise ModelError("OCCLUSION-GRID", expected, found, "Correct [settings.occlusion].")
    return list(range(0, shape[0] - side + 1, step))


def _spread(changes: Floats, settings: OcclusionSettings) -> Floats:
    wide = settings.side // settings.step
    total = np.zeros([k + wide - 1 for k in changes.shape])
    count = np.zeros_like(total)
    for (i, j), change in np.ndenumerate(changes):
        total[i : i + wide, j : j + wide] += change
        count[i : i + wide, j : j + wide] += 1
    return total / count
