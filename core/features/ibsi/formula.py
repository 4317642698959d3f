"""Formulas kept as data: what is printed beside a value is what computed it."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

# A term that several formulas share, by its own formula. Grey levels i hold N_i of N voxels: the sum of
# N_i ** 2 / N over the sum of (N_i / N) ** 2.
TERMS = {"voxels": "gldm_GrayLevelNonUniformity / firstorder_Uniformity"}
_SERIES = 20  # IBSI ends the series here
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip


def evaluate(formula: str, values: Mapping[str, float]) -> float:
    """Value of a formula of numbers, names of ``values``, ``TERMS``, pi, sqrt and series_area.

    Raises ValueError for anything else, KeyError for an unknown name.
    """
    with np.errstate(all="ignore"):
        return float(_value(ast.parse(formula, mode="eval").body, values))


def is_name(formula: str) -> bool:
    """Whether the formula only names a value."""
    return formula.isidentifier()


def names_in(formula: str) -> list[str]:
    """The values that a formula takes, those of its terms included, each once."""
    nodes = [node for node in ast.walk(ast.parse(formula, mode="eval")) if isinstance(node, ast.Name)]
    found = [node.id for node in sorted(nodes, key=lambda node: node.col_offset)]
    named = [n for name in found for n in (names_in(TERMS[name]) if name in TERMS else [name])]
    return [n for n in dict.fromkeys(named) if n != "pi" and n not in _FUNCTIONS]


def series_area(major: float, minor: float, least: float) -> float:
    """IBSI's series (RDD2) for the area of the ellipsoid with these axes (whole lengths), to its 20th term.

    Term v is (alpha beta) ** v P_v((alpha ** 2 + beta ** 2) / (2 alpha beta)) / (1 - 4 v ** 2), with alpha
    and beta the eccentricities of the minor and the least axis towards the major one. The true area needs
    those of the major and the minor axis towards the least one; the reference value, and MIRP, follow the
    series as it stands. Legendre's recurrence for the product stays finite where alpha or beta is 0.
    """
    alpha2, beta2 = 1 - (minor / major) ** 2, 1 - (least / major) ** 2
    before, term, total = 0.0, 1.0, 1.0
    for v in range(_SERIES):
        ahead = (2 * v + 1) * (alpha2 + beta2) / 2 * term - v * alpha2 * beta2 * before
        before, term = term, ahead / (v + 1)
        total += term / (1 - 4 * (v + 1) ** 2)
    return float(np.pi * major * minor * total)


_FUNCTIONS: dict[str, Callable[..., Any]] = {"sqrt": np.sqrt, "series_area": series_area}


def _value(node: ast.expr, values: Mapping[str, float]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id="pi"):
            return np.pi
        case ast.Name(id=name) if name in TERMS:
            return evaluate(TERMS[name], values)
        case ast.Name(id=name):
            return np.float64(values[name])
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=parts) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(part, values) for part in parts))
    raise ValueError(f"not part of a formula: {ast.unparse(node)}")
