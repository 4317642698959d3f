"""What a reader should know of a lesion that passed the checks: lines "[CODE] text"."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

RELIABLE = 64
MOST_LEVELS = 1024
LEVELS_PER_SD = 20  # normalizeScale 100 over binWidth 5
MOST_ANISOTROPIC = 4.0


def lesion_warnings(
    sizes: NDArray[np.intp], voxel: float, box: tuple[slice, ...], shape: tuple[int, ...]
) -> tuple[str, ...]:
    """MASK-PARTS, MASK-FEW, MASK-BORDER, MASK-FLAT, as far as they apply.

    ``sizes``: voxels of each part, of ``voxel`` cubic mm; ``box`` of the lesion in an image of ``shape``.
    """
    voxels = int(sizes.sum())
    edge = any(part.start == 0 or part.stop == size for part, size in zip(box, shape, strict=True))
    flat = any(part.stop - part.start == 1 for part in box)
    found = {
        _parts(sizes, voxel): len(sizes) > 1,
        f"[MASK-FEW] The lesion has only {voxels} voxels; texture features of so few are unreliable.": (
            voxels < RELIABLE
        ),
        "[MASK-BORDER] The mask touches the edge of the image; the lesion may be cut off.": edge,
        "[MASK-FLAT] The mask is one voxel thick; 3D shape and texture lose their meaning.": flat,
    }
    return tuple(text for text, applies in found.items() if applies)


def image_warnings(
    array: NDArray[Any], lesion: NDArray[np.bool_], spacing: tuple[float, ...]
) -> tuple[str, ...]:
    """IMAGE-LEVELS, IMAGE-ANISOTROPIC, as far as they apply; all (z, y, x), ``spacing`` in mm."""
    levels, ratio = _levels(array, lesion), max(spacing) / min(spacing)
    found = {
        f"[IMAGE-LEVELS] The tumour spans {levels:,} grey levels of 1/{LEVELS_PER_SD} standard deviation, "
        f"more than {MOST_LEVELS:,}: an outlier or a wrong scale.": levels > MOST_LEVELS,
        f"[IMAGE-ANISOTROPIC] Voxels are {ratio:.1f} times as long as wide; shape and texture across the "
        "slices are mostly interpolated.": ratio > MOST_ANISOTROPIC,
    }
    return tuple(text for text, applies in found.items() if applies)


def _parts(sizes: NDArray[np.intp], voxel: float) -> str:
    """What is measured where the lesion is in parts."""
    largest, total = (f"{n * voxel / 1000:.3g}" for n in (sizes.max(), sizes.sum()))
    return (
        f"[MASK-PARTS] {len(sizes)} separate parts, measured as one lesion; the largest has {largest} cc of "
        f"{total} cc. The diameter is the extent over all parts."
    )


def _levels(array: NDArray[Any], lesion: NDArray[np.bool_]) -> int:
    values = array[lesion].astype(np.float64)
    spread = float(array.std(dtype=np.float64))
    return int(np.ceil((values.max() - values.min()) / spread * LEVELS_PER_SD)) if spread > 0 else 1
