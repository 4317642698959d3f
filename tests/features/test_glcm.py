"""MCC of a symmetric matrix against stock's formula."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from radiomics.glcm import RadiomicsGLCM

from core.features.glcm import glcm


def stock_mcc(counts):
    """Stock's formula on bare counts (levels, levels), symmetric."""
    one = RadiomicsGLCM.__new__(RadiomicsGLCM)
    one.P_glcm = (counts / counts.sum())[None, :, :, None]
    one.coefficients = {
        "px": one.P_glcm.sum(2, keepdims=True),
        "py": one.P_glcm.sum(1, keepdims=True),
        "eps": np.spacing(1),
    }
    with np.errstate(all="ignore"):
        return float(np.squeeze(one.getMCCFeatureValue()))


def our_mcc(counts):
    """Ours of the same counts; pairs of equal levels are counted once."""
    upper = np.triu(counts).astype(np.int64)
    np.fill_diagonal(upper, np.diag(counts) // 2)
    return glcm([upper], np.arange(1.0, len(counts) + 1))["MCC"]


@st.composite
def matrices(draw):
    """Symmetric, normalised counts: dense, banded, sparse, or split into groups that never meet."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    levels = draw(st.integers(1, 60))
    distance = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels)))
    group = rng.integers(0, 3, levels)
    shape = {
        "dense": 1.0,
        "banded": np.exp(-(distance**2) / draw(st.floats(0.2, 30))),
        "sparse": rng.random((levels, levels)) < draw(st.floats(0.02, 0.5)),
        "groups": group[:, None] == group,
    }[draw(st.sampled_from(("dense", "banded", "sparse", "groups")))]
    weight = rng.random((levels, levels)) ** draw(st.integers(1, 8)) * shape + 1e-12
    count = rng.poisson(weight / weight.sum() * 10 ** draw(st.floats(1, 6)))
    count[0, 0] += count.sum() == 0
    return count + count.T


@given(matrices())
@settings(max_examples=200, deadline=None)
def test_equals_stock(counts):
    assert our_mcc(counts) == pytest.approx(stock_mcc(counts), rel=1e-9, abs=0, nan_ok=True)


def test_flat_region():
    assert our_mcc(np.array([[2]])) == stock_mcc(np.array([[2]])) == 1


@pytest.mark.parametrize("voxels", [1e4, 1e6, 1e8])
def test_rare_levels_that_meet_only_each_other(voxels):
    """Eigenvalues crowd at 1, and stock's eps counts where a level holds a few of very many voxels."""
    common = np.round(np.random.default_rng(1).random((20, 20)) * voxels / 400)
    counts = np.zeros((23, 23))
    counts[:20, :20] = common + common.T
    counts[20:, 20:] = [[0, 2, 0], [2, 0, 1], [0, 1, 4]]
    assert our_mcc(counts) == pytest.approx(stock_mcc(counts), rel=1e-9)


@pytest.mark.parametrize("levels", [60, 150])
def test_levels_that_hardly_meet(levels):
    """Two halves joined by a single pair: the second value lies close to 1."""
    rng = np.random.default_rng(3)
    counts = np.zeros((levels, levels))
    half = levels // 2
    counts[:half, :half] = rng.poisson(40, (half, half))
    counts[half:, half:] = rng.poisson(40, (levels - half, levels - half))
    counts[0, -1] = 1
    counts = counts + counts.T
    assert 0.999 < our_mcc(counts) == pytest.approx(stock_mcc(counts), rel=1e-9)
