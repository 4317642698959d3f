"""Values of TOML and JSON as the types that settings declare."""

import math
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

WORDS = {int: "a whole number", float: "a finite number", bool: "true or false", str: "a text"}


def typed(kind: Any, value: Any) -> Any:
    """The value as ``kind``, a type hint of the settings; ValueError if it is of another kind."""
    options = get_args(kind)
    if get_origin(kind) is Literal:
        fits = value in options
    elif get_origin(kind) is tuple:
        return _items(options, value)
    elif isinstance(kind, UnionType):
        kinds = [k for k in options if k is not NoneType]
        return typed(next((k for k in kinds if type(value) is k), kinds[-1]), value)
    elif kind is float:
        fits = type(value) in (int, float) and math.isfinite(value)
    else:
        fits = type(value) is kind
    if not fits:
        raise ValueError("of another kind")
    return float(value) if kind is float else value


def _items(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError("no list")
    each = kinds[:1] * len(value) if kinds[-1] is Ellipsis else kinds
    return tuple(typed(kind, item) for kind, item in zip(each, value, strict=True))


def words(kind: Any) -> str:
    """What a value of this type hint is called."""
    options = get_args(kind)
    if get_origin(kind) is Literal:
        return " or ".join(options)
    if get_origin(kind) is tuple:
        number = "" if options[-1] is Ellipsis else f"{len(options)} times "
        return f"a list of {number}{WORDS[options[0]]}"
    return " or ".join(WORDS[k] for k in options or (kind,) if k is not NoneType)
