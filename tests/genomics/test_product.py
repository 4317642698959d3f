"""The product in single precision: NumPy's, whatever kernels compute it, and nothing else of the process."""

import os

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from core.genomics import product as module
from core.genomics.product import product


@pytest.mark.parametrize("shape", [(1, 1, 1), (7, 33, 5), (130, 257, 64), (512, 1000, 300)])
def test_equals_numpy_on_parts_of_larger_matrices(shape: tuple[int, int, int]) -> None:
    m, k, n = shape
    numbers = np.random.default_rng(m)
    whole = (
        numbers.normal(size=(m + 3, k)).astype(np.float32),
        numbers.normal(size=(k, n + 5)).astype(np.float32),
    )
    a, b, into = whole[0][2 : m + 2], whole[1][:, 5:], np.full((m, n + 2), 9, np.float32)
    product(a.dtype)(a, b, into[:, 2:])
    exact = a.astype(float) @ b.astype(float)
    np.testing.assert_allclose(into[:, 2:], exact, atol=1e-5 * np.abs(a).max() * np.abs(b).max() * k)
    assert (into[:, :2] == 9).all()


def test_double_precision_is_numpy_s() -> None:
    assert product(np.dtype(np.float64)) is np.matmul


def test_numpy_s_own_library_and_the_environment_stay() -> None:
    before, environment = threadpool_info()[0], dict(os.environ)
    module._wide.cache_clear()
    product(np.dtype(np.float32))
    assert dict(os.environ) == environment
    assert before in threadpool_info()


@pytest.mark.parametrize("reason", ["known", "narrow", "no place", "other build"])
def test_where_there_is_nothing_to_gain_it_is_numpy_s(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    library = {"internal_api": "openblas", "filepath": "/numpy.libs/none.so", "architecture": "Haswell"}
    monkeypatch.setattr(module, "_has_avx512", lambda: reason != "narrow")
    known = library | {"architecture": "SkylakeX"} if reason == "known" else library
    monkeypatch.setattr(module, "threadpool_info", lambda: [known])
    if reason == "other build":
        monkeypatch.setattr(module, "_loaded", lambda _: object())
    module._wide.cache_clear()
    try:
        assert product(np.dtype(np.float32)) is np.matmul
    finally:
        module._wide.cache_clear()
