"""Settings of a signature that inner folds choose: by the patients alone that a fold learns from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from core.models.inputs import Floats
from core.models.preparation import Preparation, Rows
from core.models.relief import best, weigh
from core.models.steps import components, learn
from core.settings import SEARCHED, Classifier, ForestSettings, SearchSettings, SelectionSettings

INNER = 3
Inner = Sequence[tuple[Rows, Rows]]  # rows of the training and of the held-out part
Choice = dict[str, Any]  # setting -> its value


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Values (n, p) and outcome (n,) of all patients, and how a part of them is prepared."""

    values: Floats
    target: NDArray[np.int64]
    preparation: Preparation


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a signature is made, and which of it is searched for."""

    selection: SelectionSettings
    classifier: Classifier
    search: SearchSettings = SearchSettings()

    @property
    def grid(self) -> tuple[Choice, ...]:
        """Every combination of the candidates, the fewest components first; none where there are none."""
        lists = {"keep": self._keeps(), **{name: getattr(self.search, name) for name in self._own()}}
        searched = {name: values for name, values in lists.items() if values}
        if not searched:
            return ()
        return tuple(dict(zip(searched, values, strict=True)) for values in product(*searched.values()))

    def taking(self, choice: Choice) -> "Recipe":
        """With a choice in it, and no search left."""
        own = {name: value for name, value in choice.items() if name != "keep"}
        keep = choice.get("keep", self.selection.keep)
        selection = replace(self.selection, keep=keep, search=False)
        return Recipe(selection, replace(self.classifier, **own))

    def _keeps(self) -> tuple[int, ...]:
        if self.search.keep:
            return tuple(sorted(self.search.keep))
        return candidates(self.selection.keep) if self.selection.search else ()

    def _own(self) -> tuple[str, ...]:
        name = "forest" if isinstance(self.classifier, ForestSettings) else self.classifier.name
        return SEARCHED[name]


def candidates(keep: int) -> tuple[int, ...]:
    """The setting, its half, quarter and eighth, rounded up: ascending."""
    return tuple(sorted({-(-keep // 2**times) for times in range(4)}))


def choose(recipe: Recipe, known: Known, inner: Inner) -> Choice:
    """Of the recipe's grid what has the highest mean AUC of the inner folds, of equal ones the first.

    Every step is fitted anew on the training part of each inner fold.
    """
    areas = np.mean([_areas(recipe, known, train, test) for train, test in inner], axis=0)
    return recipe.grid[int(np.argmax(np.round(areas, 10)))]


def _areas(recipe: Recipe, known: Known, train: Rows, test: Rows) -> list[float]:
    """Held-out AUC of every choice in one inner fold; one half where the part holds one outcome."""
    target, tested, grid = known.target[train], known.target[test], recipe.grid
    if np.unique(tested).size < 2:
        return [0.5] * len(grid)
    first, second, _ = known.preparation.split(known.values, train, test)
    parts, usual = components(recipe.selection, first, second), recipe.selection
    weights = weigh(parts[0], target, usual.method, usual.neighbours)
    areas = []
    for taken in map(recipe.taking, grid):
        columns = best(weights, taken.selection.keep, usual.method)
        p = learn(taken.classifier, parts[0][:, columns], target, parts[1][:, columns])
        areas.append(float(roc_auc_score(tested, p)))
    return areas
