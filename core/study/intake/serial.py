"""Frozen dataclasses of plain values to JSON and back, every value checked by its declared type."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from core.errors import StudyError

T = TypeVar("T")


def as_plain(value: Any) -> Any:
    """A dataclass as lists, dicts, texts and numbers."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_plain(one) for key, one in value.items()}
    return [as_plain(one) for one in value] if isinstance(value, tuple | list) else value


def from_plain(kind: type[T], value: Any) -> T:
    """The dataclass again; names that are missing keep their defaults. Raises StudyError (IMPORT-PLAN)."""
    try:
        return _typed(kind, value)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        fix = "Begin the import again."
        raise StudyError("IMPORT-PLAN", "A saved import must be whole", "a damaged one", fix) from error


def _typed(kind: Any, value: Any) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _typed(hints[name], one) for name, one in _checked(dict, value).items()})
    origin, inner = get_origin(kind), get_args(kind)
    return _held(origin, inner, value) if origin else _checked(kind, value)


def _held(origin: Any, inner: Any, value: Any) -> Any:
    """A tuple or mapping of a type, one of some texts, or a type or None."""
    if origin is tuple:
        return tuple(_typed(inner[0], one) for one in _checked(list, value))
    if origin is Mapping:
        return {_typed(inner[0], key): _typed(inner[1], one) for key, one in _checked(dict, value).items()}
    if origin is Literal and value in inner:
        return value
    if origin in (Union, types.UnionType):
        return None if value is None else _typed(inner[0], value)
    raise ValueError(value)


def _checked(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(kind)
    return value
