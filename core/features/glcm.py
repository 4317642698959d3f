"""PyRadiomics' GLCM class with a faster maximal correlation coefficient (MCC), equal in value."""

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray
from radiomics.glcm import RadiomicsGLCM

_FEW_LEVELS = 8  # here stock costs nothing and may answer NaN where the true value is 0
_VANISHING = 1e-4  # the square root of stock's rounding error shows below this
_RARE = 1e-7  # a level as rare as this makes eps, which the similarity neglects, count


class FastGLCM(RadiomicsGLCM):
    """Stock class; only MCC is computed another way. Raises nothing of its own."""

    def __init__(self, inputImage: Any, inputMask: Any, **kwargs: Any) -> None:
        super().__init__(inputImage, inputMask, **kwargs)
        self.logger = logging.getLogger(RadiomicsGLCM.__module__)  # stock takes the subclass's module

    def getMCCFeatureValue(self) -> Any:  # noqa: N802 (the name PyRadiomics looks for)
        """MCC, mean over the angles; shape (1,)."""
        glcm = self.P_glcm[0]
        second = second_singular_values(glcm, float(self.coefficients["eps"]))
        margin = glcm.sum(axis=1)
        exact = (second > _VANISHING).all() and margin[margin > 0].min() > _RARE
        if glcm.shape[0] <= _FEW_LEVELS or not self.symmetricalGLCM or not exact:
            return super().getMCCFeatureValue()
        return np.array([second.mean()])


def second_singular_values(glcm: NDArray[np.float64], eps: float) -> NDArray[np.float64]:
    """Second largest singular value of P / sqrt(px py + eps) for each angle.

    ``glcm``: (levels, levels, angles), symmetric, each angle sums to 1. PyRadiomics takes the root of
    the second eigenvalue of Q(i, j) = sum_k P(i, k) P(j, k) / (px(i) py(k) + eps). Q is similar to
    the square of this symmetric matrix, whose eigenvalues are far cheaper; Haralick et al.,
    IEEE Trans. Syst. Man Cybern. 1973.
    """
    angles = np.moveaxis(glcm, 2, 0)
    margin = angles.sum(axis=2)
    scaled = angles / np.sqrt(margin[:, :, None] * margin[:, None, :] + eps)
    if scaled.shape[1] < 2:
        return np.ones(scaled.shape[0])
    return np.sort(np.abs(np.linalg.eigvalsh(scaled)), axis=1)[:, -2]
