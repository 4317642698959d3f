"""The verdict on one row of a published table: a model in a cohort."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.published.audit.matrices import ENTRIES, Fits, explanations, fitting
from core.published.audit.printed import Printed, Share

FITS, CUT, OPEN, WRONG = "fits", "fits if cut off", "one of several", "cannot be"
FLAGS = (WRONG, OPEN)


@dataclass(frozen=True, slots=True, eq=False)
class RowAudit:
    """What fits the printed entries of a row.

    ``rule``: "rounded", "cut off" (only where rounding fits nothing), or "" where no matrix fits all.
    ``explained``: unless rounded, each smallest set of entries to leave out, and what fits the others.
    """

    positives: int
    negatives: int
    printed: Mapping[str, Printed]
    rule: str
    fits: Fits
    explained: list[tuple[tuple[str, ...], Fits]]

    def verdict(self, entry: str) -> str:
        """FITS, CUT; WRONG where every explanation leaves the entry out, OPEN where some do."""
        if self.rule:
            return FITS if self.rule == "rounded" else CUT
        dropping = sum(entry in dropped for dropped, _ in self.explained)
        return FITS if not dropping else WRONG if dropping == len(self.explained) else OPEN

    @property
    def flagged(self) -> bool:
        """Whether some entry cannot be right."""
        return not self.rule

    @property
    def possible(self) -> list[Fits]:
        """Matrices that may stand behind the row: those that fit, else those of every explanation."""
        return [self.fits] if self.rule else [fits for _, fits in self.explained]

    def span(self, entry: str) -> tuple[Share, Share] | None:
        """Least and greatest value that the counts give for an entry, printed or not.

        Of a flagged entry: in the explanations that leave it out.
        """
        without = [fits for dropped, fits in self.explained if entry in dropped and not self.rule]
        spans = [span for fits in without or self.possible if (span := fits.span(entry))]
        if not spans:
            return None
        return min((low for low, _ in spans), key=_value), max((high for _, high in spans), key=_value)

    def alone(self, entry: str) -> bool:
        """Whether some matrix gives the entry, whatever the others."""
        band = self.printed[entry].rounded()
        return fitting(self.positives, self.negatives, {entry: band}).count > 0


def audit_row(positives: int, negatives: int, printed: Mapping[str, Printed]) -> RowAudit:
    """Audit the entries of ``printed`` (keys of ENTRIES) for so many positive and negative patients."""
    printed = {entry: printed[entry] for entry in ENTRIES if entry in printed}
    rounded = {entry: number.rounded() for entry, number in printed.items()}
    fits = fitting(positives, negatives, rounded)
    if fits.count:
        return RowAudit(positives, negatives, printed, "rounded", fits, [])
    cut = fitting(positives, negatives, {entry: number.cut() for entry, number in printed.items()})
    explained = explanations(positives, negatives, rounded)
    return RowAudit(positives, negatives, printed, "cut off" if cut.count else "", cut, explained)


def _value(share: Share) -> float:
    return share.part / share.whole
