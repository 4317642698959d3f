"""Stock PyRadiomics 3.0.1, untouched, and how far our values lie from its own."""

import logging

import numpy as np
import pandas as pd
import radiomics
from radiomics.featureextractor import RadiomicsFeatureExtractor

from core.features.parameter_file import image_types, stock_setting
from core.settings import RadiomicsSettings

radiomics.setVerbosity(logging.CRITICAL)
# A value whose true value is 0 (ClusterShade of a symmetric histogram, DifferenceVariance of a slope) is a
# rounding error in both: below FLOOR a difference counts in units of it, so that 1e-6 stands for 1e-10.
FLOOR = 1e-4


def stock_features(image, mask, setting=None, types=None):
    """Stock's values of all 3D classes; our default settings and image types unless others are given."""
    default = RadiomicsSettings()
    parameters = {"setting": setting or stock_setting(default), "imageType": types or image_types(default)}
    extractor = RadiomicsFeatureExtractor({**parameters, "setting": {**parameters["setting"]}})
    extractor.addProvenance(False)
    with np.errstate(all="ignore"):
        return pd.Series(extractor.execute(image, mask), dtype=float)


def differences(ours, stock):
    """Difference of each value relative to stock's, or to FLOOR where that is larger; NaN equals NaN."""
    ours, stock = pd.Series(ours, dtype=float).align(pd.Series(stock, dtype=float))
    apart = (ours - stock).abs() / stock.abs().clip(lower=FLOOR)
    return apart.where(~(ours.isna() & stock.isna()), 0.0).fillna(np.inf)
