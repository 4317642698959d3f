"""One refit: a signature on some rows, the signatures and their nomogram out of fold.

The floats are those of ``fit_signature`` with one repeat. Nothing is taken over from a fit on other
patients: every step, and every search, learns from the rows that are named.
"""

import numpy as np
from scipy.special import expit

from core.models.inputs import Floats
from core.models.learners import check_learner
from core.models.levels import expand, learn_levels, references
from core.models.logistic import fit_logistic
from core.models.preparation import Rows
from core.models.refits.cohort import FUSED, Cohort, Family, Pairs, Scores, Target
from core.models.relief import best, weigh
from core.models.search import Recipe, choose
from core.models.signature import inner_folds, make_splits
from core.models.steps import components, learn
from core.settings import Preset, SelectionSettings

Joined = tuple[Floats, Rows]  # signatures that the nomogram joins, and the rows they are of


def score(of: Cohort, name: str, target: Target, train: Rows, test: Rows) -> Floats:
    """Probability (n_test,) of rows ``test`` by the signature fitted on rows ``train``, some maybe twice.

    Raises ModelError TOO-FEW or LEARNER-FEW where it searches and they are too few for that.
    """
    family = of.families[name]
    recipe = _chosen(of, family, target, train)
    known, unseen, _ = family.preparation.split(family.values, train, test)
    parts, kept = _select(recipe.selection, known, target[train], unseen)
    return learn(recipe.classifier, parts[0][:, kept], target[train], parts[1][:, kept])


def pairs(of: Cohort, target: Target) -> Pairs:
    """Training and held-out rows of the first repeat's folds, for these labels.

    Raises ModelError TOO-FEW or LEARNER-FEW.
    """
    folds = [(train, test) for _, train, test in make_splits(of.index, target, of.resampling)]
    for family in of.families.values():
        check_learner(family.recipe.classifier, [target[train] for train, _ in folds])
    return folds


def out_of_fold(of: Cohort, target: Target, preset: Preset = "leak_free") -> Scores:
    """Out-of-fold probabilities (n,) of every model under these labels, everything fitted again.

    "published": z-score, PCA and ReliefF once on all patients, as ``fit_signature`` has it.
    """
    folds = pairs(of, target)
    make = _held_out if preset == "leak_free" else _held_out_published
    found = {name: make(of, name, target, folds) for name in of.families}
    return found | fused(of, found, target, folds)


def fused(of: Cohort, signatures: Scores, target: Target, folds: Pairs) -> Scores:
    """Stacked probabilities of the nomogram, fitted on the other folds' signatures; {} without nomogram."""
    if not of.fused:
        return {}
    values, p = np.column_stack([signatures[name] for name in of.fused]), np.empty(len(target))
    for train, test in folds:
        p[test] = nomogram(of, (values[train], train), target[train], (values[test], test))
    return {FUSED: p}


def nomogram(of: Cohort, known: Joined, target: Target, unseen: Joined) -> Floats:
    """Probability of ``unseen`` by the logistic regression of ``known``: signatures (n, k) and their rows.

    The covariates of these rows stand beside their signatures; a level that no known row has counts as the
    reference.
    """
    values, others = known[0], unseen[0]
    if len(of.covariates.columns):
        own, theirs = of.covariates.iloc[known[1]], of.covariates.iloc[unseen[1]]
        levels = learn_levels(own)
        terms, other = (expand(t, levels).drop(columns=references(levels)) for t in (own, theirs))
        values = np.hstack([values, terms.to_numpy(dtype=np.float64)])
        others = np.hstack([others, other.fillna(0.0).to_numpy(dtype=np.float64)])
    params = fit_logistic(values, target).params
    probability: Floats = expit(params[0] + others @ params[1:])
    return probability


def _chosen(of: Cohort, family: Family, target: Target, rows: Rows) -> Recipe:
    """The family's recipe with what inner folds of these rows choose in it."""
    inner = inner_folds(family.recipe, of.index, target, of.resampling.seed, rows)
    return family.recipe.taking(choose(family.recipe, family.known(target), inner) if inner else {})


def _select(
    selection: SelectionSettings, known: Floats, target: Target, unseen: Floats
) -> tuple[tuple[Floats, Floats], Rows]:
    """Component scores of both parts, and the columns that ReliefF keeps."""
    scores = components(selection, known, unseen)
    weights = weigh(scores[0], target, selection.method, selection.neighbours)
    return scores, best(weights, selection.keep, selection.method)


def _held_out(of: Cohort, name: str, target: Target, folds: Pairs) -> Floats:
    p = np.empty(len(target))
    for train, test in folds:
        p[test] = score(of, name, target, train, test)
    return p


def _held_out_published(of: Cohort, name: str, target: Target, folds: Pairs) -> Floats:
    """The leak of ``published``: the folds learn on components that all patients and their labels chose."""
    family = of.families[name]
    recipe = _chosen(of, family, target, of.rows)
    ready = family.preparation.split(family.values, of.rows, of.rows)[0]
    (scores, _), kept = _select(recipe.selection, ready, target, ready[:1])
    values, p = scores[:, kept], np.empty(len(target))
    for train, test in folds:
        p[test] = learn(recipe.classifier, values[train], target[train], values[test])
    return p
