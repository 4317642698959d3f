"""Whether a learner read from a file that anybody may have written can be used without leaving its arrays."""

from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV, _CalibratedClassifier, _SigmoidCalibration
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def is_sound_learner(learner: Any, components: int) -> bool:
    """Whether a fitted learner of 0 and 1 takes so many components, and holds together."""
    if learner.n_features_in_ != components or list(learner.classes_) != [0, 1]:
        return False
    return bool(CHECKS[type(learner)](learner, components))


def _forest(forest: Any, features: int) -> bool:
    two, trees = forest.n_outputs_ == 1 and forest.n_classes_ == 2, forest.estimators_
    return bool(two and trees) and all(_tree(tree, features, DecisionTreeClassifier, 2) for tree in trees)


def _boosting(boosting: Any, features: int) -> bool:
    trees, prior = boosting.estimators_, boosting.init_
    shaped = isinstance(trees, np.ndarray) and trees.ndim == 2 and trees.shape[1] == 1 and len(trees) > 0
    known = type(prior) is DummyClassifier and prior.class_prior_.shape == (2,)
    known = known and bool((prior.class_prior_ > 0).all()) and np.isfinite(boosting.learning_rate)
    return shaped and known and all(_tree(t, features, DecisionTreeRegressor, 1) for t in trees[:, 0])


def _logistic(logistic: Any, features: int) -> bool:
    shapes = logistic.coef_.shape == (1, features) and logistic.intercept_.shape == (1,)
    return shapes and bool(np.isfinite(logistic.coef_).all() and np.isfinite(logistic.intercept_).all())


def _calibrated(calibrated: Any, features: int) -> bool:
    if len(calibrated.calibrated_classifiers_) != 1:
        return False
    (one,) = calibrated.calibrated_classifiers_
    if type(one) is not _CalibratedClassifier or [type(c) for c in one.calibrators] != [_SigmoidCalibration]:
        return False
    platt = np.array([one.calibrators[0].a_, one.calibrators[0].b_], dtype=np.float64)
    return bool(np.isfinite(platt).all()) and type(one.estimator) is SVC and _machine(one.estimator, features)


def _machine(machine: Any, features: int) -> bool:
    """libsvm walks through the support vectors by the numbers that stand beside them."""
    m = len(machine.support_)
    arrays = {
        "support_vectors_": (m, features),
        "dual_coef_": (1, m),
        "_dual_coef_": (1, m),
        "support_": (m,),
    }
    arrays |= {"intercept_": (1,), "_intercept_": (1,), "_n_support": (2,), "_probA": (0,), "_probB": (0,)}
    shapes = all(getattr(machine, name).shape == shape for name, shape in arrays.items())
    number = machine._n_support
    counted = shapes and bool((number > 0).all()) and int(number.sum()) == m
    plain = machine.kernel == "rbf" and machine._sparse is False and machine.n_features_in_ == features
    plain = plain and list(machine.classes_) == [0, 1] and machine.decision_function_shape == "ovr"
    return bool(counted and plain and np.isfinite(machine.support_vectors_).all() and machine._gamma > 0)


def _tree(estimator: Any, features: int, kind: Any, classes: int) -> bool:
    if type(estimator) is not kind:
        return False
    tree = estimator.tree_
    if not 0 < tree.node_count <= tree.capacity or (tree.n_outputs, tree.max_n_classes) != (1, classes):
        return False
    left, right, place = tree.children_left, tree.children_right, np.arange(tree.node_count)
    inner = left != -1
    # Children come after their parent: no walk can leave the tree or go in circles.
    inside = [(child > place) & (child < tree.node_count) for child in (left, right)]
    known = (tree.feature >= 0) & (tree.feature < features)
    return bool((inside[0] & inside[1] & known)[inner].all() and np.isfinite(tree.value).all())


CHECKS = {
    RandomForestClassifier: _forest,
    GradientBoostingClassifier: _boosting,
    LogisticRegression: _logistic,
    CalibratedClassifierCV: _calibrated,
}
