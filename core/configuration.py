"""A configuration: what tuning moves of one signature, as a value that fits into a link."""

import re
from dataclasses import dataclass, replace

from core.settings import ForestSettings, SelectionSettings, Settings

_TEXT = re.compile(r"(all|0\.\d{1,6}|[1-9]\d{0,4})-([1-9]\d{0,4})-([1-9]\d{0,4})-([1-9]\d{0,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Configuration:
    """PCA ``components`` and ReliefF as ``SelectionSettings`` has them, and ``trees`` of the forest."""

    components: int | float | None
    neighbours: int
    keep: int
    trees: int

    @classmethod
    def of(cls, settings: Settings, family: str) -> "Configuration":
        """That of a study."""
        own = settings.selection(family)
        return cls(own.components, own.neighbours, own.keep, settings.forest.trees)

    @classmethod
    def parse(cls, text: str) -> "Configuration | None":
        """What ``text`` wrote; None for anything else."""
        found = _TEXT.fullmatch(text)
        if found is None or found[1].strip("0.") == "":
            return None
        first, *rest = found.groups()
        components = None if first == "all" else float(first) if "." in first else int(first)
        return cls(components, *map(int, rest))

    @property
    def text(self) -> str:
        """Components, neighbours, components kept and trees: ``all-10-41-200``."""
        first = "all" if self.components is None else self.components
        return f"{first}-{self.neighbours}-{self.keep}-{self.trees}"

    def selection(self, usual: SelectionSettings) -> SelectionSettings:
        """Selection settings of this configuration; the rest as in ``usual``."""
        return replace(usual, components=self.components, neighbours=self.neighbours, keep=self.keep)

    def forest(self, usual: ForestSettings) -> ForestSettings:
        """Forest settings of this configuration; the rest as in ``usual``."""
        return replace(usual, trees=self.trees)

    def study(self, usual: Settings, family: str) -> Settings:
        """Settings of a study that takes this configuration for a family; the forest is that of all."""
        own = {f"selection_{family}": self.selection(usual.selection(family))}
        return replace(usual, forest=self.forest(usual.forest), **own)  # type: ignore[arg-type]
