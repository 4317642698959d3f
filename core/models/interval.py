"""How much the probability of a case depends on which patients the model was trained on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.models.bundle import Bundle
from core.models.fusion import predict_fusion
from core.models.inputs import Floats
from core.models.levels import INTERCEPT
from core.models.resampled import score

LOWER, UPPER = 2.5, 97.5


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """A case scored by the models of every fold and repeat.

    ``probabilities`` (m,): DLRN by each; ``low`` and ``high``: their 2.5 and 97.5 percentile;
    ``signatures``: the same two of each fused signature. It shows how far the answer moves when a
    fold of the training patients is left out: no confidence interval for the patient.
    """

    probabilities: Floats
    low: float
    high: float
    signatures: dict[str, tuple[float, float]]


def spread(
    bundle: Bundle,
    rows: Mapping[str, pd.Series],
    names: Mapping[str, str],
    batch: str | None = None,
    covariates: Mapping[str, float | str] | None = None,
) -> Spread | None:
    """Spread of one case over the resampled models; None where the bundle holds none.

    ``rows``: features of the case by family, as measured; ``batch``: what ComBat goes by, where the models
    have it; ``names``: family -> signature; ``covariates``: of the case, the same for every model. Model i
    of one signature goes with model i of the others: the same split of the patients. The nomogram stays.
    """
    fused = set(bundle.coefficients["name"]) - {INTERCEPT}
    families = [family for family, name in names.items() if name in fused]
    if not set(families) <= set(bundle.resampled):
        return None
    of = np.array([batch], dtype=object)
    scores = {names[f]: score(bundle.resampled[f], rows[f].to_frame().T, of)[0] for f in families}
    paired = min(len(values) for values in scores.values())
    table = pd.DataFrame({name: values[:paired] for name, values in scores.items()})
    probabilities = predict_fusion(bundle.coefficients, table.assign(**(covariates or {}))).to_numpy()
    return Spread(
        probabilities, *_limits(probabilities), {name: _limits(table[name].to_numpy()) for name in table}
    )


def _limits(values: Floats) -> tuple[float, float]:
    low, high = np.percentile(values, [LOWER, UPPER])
    return float(low), float(high)
