"""What a report is made of: sections of sentences, figures and tables, and where they come from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.pipeline import Pipeline
from core.stages.signatures import families
from core.study.manifest import Study

Draw = Callable[..., go.Figure]


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure, drawn when it is called with ``theme=``, and its caption (Markdown)."""

    draw: Draw
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as printed, and its caption (Markdown)."""

    frame: pd.DataFrame
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter: sentences (Markdown), figures and tables in order, and its methods text."""

    parts: tuple[str | Plot | Table, ...]
    methods: str


@dataclass(frozen=True)
class Results:
    """What the store holds of a study; remembers which outputs were looked at."""

    pipeline: Pipeline
    used: dict[str, str] = field(default_factory=dict)

    @property
    def study(self) -> Study:
        """The study."""
        return self.pipeline.study

    def frame(self, stage: str, name: str) -> Any:
        """One value of a stage's output, None while it is not computed."""
        entry = self.pipeline.entry(stage)
        if entry is None:
            return None
        self.used[stage] = entry.key
        return entry[name]

    def has(self, *stages: str) -> bool:
        """Whether all of these stages are computed."""
        return all(self.pipeline.entry(stage) is not None for stage in stages)

    def random_weights(self) -> bool:
        """Whether deep features come from random weights."""
        infos = [self.frame(name, "info") or {} for name in ("googlenet", "resnet50")]
        return any(info.get("kind") == "random" for info in infos)

    def signature_notes(self) -> tuple[str, ...]:
        """What happened when the signatures were learned, each note once."""
        infos = [self.frame(f"signature_{f}", "info") or {} for f in families(self.study.settings)]
        return tuple(dict.fromkeys(info["note"] for info in infos if info.get("note")))
