"""A configuration: what tuning moves of one signature, as a value that fits into a link."""

import re
from dataclasses import dataclass, replace
from typing import cast

from core.settings import Classifier, ForestSettings, LearnerSettings, Learning, SelectionSettings, Settings

_COUNT = r"-([1-9]\d{0,4})"
_LEARNER = r"(?:-(logistic|svm|boosting))?"
_TEXT = re.compile(rf"(all|0\.\d{{1,6}}|[1-9]\d{{0,4}}){_COUNT * 3}{_LEARNER}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Configuration:
    """PCA ``components`` and ReliefF as ``SelectionSettings`` has them, ``trees`` of the forest, ``learner``.

    Another learner than the forest has its other settings from the study.
    """

    components: int | float | None
    neighbours: int
    keep: int
    trees: int
    learner: Learning = "forest"

    @classmethod
    def of(cls, settings: Settings, family: str) -> "Configuration":
        """That of a study."""
        own = settings.selection(family)
        trees, learner = settings.forest.trees, settings.learner.name
        return cls(own.components, own.neighbours, own.keep, trees, learner)

    @classmethod
    def parse(cls, text: str) -> "Configuration | None":
        """What ``text`` wrote; None for anything else."""
        found = _TEXT.fullmatch(text)
        if found is None or found[1].strip("0.") == "":
            return None
        first, *counts, learner = found.groups()
        components = None if first == "all" else float(first) if "." in first else int(first)
        neighbours, keep, trees = map(int, counts)
        return cls(components, neighbours, keep, trees, cast(Learning, learner or "forest"))

    @property
    def text(self) -> str:
        """Components, neighbours, kept, trees: ``all-10-41-200``; with a learner: ``all-10-41-200-svm``."""
        first = "all" if self.components is None else self.components
        last = "" if self.learner == "forest" else f"-{self.learner}"
        return f"{first}-{self.neighbours}-{self.keep}-{self.trees}{last}"

    def selection(self, usual: SelectionSettings) -> SelectionSettings:
        """Selection settings of this configuration; the rest as in ``usual``."""
        return replace(usual, components=self.components, neighbours=self.neighbours, keep=self.keep)

    def classifier(self, forest: ForestSettings, learner: LearnerSettings) -> Classifier:
        """Settings of the learner of this configuration; the rest as in those given."""
        if self.learner == "forest":
            return replace(forest, trees=self.trees)
        return replace(learner, name=self.learner)

    def study(self, usual: Settings, family: str) -> Settings:
        """Settings of a study that takes this configuration for a family; the learner is that of all."""
        own = {f"selection_{family}": self.selection(usual.selection(family))}
        learning = {
            "forest": replace(usual.forest, trees=self.trees),
            "learner": replace(usual.learner, name=self.learner),
        }
        return replace(usual, **own, **learning)  # type: ignore[arg-type]
