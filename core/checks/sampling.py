"""Does resampling to isotropic voxels give a grid that can be held, and that still is an image?"""

from math import ceil, prod

from core.errors import ImageError

SPACING_MM = 1.0  # resampledPixelSpacing of the settings
PAD = 5
MOST_VOXELS = 1 << 26  # of a resampled lesion: beyond any breast, and 0.5 GB as float64
_LEAST_MM = 5.0


def require_reasonable_size(
    shape: tuple[int, ...], box: tuple[slice, ...], spacing: tuple[float, ...]
) -> None:
    """Raises ImageError (IMAGE-RESAMPLE) where voxels of 1 mm would be absurdly many, or none.

    That is a spacing in metres, micrometres or of another image. ``shape`` of the image and ``box`` of the
    lesion in voxels, ``spacing`` in mm, all in the order (z, y, x).
    """
    sides = [
        ceil((part.stop - part.start) * mm / SPACING_MM) + 2 * PAD
        for part, mm in zip(box, spacing, strict=True)
    ]
    extent = max(n * mm for n, mm in zip(shape, spacing, strict=True))
    if prod(sides) <= MOST_VOXELS and extent >= _LEAST_MM:
        return
    found = f"{' x '.join(f'{n:,}' for n in sides[::-1])} around the lesion from voxels of " + " x ".join(
        f"{mm:.3g}" for mm in spacing[::-1]
    )
    expected = f"Resampling to {SPACING_MM:g} mm must give an image of reasonable size"
    raise ImageError("IMAGE-RESAMPLE", expected, f"{found} mm", "Check the voxel size in the header.")
