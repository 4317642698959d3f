"""A number as printed, and the true values that it can stand for: in integers, so that no float decides."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

DECIMALS = 6
BLANK = ("", "-", "–", "na", "n/a", "nan", "nr", "none", "<na>")
NUMBER = re.compile(r"(\d*)(?:[.,·](\d+))?")


class Share(NamedTuple):
    """``part`` of ``whole`` patients, not reduced: 18 of 22."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Band:
    """Values from ``low / over`` to ``high / over``; an end that is open does not belong to it."""

    low: int
    high: int
    over: int
    low_open: bool = False
    high_open: bool = False

    def complement(self) -> "Band":
        """The band of 1 - x."""
        return Band(self.over - self.high, self.over - self.low, self.over, self.high_open, self.low_open)


@dataclass(frozen=True, slots=True)
class Printed:
    """``units / scale`` as ``text`` prints it: scale 100 for 0.93 and for 93%, 1000 for 93.2%."""

    text: str
    units: int
    scale: int
    percent: bool = False

    @property
    def value(self) -> float:
        """The number, a share also where a percentage is printed."""
        return self.units / self.scale

    def rounded(self) -> Band:
        """Values that round to it. A tie may go either way: half up, half even, or as a binary fraction."""
        return Band(2 * self.units - 1, 2 * self.units + 1, 2 * self.scale)

    def cut(self) -> Band:
        """Values that give it when further decimals are cut off."""
        return Band(self.units, self.units + 1, self.scale, high_open=True)

    def steps(self, share: Share) -> float:
        """Printed less ``share``, in units of the last printed decimal; rounding stays within 0.5."""
        return (self.units * share.whole - share.part * self.scale) / share.whole

    def like(self, share: Share) -> str:
        """``share`` printed in this way, ties up."""
        units = (2 * share.part * self.scale + share.whole) // (2 * share.whole)
        shown = self.scale // 100 if self.percent else self.scale
        return f"{units / shown:.{len(str(shown)) - 1}f}" + "%" * self.percent


def is_blank(text: str) -> bool:
    """Whether nothing is printed."""
    return text.strip().lower() in BLANK


def read_number(text: str) -> Printed | None:
    """A number of 0 or more as printed, decimal point or comma; None for anything else."""
    found = NUMBER.fullmatch(text.strip())
    if found is None or not any(found.groups()) or len(found[1]) > 9 or len(found[2] or "") > DECIMALS:
        return None
    decimals = found[2] or ""
    return Printed(text.strip(), int(found[1] + decimals or "0"), 10 ** len(decimals))


def read_shares(texts: Mapping[str, str]) -> tuple[dict[str, Printed], list[str]]:
    """The shares of one row, and the names of those that are none.

    A number with % is a percentage; so is one above 1, and the whole row with it, unless another number
    without % lies between 0 and 1.
    """
    there = {name: text.strip() for name, text in texts.items() if not is_blank(text)}
    found = {name: read_number(text.removesuffix("%")) for name, text in there.items()}
    plain = [number.value for name, number in found.items() if number and "%" not in there[name]]
    percents = any(value > 1 for value in plain) and not any(0 < value < 1 for value in plain)
    shares, faulty = {}, []
    for name, number in found.items():
        percent = percents or "%" in there[name]
        scale = 0 if number is None else number.scale * (100 if percent else 1)
        if number is None or number.units > scale:
            faulty.append(name)
        else:
            shares[name] = Printed(there[name], number.units, scale, percent)
    return shares, faulty
