"""Products of large matrices in single precision, by kernels as wide as the processor's vectors.

OpenBLAS goes by the name of the processor. One that it does not know (a new one, a virtual one) gets the
kernels of 2013, at half the speed of those for AVX-512. Kernels are chosen when the library is loaded, for
the whole process; so a second copy of NumPy's own OpenBLAS is loaded here, for this product alone.
"""

import ctypes
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_info

Single = NDArray[np.float32]
Product = Callable[[Single, Single, Single], None]
NARROW = ("Haswell", "Zen")  # OpenBLAS' names of its kernels for AVX2
WIDE = {"OPENBLAS_CORETYPE": "SKYLAKEX", "OPENBLAS_NUM_THREADS": "1"}
SYMBOL = "scipy_cblas_sgemm64_"  # as NumPy's wheels name it; integers of 64 bits
ROW_MAJOR, AS_IT_IS = 101, 111  # CBLAS


def product(dtype: np.dtype[Any]) -> Callable[[Any, Any, Any], Any]:
    """What multiplies (a, b, out) of this type, rows contiguous, in one thread; usually `numpy.matmul`."""
    return (_wide() if dtype == np.float32 else None) or np.matmul


@cache
def _wide() -> Product | None:
    """`sgemm` of an OpenBLAS with kernels for AVX-512; None where NumPy's own has them, or nothing would."""
    own = next((one for one in threadpool_info() if _is_numpys(one)), None)
    if own is None or own["architecture"] not in NARROW or not _has_avx512():
        return None
    try:
        return _gemm(getattr(_loaded(Path(own["filepath"])), SYMBOL))
    except (OSError, AttributeError):  # no place for a copy, or another build of NumPy
        return None


def _is_numpys(library: dict[str, Any]) -> bool:
    return library["internal_api"] == "openblas" and "numpy" in library["filepath"]


def _has_avx512() -> bool:
    features = getattr(np._core._multiarray_umath, "__cpu_features__", {})  # type: ignore[attr-defined]
    return bool(features.get("AVX512_SKX"))


def _loaded(library: Path) -> ctypes.CDLL:
    with tempfile.TemporaryDirectory(prefix="nodescope-") as folder, _environment(WIDE):
        return ctypes.CDLL(shutil.copy(library, folder))


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _gemm(function: Any) -> Product:
    whole, one, many = ctypes.c_int64, ctypes.c_float, ctypes.c_void_p
    function.restype = None
    function.argtypes = [ctypes.c_int] * 3 + [whole] * 3 + [one, many, whole, many, whole, one, many, whole]

    def gemm(a: Single, b: Single, out: Single) -> None:
        sizes = (len(a), b.shape[1], b.shape[0])
        (pa, la), (pb, lb), (po, lo) = (_where(matrix) for matrix in (a, b, out))
        function(ROW_MAJOR, AS_IT_IS, AS_IT_IS, *sizes, 1.0, pa, la, pb, lb, 0.0, po, lo)

    return gemm


def _where(matrix: Single) -> tuple[int, int]:
    """Address, and elements from row to row."""
    return matrix.ctypes.data, matrix.strides[0] // matrix.itemsize
