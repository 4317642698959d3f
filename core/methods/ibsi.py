"""Methods text of the IBSI page."""

import pandas as pd

from core.features.ibsi import formula
from core.features.ibsi.table import OUTSIDE, headline, without_counterpart
from core.features.stock import TEXTURE, features_of

TERMS = " ".join(f"{name} = {of}." for name, of in formula.TERMS.items()) + (
    " series_area: IBSI's series of Legendre polynomials, to the 20th term, for the area of the ellipsoid "
    "with these axes."
)


def ibsi_methods(table: pd.DataFrame) -> str:
    """How the engine was compared with IBSI's values; ``table`` as ``core.features.ibsi.table`` makes it."""
    names = [f"{kind}_{name}" for kind in ("shape", *TEXTURE) for name in features_of(kind)]
    alone = ", ".join(name.split("_")[1] for name in without_counterpart(names))
    outside = ", ".join(table.loc[table["status"] == OUTSIDE, "tag"])
    return (
        "Agreement with the Image Biomarker Standardisation Initiative (IBSI; Zwanenburg et al., Radiology "
        "2020;295:328-338, 10.1148/radiol.2020191145; reference manual arXiv:1612.07003): Nodescope's "
        "radiomics engine measured IBSI's digital phantom (5 x 4 x 4 voxels of 2 mm, 74 of them in the "
        "region of interest) in 3D, without normalisation, resampling or filters, bin width 1, "
        "voxelArrayShift 0, neighbours at distance 1, GLCM and GLRLM features averaged over the 13 "
        "directions. The engine gives the values of PyRadiomics 3.0.1 (van Griethuysen et al., Cancer Res "
        "2017;77:e104-e107); GLCM features of eight grey levels or fewer, hence the phantom's, come from "
        "PyRadiomics' own formulas. A value is within tolerance when it differs from the reference by no "
        "more than the published tolerance or, where that is smaller, half a unit of the third digit, to "
        f"which references are rounded. {headline(table)} "
        + (f"Outside: {outside}. " if outside else "")
        + "Formulas bridge where PyRadiomics differs: kurtosis without the -3, axes from a covariance over n "
        "instead of n - 1 voxels, and ratios that it leaves to the user. Its settings weightingNorm and "
        "force2D merge directions or measure slice by slice; Nodescope does not use them. IBSI's filters "
        "(IBSI 2) and its CT phantom with resampling are not part of this comparison. PyRadiomics' features "
        f"without a counterpart in IBSI: {alone}."
    )
