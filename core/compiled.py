"""Numba's compiler as core uses it: compiled once a machine, machine code kept on disk."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])
_COMPILED: list[Any] = []
# A division by zero gives inf or NaN, as in numpy.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}


def compiled(function: F) -> F:
    """The function, compiled at its first call; machine code lies beside the module or in the user's cache.

    NUMBA_CACHE_DIR names another folder. Where none can be written each process compiles for itself.
    Numba sees that a function called by a compiled one was edited only if both stand in one file: so they do.
    """
    try:
        made: Any = njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # numba found no folder that it may write to
        made = njit(**_OPTIONS)(function)
    _COMPILED.append(made)
    return made


def is_ready(modules: str | tuple[str, ...]) -> bool:
    """Whether machine code of every imported function lies on disk, made from its source as it is.

    ``modules``: how the names of the modules begin that count.
    """
    return all(_is_stored(made) for made in _COMPILED if made.py_func.__module__.startswith(modules))


def _is_stored(made: Any) -> bool:
    # Numba's own question: a source with another date and the same text keeps its machine code.
    return made.stats.cache_path is not None and bool(made._cache._cache_file._load_index())
