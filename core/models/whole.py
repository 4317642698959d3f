"""The pipeline of a signature fitted on all patients."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from core.models.inputs import Floats
from core.models.preparation import Prepared
from core.models.search import Choice, Inner, Known, Recipe, choose
from core.models.selection import make_pipeline


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """The fitted ``model``, and what it was fitted on.

    ``ready``: features of the patients as ``learned`` prepares them; ``scores`` (n, k) of the kept
    components; ``choice``: what a search took, {} without.
    """

    model: Pipeline
    ready: pd.DataFrame
    learned: Prepared
    scores: Floats
    choice: Choice

    @property
    def components(self) -> pd.DataFrame:
        """Frame [component, explained_variance_ratio, relief_weight, kept], a row per component."""
        relief, pca = self.model.named_steps["relief"], self.model.named_steps["pca"]
        return pd.DataFrame(
            {
                "component": [f"PC{i + 1}" for i in range(relief.weights_.size)],
                "explained_variance_ratio": pca.explained_variance_ratio_,
                "relief_weight": relief.weights_,
                "kept": relief.get_support(),
            }
        )

    @property
    def medians(self) -> pd.Series:
        """Median of each kept component over the patients."""
        components = self.components
        kept = pd.Index(components.loc[components["kept"], "component"], name="component")
        return pd.Series(np.median(self.scores, axis=0), index=kept, name="median")


def fit_whole(recipe: Recipe, known: Known, table: pd.DataFrame, inner: Inner) -> Whole:
    """Fit on all rows of the table (patients x features), whose values ``known`` holds.

    ``inner``: folds by which the recipe's search chooses first; empty where nothing is searched.
    """
    ready, learned = known.preparation.whole(table)
    choice = choose(recipe, known, inner) if inner else {}
    taken = recipe.taking(choice)
    model = make_pipeline(taken.selection, taken.classifier).fit(ready, known.target)
    return Whole(model, ready, learned, model[:-1].transform(ready), choice)
