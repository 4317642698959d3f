"""PyRadiomics' extractor bound to the fast GLCM class; nothing of the library is patched."""

import logging
from typing import Any

import radiomics
from radiomics.featureextractor import RadiomicsFeatureExtractor

from core.features.glcm import FastGLCM

CLASSES: dict[str, Any] = {**radiomics.getFeatureClasses(), "glcm": FastGLCM}
TEXTURE = tuple(name for name in CLASSES if not name.startswith("shape"))

# The library prints tracebacks to stderr; a feature that failed is reported by its name instead.
radiomics.setVerbosity(logging.CRITICAL)


class Extractor(RadiomicsFeatureExtractor):
    """Stock 3.0.1, its settings and image types given as plain dictionaries, all features enabled."""

    def __init__(self, setting: dict[str, Any], image_types: dict[str, dict[str, Any]]) -> None:
        super().__init__(additionalInfo=False, **setting)
        self.enabledImagetypes = image_types

    def computeFeatures(self, image: Any, mask: Any, imageTypeName: str, **kwargs: Any) -> dict[str, Any]:  # noqa: N802
        """First-order and texture features of one filtered image, named as PyRadiomics names them."""
        values = {}
        for name in TEXTURE:
            for feature, value in CLASSES[name](image, mask, **kwargs).execute().items():
                values[f"{imageTypeName}_{name}_{feature}"] = value
        return values


def features_of(name: str) -> list[str]:
    """Names of the features of a class that PyRadiomics enables, deprecated ones left out."""
    return [feature for feature, deprecated in CLASSES[name].getFeatureNames().items() if not deprecated]
