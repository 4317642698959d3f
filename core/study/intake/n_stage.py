"""A pathologic N as tables write it, read into the categories of ``node_status``."""

import ast
import re
from typing import Any

MISSING = {
    "",
    "na",
    "nan",
    "none",
    "null",
    "n/a",
    "not available",
    "not applicable",
    "not reported",
    "unknown",
}
MISSING |= {"[not available]", "[not applicable]", "[unknown]", "[discrepancy]", "not evaluated", "--", "'--"}
_STAGE = re.compile(
    r"(?P<prefix>yp|y|p|c|r|a)?n(?P<n>x|\+|-|0|1mi|1[abc]?|2[ab]?|3[abc]?)"
    r"(?P<found>(?:\((?:i[+-]|mol[+-]|sn|f)\)|i[+-]|mol[+-])*)"
)


def stage_category(text: str) -> str:
    """The category of a pathologic N as it is written: "N0 (i+)", "pN1mi", "N2a", "NX"."""
    parts = [part for part in _parts(text) if part.lower() not in MISSING]
    kinds = list(dict.fromkeys(map(_one_stage, parts)))
    if not kinds:
        return "missing"
    return kinds[0] if len(kinds) == 1 else "several"


def _one_stage(text: str) -> str:
    found = _STAGE.fullmatch(re.sub(r"\s+", "", text).lower())
    if found is None:
        return "unreadable"
    if found["prefix"] in ("c", "a", "r", "y", "yp"):
        return "clinical" if found["prefix"] in ("c", "a", "r") else "after therapy"
    number, more = found["n"], found["found"]
    if number == "x":
        return "NX"
    if number in ("0", "-"):
        return "N0(i+)" if "i+" in more else "N0(mol+)" if "mol+" in more else "N0"
    return "N1mi" if number == "1mi" else "N+"


def _parts(text: str) -> list[str]:
    """One value, or the values of several diagnoses: ``['N0', 'N1a']``, N0|N1a, N0;N1a."""
    if text.startswith("[") and text.endswith("]") and text.lower() not in MISSING:
        try:
            found: Any = ast.literal_eval(text)
            return [str(part).strip() for part in found]
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return [text]
    return [part.strip() for part in re.split(r"[|;]", text)]
