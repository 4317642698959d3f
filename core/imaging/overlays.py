"""Maps of enhancement to lay over the slices of a viewer."""

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from core.imaging.enhancement import MIN_PE, computed_maps

TITLES = {"PE": "PE (%)", "SER": "SER"}
SER_TOP = 2.0  # washout begins above 1; higher ratios share the brightest colour
PE_STEP, PERCENTILE = 50.0, 99

Values = NDArray[np.float32]


def enhancement_maps(phases: Sequence[sitk.Image], tumour: sitk.Image) -> dict[str, sitk.Image]:
    """PE (%), and SER where there are three phases, by the I-SPY conventions; none of a single phase.

    ``phases`` in time order, the first before contrast; ``tumour`` (not 0 inside) on their grid sets the
    background threshold. Raises MaskError (MASK-GRID, MASK-EMPTY).
    """
    if len(phases) < 2:
        return {}
    pe, ser = computed_maps([phases[0], phases[1], phases[-1]], tumour)
    return {"PE": pe, "SER": ser} if len(phases) > 2 else {"PE": pe}


def drawn(maps: Mapping[str, Values], kind: str, tumour: NDArray[np.bool_], anywhere: bool) -> Values:
    """A map, NaN where it is not to be drawn: outside the tumour, or (``anywhere``) where PE is under 70%.

    SER has no value where it is 0: that stands for no signal ratio, as in the I-SPY maps.
    """
    inside = maps["PE"] >= MIN_PE if anywhere else tumour
    if kind == "SER":
        inside = inside & (maps["SER"] > 0)
    return np.where(inside, maps[kind], np.float32(np.nan))


def top(values: Values, kind: str, tumour: NDArray[np.bool_]) -> float:
    """End of the colour scale: of SER 2; of PE the tumour's 99th percentile, up to the next 50%."""
    if kind == "SER":
        return SER_TOP
    high = float(np.percentile(values[tumour], PERCENTILE)) if tumour.any() else 0.0
    return max(ceil(high / PE_STEP), 2) * PE_STEP
