"""Numba's compiler as core uses it: each function is compiled once a machine and kept on disk."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The function, compiled at its first call; machine code lies beside the module or in the user's cache.

    NUMBA_CACHE_DIR names another folder. Where none can be written each process compiles for itself.
    A division by zero gives inf or NaN, as in numpy.
    """
    try:
        made: Any = njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # numba found no folder that it may write to
        made = njit(nogil=True, error_model="numpy")(function)
    return made
