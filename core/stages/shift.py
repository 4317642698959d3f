"""How far the features of the validation cohort lie from those of training, in few numbers."""

from dataclasses import dataclass

import pandas as pd

from core.evaluation.roc import Auc, auc
from core.models.cohort_shift import out_of_fold
from core.models.domain import fit_domain, measure
from core.settings import ResamplingSettings, ShiftSettings


@dataclass(frozen=True, slots=True)
class Shift:
    """Two views of the shift between cohorts, of ``n_training`` and ``n_validation`` patients.

    ``auc``: of an out-of-fold classifier of the cohorts, 0.5 without shift. ``inside``: how many validation
    patients lie in the training patients' applicability domain; ``inside_training``: how many of these do,
    each judged by the others.
    """

    auc: Auc
    inside: int
    inside_training: int
    n_training: int
    n_validation: int


def cohort_shift(
    training: pd.DataFrame, validation: pd.DataFrame, shift: ShiftSettings, resampling: ResamplingSettings
) -> Shift:
    """Shift between two tables of the same features (patients x features).

    The limits of the AUC are DeLong's on mean out-of-fold probabilities: they know of the patients drawn,
    not of the classifier's fitting. Raises those of ``core.models.cohort_shift`` and of ``fit_domain``.
    """
    together = pd.concat([training, validation])
    second = pd.Series([False] * len(training) + [True] * len(validation), index=together.index)
    probability = out_of_fold(together, second, shift, resampling)
    domain = fit_domain(training)
    return Shift(
        auc=auc(second.to_numpy(), probability),
        inside=int(measure(domain, validation)["inside"].sum()),
        inside_training=int((domain.distances <= domain.threshold).sum()),
        n_training=len(training),
        n_validation=len(validation),
    )
