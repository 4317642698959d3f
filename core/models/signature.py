"""Signature of a feature family: the out-of-fold probability of a learner on selected components."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from core.errors import ModelError
from core.models import inputs
from core.models.combat import Batches, Harmony
from core.models.folds import FoldResult, Keep, Progress, Split, Work, cross_predict, positive
from core.models.inputs import Floats
from core.models.learners import check_learner
from core.models.preparation import NOTHING, Metadata, Preparation, Rows
from core.models.resampled import Resampled, gather
from core.models.search import INNER, Inner, Known, choose_keep
from core.models.selection import make_learner, make_pipeline
from core.settings import Classifier, Preset, ResamplingSettings, SelectionSettings


@dataclass(frozen=True, slots=True)
class SignatureFit:
    """A fitted signature.

    ``out_of_fold`` and ``apparent`` (n,): probabilities by patient, out-of-fold ones averaged over
    the repeats of ``per_repeat`` (n, repeats). ``model``: pipeline refitted on all patients.
    ``components``: frame [component, explained_variance_ratio, relief_weight, kept] of that refit;
    ``kept`` of ``available`` components. ``medians``: of each kept component over the patients.
    ``resampled``: the models of the folds, where they were asked for. ``harmony``: ComBat of all patients,
    which ``model`` takes its features from. ``features``: how many the model of each fold is given.
    ``choices``: how many components each fold's search keeps, none without a search.
    """

    out_of_fold: pd.Series
    per_repeat: pd.DataFrame
    apparent: pd.Series
    model: Pipeline
    components: pd.DataFrame
    kept: int
    available: int
    medians: pd.Series
    resampled: Resampled | None = None
    harmony: Harmony | None = None
    features: tuple[int, ...] = ()
    choices: tuple[int, ...] = ()


def fit_signature(
    X: pd.DataFrame,
    y: pd.Series,
    selection: SelectionSettings,
    forest: Classifier,
    resampling: ResamplingSettings,
    preset: Preset = "leak_free",
    progress: Progress | None = None,
    workers: int = 1,
    keep_models: bool = False,
    metadata: Metadata = NOTHING,
) -> SignatureFit:
    """Fit a signature on X (patients x features) and y (0 or 1), both indexed by patient.

    Rows of one patient stay in one fold. "leak_free" fits every step inside the fold. "published"
    repeats the paper's order of work: z-score, PCA and ReliefF once on all patients, then the
    k-fold forest on the kept components. The held-out patients have then helped to choose what
    they are tested on: its out-of-fold AUC is optimistic, also on pure noise. Before the z-score, and in
    the same place, stand what ``metadata`` serves: features of at least ``selection.min_icc``, then ComBat.

    With ``selection.search`` each fold first chooses how many components to keep, by inner folds of its
    training patients, and so does the refit; "published" chooses once, on all patients.
    ``forest``: settings of the forest, or of the learner that takes its place.
    ``keep_models`` keeps the models of all folds; the other results are the same without.
    ``progress(done, total)`` is called after every fold. The result does not depend on ``workers``.
    Raises ModelError ONE-CLASS, TOO-FEW (patients per class for the folds), LEARNER-FEW, those of
    ``inputs`` and of ``preparation``.
    """
    table, target = inputs.features(X), inputs.outcome(X, y)
    metadata.check(selection)
    splits = make_splits(X.index, target, resampling)
    check_learner(forest, [target[train] for _, train, _ in splits])
    preparation = Preparation.of(table, metadata)
    with threadpool_limits(1):  # sums in another order could tip a split of a tree
        ready, learned = preparation.whole(table)
        known = Known(np.ascontiguousarray(table.to_numpy()), target, preparation)
        unfitted, inner = make_pipeline(selection, forest), None
        model = clone(unfitted)
        if selection.search:
            split = partial(_inner, X.index, target, resampling.seed, forest)
            inner = None if preset == "published" else [split(train) for _, train, _ in splits]
            keep_best = choose_keep(unfitted, known, split(np.arange(len(target))))
            model.set_params(relief__keep=keep_best)
        model.fit(ready, target)
        scores = model[:-1].transform(ready)
        if preset == "published":
            work = Work(make_learner(forest), scores, target, Preparation.of(table, NOTHING))
        else:
            work = Work(unfitted, known.values, target, preparation)
        once = (learned, model[:-1]) if preset == "published" else None
        keep = Keep(StandardScaler().fit(table), once) if keep_models else None
        results = cross_predict(work, splits, progress, workers, keep, inner)
    per_repeat = _by_repeat([one.probability for one in results], splits, X.index, resampling.repeats)
    apparent = pd.Series(positive(model, ready), index=X.index, name="apparent")
    components = _components(model)
    return SignatureFit(
        out_of_fold=per_repeat.mean(axis=1).clip(0, 1).rename("out_of_fold"),
        per_repeat=per_repeat,
        apparent=apparent,
        model=model,
        components=components,
        kept=int(components["kept"].sum()),
        available=len(components),
        medians=_medians(components, scores),
        resampled=None if keep is None else _gathered(table, keep, results),
        harmony=learned.harmony,
        features=tuple(ready.shape[1] if once else one.features for one in results),
        choices=tuple(one.chosen for one in results if one.chosen is not None),
    )


def predict(
    model: Pipeline, X: pd.DataFrame, harmony: Harmony | None = None, batch: Batches | None = None
) -> pd.Series:
    """Probability of the positive outcome for each row of X; columns in any order, others ignored.

    ``harmony``: ComBat of the model, ``batch`` (n,) what it goes by; a row of another batch stays as it is.
    Raises ModelError FEATURES-MISSING or FEATURES-NAN.
    """
    if harmony is not None and batch is not None:
        X = harmony.frame(inputs.features(X, harmony.features), batch)
    table = inputs.features(X, [str(name) for name in model.feature_names_in_])
    return pd.Series(positive(model, table), index=X.index, name="probability")


def make_splits(
    index: "pd.Index[Any]", target: NDArray[np.int64], resampling: ResamplingSettings
) -> list[Split]:
    """(repeat, train rows, test rows) of repeated stratified k-fold; equal index values stay together.

    Raises ModelError TOO-FEW unless each training part holds two patients of each class.
    """
    groups = pd.factorize(index)[0]
    sizes = [np.unique(groups[target == label]).size for label in (0, 1)]
    fewest, folds = min(sizes), resampling.folds
    if folds < 2 or fewest < folds or fewest - int(np.ceil(fewest / folds)) < 2:
        found = f"{sizes[0]} negative and {sizes[1]} positive patients for {folds} folds"
        fix = "Use fewer folds (2 or more), or add patients."
        raise ModelError("TOO-FEW", "At least one patient of each outcome per fold and 3 in all", found, fix)
    splits: list[Split] = []
    for repeat in range(resampling.repeats):
        folding = StratifiedGroupKFold(folds, shuffle=True, random_state=resampling.seed + repeat)
        splits += [(repeat, train, test) for train, test in folding.split(groups, target, groups)]
    return splits


def _inner(
    index: "pd.Index[Any]", target: NDArray[np.int64], seed: int, classifier: Classifier, rows: Rows
) -> Inner:
    """Inner folds of some rows, in row numbers of the whole table."""
    splits = make_splits(index[rows], target[rows], ResamplingSettings(INNER, 1, seed))
    check_learner(classifier, [target[rows[train]] for _, train, _ in splits])
    return [(rows[train], rows[test]) for _, train, test in splits]


def _gathered(table: pd.DataFrame, keep: Keep, results: list[FoldResult]) -> Resampled:
    kept = [one.kept for one in results if one.kept is not None]
    return gather([str(name) for name in table.columns], keep.reference, kept)


def _medians(components: pd.DataFrame, scores: Floats) -> pd.Series:
    kept = components.loc[components["kept"], "component"]
    return pd.Series(np.median(scores, axis=0), index=pd.Index(kept, name="component"), name="median")


def _by_repeat(held_out: list[Floats], splits: list[Split], index: Any, repeats: int) -> pd.DataFrame:
    table = np.full((len(index), repeats), np.nan)
    for (repeat, _, test), probability in zip(splits, held_out, strict=True):
        table[test, repeat] = probability
    return pd.DataFrame(table, index=index, columns=[f"repeat_{i + 1}" for i in range(repeats)])


def _components(model: Pipeline) -> pd.DataFrame:
    relief, pca = model.named_steps["relief"], model.named_steps["pca"]
    return pd.DataFrame(
        {
            "component": [f"PC{i + 1}" for i in range(relief.weights_.size)],
            "explained_variance_ratio": pca.explained_variance_ratio_,
            "relief_weight": relief.weights_,
            "kept": relief.get_support(),
        }
    )
