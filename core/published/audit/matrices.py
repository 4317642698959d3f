"""Confusion matrices that fit printed metrics, found without trying each: for every TP a run of TN."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.evaluation.roc import Confusion
from core.published.audit.printed import Band, Share

ENTRIES = {"acc": "ACC", "sen": "SEN", "spec": "SPEC", "ppv": "PPV", "npv": "NPV"}
Ints = NDArray[np.int64]
BEYOND = np.int64(2**62)


@dataclass(frozen=True, slots=True, eq=False)
class Fits:
    """Matrices in runs: for each ``tp`` (runs,) every TN from ``first`` to ``last`` (runs,)."""

    positives: int
    negatives: int
    tp: Ints
    first: Ints
    last: Ints

    @property
    def count(self) -> int:
        """Number of matrices."""
        return int((self.last - self.first + 1).sum())

    def matrices(self, most: int) -> list[Confusion]:
        """The first ``most`` of them, by TP and TN."""
        found: list[Confusion] = []
        for tp, first, last in zip(self.tp.tolist(), self.first.tolist(), self.last.tolist(), strict=True):
            for tn in range(first, min(last, first + most - len(found) - 1) + 1):
                found.append(Confusion(tp, self.negatives - tn, tn, self.positives - tp))
            if len(found) == most:
                break
        return found

    def span(self, entry: str) -> tuple[Share, Share] | None:
        """Least and greatest value of an entry over the matrices; None where none of them has it."""
        # Every entry rises with TN or stays, so the ends of the runs hold its extremes.
        ends = [self._shares(entry, tn) for tn in (self.first, self.last)]
        parts, wholes = (np.concatenate(both) for both in zip(*ends, strict=True))
        parts, wholes = parts[wholes > 0], wholes[wholes > 0]
        if not wholes.size:
            return None
        values = parts / wholes
        least, most = int(values.argmin()), int(values.argmax())
        return Share(int(parts[least]), int(wholes[least])), Share(int(parts[most]), int(wholes[most]))

    def _shares(self, entry: str, tn: Ints) -> tuple[Ints, Ints]:
        """Part and whole of an entry."""
        tp, negatives, positives = self.tp, np.full_like(tn, self.negatives), np.full_like(tn, self.positives)
        return {
            "acc": (tp + tn, positives + negatives),
            "sen": (tp, positives),
            "spec": (tn, negatives),
            "ppv": (tp, tp + negatives - tn),
            "npv": (tn, tn + positives - tp),
        }[entry]


def fitting(positives: int, negatives: int, bands: Mapping[str, Band]) -> Fits:
    """All matrices of so many patients with every entry of ``bands`` in its band; O(positives)."""
    tp = np.arange(positives + 1, dtype=np.int64)
    first, last = np.zeros_like(tp), np.full_like(tp, negatives)
    for entry, band in bands.items():
        low, high = _true_negatives(entry, band, tp, positives, negatives)
        first, last = np.maximum(first, low), np.minimum(last, high)
    some = first <= last
    return Fits(positives, negatives, tp[some], first[some], last[some])


def explanations(
    positives: int, negatives: int, bands: Mapping[str, Band]
) -> list[tuple[tuple[str, ...], Fits]]:
    """Every smallest set of entries without which some matrix fits the others, and what then fits."""
    for size in range(1, len(bands) + 1):
        found = []
        for dropped in combinations(bands, size):
            kept = {entry: band for entry, band in bands.items() if entry not in dropped}
            fits = fitting(positives, negatives, kept)
            if fits.count:
                found.append((dropped, fits))
        if found:
            return found
    return []


def _true_negatives(entry: str, band: Band, tp: Ints, positives: int, negatives: int) -> tuple[Ints, Ints]:
    """First and last TN for each TP; none where the last comes before the first."""
    none = np.zeros_like(tp)
    if entry == "sen":
        low, high = _within(band, none + positives)
        inside = (tp >= low) & (tp <= high)
        return none, np.where(inside, negatives, -1)
    if entry == "spec":
        return _within(band, none + negatives)
    if entry == "acc":
        low, high = _within(band, none + positives + negatives)
        return low - tp, high - tp
    if entry == "npv":
        return _beside(band, positives - tp)
    low, high = _beside(band.complement(), tp)  # 1 - PPV = FP / (FP + TP)
    return negatives - high, negatives - low


def _within(band: Band, whole: Ints) -> tuple[Ints, Ints]:
    """First and last a with a / whole in the band."""
    low, high = band.low * whole, band.high * whole
    first = low // band.over + 1 if band.low_open else -(-low // band.over)
    last = -(-high // band.over) - 1 if band.high_open else high // band.over
    return first, last


def _beside(band: Band, other: Ints) -> tuple[Ints, Ints]:
    """First and last a with a / (a + other) in the band; of nobody (a + other = 0) there is no share."""
    below_one, room = band.over - band.low, band.over - band.high
    if below_one > 0:
        need = band.low * other
        first = need // below_one + 1 if band.low_open else -(-need // below_one)
    else:
        first = np.where(other == 0, 1, BEYOND)
    if room > 0:
        most = band.high * other
        last = -(-most // room) - 1 if band.high_open else most // room
    else:
        last = np.where((other == 0) & (room == 0) & band.high_open, -1, BEYOND)
    return np.maximum(first, (other == 0).astype(np.int64)), last
