"""What is taken from PyRadiomics as it is: names of features, and its GLCM formulas for few grey levels."""

import logging
import warnings
from typing import Any

import numpy as np
import radiomics
from numpy.typing import NDArray
from radiomics.glcm import RadiomicsGLCM

CLASSES: dict[str, Any] = radiomics.getFeatureClasses()
TEXTURE = tuple(name for name in CLASSES if not name.startswith("shape"))

# The library prints tracebacks to stderr; a feature that failed is reported by its name instead.
radiomics.setVerbosity(logging.CRITICAL)


def features_of(name: str) -> list[str]:
    """Names of the features of a class that PyRadiomics enables, deprecated ones left out."""
    return [feature for feature, deprecated in CLASSES[name].getFeatureNames().items() if not deprecated]


def glcm_class(shares: NDArray[np.float64], levels: NDArray[np.float64]) -> RadiomicsGLCM:
    """PyRadiomics' own class, given the matrix (levels, levels, directions) instead of an image."""
    made = RadiomicsGLCM.__new__(RadiomicsGLCM)
    made.logger = logging.getLogger(RadiomicsGLCM.__module__)
    made.symmetricalGLCM, made.voxelBased, made.settings = True, False, {}
    made.enabledFeatures, made.featureValues = {}, {}
    made.featureNames = RadiomicsGLCM.getFeatureNames()
    made.coefficients = {"grayLevels": levels.astype(np.int64), "Ng": int(levels[-1])}
    made._calculateMatrix = lambda _=None: shares[None]
    return made


def glcm_features(shares: NDArray[np.float64], levels: NDArray[np.float64]) -> dict[str, float]:
    """All GLCM features by PyRadiomics' own formulas; NaN where one fails."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return {name: float(np.squeeze(v)) for name, v in glcm_class(shares, levels).execute().items()}
