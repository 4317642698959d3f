"""Numbers as journals print them."""

import math
import re
from collections.abc import Sequence

from core.titles import measured, title

__all__ = [
    "estimate", "label", "listed", "measured", "number", "p_number", "p_value", "plain", "share", "signed",
    "stars", "title",
]  # fmt: skip
MISSING = "n/a"


def number(value: float | None, digits: int = 2) -> str:
    """A plain number: ``0.83``; never ``-0.00``."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text


def estimate(value: float | None, low: float | None, high: float | None, digits: int = 2) -> str:
    """An estimate with its 95% confidence interval: ``0.83 (0.69-0.94)``."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return number(value, digits)
    link = " to " if low < 0 else "-"
    return f"{number(value, digits)} ({number(low, digits)}{link}{number(high, digits)})"


def signed(value: float | None, digits: int = 2) -> str:
    """A change with its sign: ``+0.03``, ``-0.05``, ``0.00``."""
    text = number(value, digits)
    return f"+{text}" if value is not None and value > 0 and text != number(0, digits) else text


def p_number(p: float | None) -> str:
    """The number of a P or q value: ``0.04``, ``0.004``, ``<0.001``, ``0.049`` (never rounded to 0.05)."""
    if p is None or not math.isfinite(p):
        return MISSING
    if p < 0.001:
        return "<0.001"
    if p > 0.99:
        return ">0.99"
    if 0.045 <= p < 0.05:
        return f"{min(p, 0.049):.3f}"
    return f"{p:.3f}" if p < 0.01 else f"{p:.2f}"


def p_value(p: float | None, name: str = "P") -> str:
    """``P = 0.04``, ``P < 0.001``; ``name`` is P or q."""
    text = p_number(p)
    return f"{name} {text[0]} {text[1:]}" if text[0] in "<>" else f"{name} = {text}"


def label(column: str) -> str:
    """``title`` for a place that reads Markdown: a widget's label, a sentence."""
    return plain(title(column))


def listed(names: Sequence[str], link: str = " and ") -> str:
    """``a, b and c``."""
    return link.join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def plain(text: str) -> str:
    """Text in which nothing is Markdown: what a link or a file holds must not dress itself up."""
    return re.sub(r"^(?:[>#]|[-+](?= ))|[*$`~]|\](?=\()|:(?=\w+\[)", r"\\\g<0>", text)


def stars(p: float | None) -> str:
    """``*`` below 0.05, ``**`` below 0.01, ``***`` below 0.001."""
    if p is None or not math.isfinite(p):
        return ""
    return "*" * sum(p < limit for limit in (0.05, 0.01, 0.001))


def share(part: int, whole: int) -> str:
    """``41/88 (46.6%)``."""
    return f"{part}/{whole} ({100 * part / whole:.1f}%)" if whole else f"{part}/{whole}"
