"""The 1781 PyRadiomics features of one lesion: 14 of shape, 93 on each of 19 filtered images."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import SimpleITK as sitk

from core.checks import check_pair
from core.errors import ImageError
from core.features.parameter_file import image_types, stock_setting
from core.settings import RadiomicsSettings

_WAVELETS = ("LLH", "LHL", "LHH", "HLL", "HLH", "HHL", "HHH", "LLL")
_POINT = ("Square", "SquareRoot", "Logarithm", "Exponential", "Gradient")


def extract(image: sitk.Image, mask: sitk.Image, settings: RadiomicsSettings) -> pd.Series:
    """All features of the lesion ``mask == settings.label``; 1781 finite float64 in fixed order.

    Values equal stock PyRadiomics 3.0.1 (van Griethuysen et al., Cancer Res. 2017). Raises MaskError
    or ImageError as ``core.checks.check_pair``, and ImageError (RADIOMICS-FEATURES) that names the
    features without a finite value, as when a volume is too thin for a filter.
    """
    from core.features.extractor import Extractor

    check_pair(image, mask, settings.label)
    extractor = Extractor(stock_setting(settings), image_types(settings))
    with np.errstate(all="ignore"):
        values = _run(extractor, image, mask)
    names = feature_names(settings)
    row = pd.Series([float(values.get(name, np.nan)) for name in names], index=names, dtype="float64")
    _require_finite(row)
    return row


def note_on_first_use(modules: str | tuple[str, ...] = "core.features") -> str:
    """What a user should read before a machine's first ``extract``; "" once machine code lies on disk.

    ``modules``: those that will be used.
    """
    from core.compiled import is_ready
    from core.features import extractor  # noqa: F401 (brings in every compiled function)

    return (
        "" if is_ready(modules) else "Compiling the feature engine: once on this machine, about half a minute"
    )


@cache
def feature_names(settings: RadiomicsSettings = RadiomicsSettings()) -> tuple[str, ...]:  # noqa: B008 (frozen)
    """Names in the order of ``extract``: image type, feature class, feature, as PyRadiomics writes them."""
    from core.features.stock import TEXTURE, features_of

    logs = [f"log-sigma-{str(float(s)).replace('.', '-')}-mm-3D" for s in settings.log_sigmas]
    images = ["original", *(f"wavelet-{w}" for w in _WAVELETS), *logs, *(p.lower() for p in _POINT)]
    shape = [f"original_shape_{feature}" for feature in features_of("shape")]
    rest = [f"{i}_{c}_{feature}" for i in images for c in TEXTURE for feature in features_of(c)]
    return (*shape, *rest)


def _run(extractor: Any, image: sitk.Image, mask: sitk.Image) -> dict[str, Any]:
    try:
        values: dict[str, Any] = extractor.execute(image, mask)
    except (ValueError, RuntimeError, IndexError) as error:  # what PyRadiomics and ITK raise on odd volumes
        raise ImageError(
            "RADIOMICS",
            "PyRadiomics must be able to measure the lesion",
            _first_line(error),
            "Check image and mask.",
        ) from error
    return values


def _first_line(error: Exception) -> str:
    """The reason without ITK's address, source file and line."""
    return str(error).strip().rsplit("\n", 1)[-1].rsplit("): ", 1)[-1][:200]


def _require_finite(row: pd.Series) -> None:
    bad = [str(name) for name in row.index[~np.isfinite(row.to_numpy())]]
    if not bad:
        return
    shown = ", ".join(bad[:5]) + (", ..." if len(bad) > 5 else "")
    raise ImageError(
        "RADIOMICS-FEATURES",
        f"All {len(row)} features must be finite",
        f"{len(bad)} without a value: {shown}",
        "The lesion or its volume is too small or too flat for these filters; check image and mask.",
    )
