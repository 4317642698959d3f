"""MCC from a symmetric matrix against stock's formula."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from radiomics.glcm import RadiomicsGLCM

from core.features.glcm import FastGLCM

EPS = np.spacing(1)


def mcc(kind, glcm):
    """``getMCCFeatureValue`` of a class on a bare matrix (levels, levels, angles)."""
    one = kind.__new__(kind)
    one.P_glcm, one.symmetricalGLCM = glcm[None], True
    one.coefficients = {
        "px": one.P_glcm.sum(2, keepdims=True),
        "py": one.P_glcm.sum(1, keepdims=True),
        "eps": EPS,
    }
    with np.errstate(all="ignore"):
        return float(np.squeeze(one.getMCCFeatureValue()))


@st.composite
def matrices(draw):
    """Symmetric, normalised counts: dense, banded, sparse, or split into groups that never meet."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    levels, angles = draw(st.integers(1, 40)), draw(st.integers(1, 4))
    distance = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels)))[:, :, None]
    group = rng.integers(0, 3, levels)
    shape = {
        "dense": 1.0,
        "banded": np.exp(-(distance**2) / draw(st.floats(0.2, 30))),
        "sparse": rng.random((levels, levels, angles)) < draw(st.floats(0.02, 0.5)),
        "groups": (group[:, None] == group)[:, :, None],
    }[draw(st.sampled_from(("dense", "banded", "sparse", "groups")))]
    weight = rng.random((levels, levels, angles)) ** draw(st.integers(1, 8)) * shape + 1e-12
    count = rng.poisson(weight / weight.sum() * 10 ** draw(st.floats(1, 6))).astype(float)
    count = count + count.transpose(1, 0, 2)
    count[0, 0] += count.sum((0, 1)) == 0
    return count / count.sum((0, 1))


@given(matrices())
@settings(max_examples=200, deadline=None)
def test_equals_stock(glcm):
    stock, fast = mcc(RadiomicsGLCM, glcm), mcc(FastGLCM, glcm)
    assert fast == pytest.approx(stock, rel=1e-9, abs=0, nan_ok=True)


def test_flat_region():
    assert mcc(FastGLCM, np.ones((1, 1, 3))) == mcc(RadiomicsGLCM, np.ones((1, 1, 3))) == 1


@pytest.mark.parametrize("voxels", [1e4, 1e6, 1e8])
def test_rare_levels_that_meet_only_each_other(voxels):
    """Eigenvalues crowd at 1, and stock's eps counts where a level holds a few of very many voxels."""
    common = np.round(np.random.default_rng(1).random((20, 20)) * voxels / 400)
    glcm = np.zeros((23, 23, 1))
    glcm[:20, :20, 0] = common + common.T
    glcm[20:, 20:, 0] = [[0, 2, 0], [2, 0, 1], [0, 1, 4]]
    glcm /= glcm.sum()
    assert mcc(FastGLCM, glcm) == pytest.approx(mcc(RadiomicsGLCM, glcm), rel=1e-9)
