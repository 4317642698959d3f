"""What stands at the end of every fold's model, kept compactly: trees as their nodes, others as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier

from core.models.inputs import Floats
from core.models.persist import learner_from_bytes, to_bytes
from core.models.trees import NODE, boosted_nodes, forest_nodes, is_sound, reached, sizes

OF = {"model": np.int16, "tree": np.int64}
TREES = {
    RandomForestClassifier: ("nodes", forest_nodes),
    GradientBoostingClassifier: ("boosted", boosted_nodes),
}


@dataclass(frozen=True, slots=True, eq=False)
class Learners:
    """What stands at the end of every model: ``nodes`` of trees, as ``kind`` says nodes of forests or
    "boosted" ones, or the classifiers ``fitted`` ("learners")."""

    kind: str
    nodes: pd.DataFrame
    fitted: tuple[Any, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """What ``from_frames`` takes back."""
        return (
            pd.DataFrame({"archive": [to_bytes(one) for one in self.fitted]}) if self.fitted else self.nodes
        )

    @classmethod
    def from_frames(cls, frames: Mapping[str, pd.DataFrame], carried: NDArray[np.intp]) -> "Learners":
        """Checked learners of models of ``carried`` components each; ValueError or BundleError otherwise."""
        kind = next(name for name in ("nodes", "boosted", "learners") if name in frames)
        frame = frames[kind]
        if kind == "learners":
            pairs = zip(frame["archive"], carried, strict=True)
            return cls(kind, frame.iloc[:0], tuple(learner_from_bytes(data, int(k)) for data, k in pairs))
        nodes = frame[["model", "tree", *NODE]].astype(NODE | OF)
        if not is_sound(nodes, carried):
            raise ValueError
        return cls(kind, nodes)

    def score(self, components: Floats, first: NDArray[np.intp]) -> Floats:
        """Probability (n, models) from rows of all components, those of a model beginning at ``first``."""
        if self.kind == "learners":
            parts = np.split(components, first[1:], axis=1)
            pairs = zip(self.fitted, parts, strict=True)
            return np.column_stack([one.predict_proba(part)[:, 1] for one, part in pairs])
        total = reached(self.nodes, components, first)
        probability: Floats = expit(total) if self.kind == "boosted" else total / sizes(self.nodes)
        return probability


def condensed(learner: Any) -> tuple[str, Any]:
    """Kind of a fitted learner, and its trees' nodes or itself."""
    kind, make = TREES.get(type(learner), ("learners", lambda fitted: fitted))
    return kind, make(learner)


def joined(models: Sequence[tuple[str, Any]]) -> Learners:
    """Learners of all models, each as ``condensed`` gives it."""
    kind = models[0][0]
    if kind == "learners":
        return Learners(kind, pd.DataFrame(), tuple(fitted for _, fitted in models))
    parts = [nodes.assign(model=np.int16(i)) for i, (_, nodes) in enumerate(models)]
    return Learners(kind, pd.concat(parts, ignore_index=True)[["model", "tree", *NODE]])
