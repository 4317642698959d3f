"""Small images for tests."""

import numpy as np
import SimpleITK as sitk


def as_image(array, spacing=(1.0, 1.0, 1.0), origin=(0.0, 0.0, 0.0), direction=None):
    """An image of an array in z, y, x order."""
    image = sitk.GetImageFromArray(array)
    image.SetSpacing(spacing)
    image.SetOrigin(origin)
    if direction is not None:
        image.SetDirection(np.asarray(direction, dtype=float).ravel().tolist())
    return image


def ball(shape=(20, 24, 28), radius=6.0, centre=None):
    """A boolean ball."""
    centre = centre or tuple(n / 2 for n in shape)
    grid = np.ogrid[tuple(slice(n) for n in shape)]
    return sum((g - c) ** 2 for g, c in zip(grid, centre, strict=True)) <= radius**2


def noise(shape=(20, 24, 28), seed=0):
    """Intensities that vary, float32."""
    return np.random.default_rng(seed).normal(100, 20, shape).astype(np.float32)
