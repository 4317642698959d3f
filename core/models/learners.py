"""Learners of a signature besides the random forest: logistic regression, SVM, gradient boosting."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import SVC

from core.errors import ModelError
from core.settings import Classifier, LearnerSettings

PLATT = 3  # inner folds of the SVM's calibration


def other_learner(learner: LearnerSettings) -> Any:
    """The classifier that a study chose instead of the forest; seeded, one thread. Not for "forest".

    Logistic regression with an L2 penalty; support vector classifier with an RBF kernel, whose
    probabilities are Platt's, by 3-fold cross-validation within the patients that it is given; gradient
    boosting of trees on the log-loss. Classes are balanced but for boosting, which has no such option.
    """
    if learner.name == "logistic":
        return LogisticRegression(
            C=learner.c, class_weight="balanced", solver="newton-cholesky", max_iter=1000
        )
    if learner.name == "svm":
        machine = SVC(C=learner.c, kernel="rbf", gamma="scale", class_weight="balanced")
        folds = StratifiedKFold(PLATT, shuffle=True, random_state=learner.seed)
        return CalibratedClassifierCV(machine, method="sigmoid", ensemble=False, cv=folds)
    if learner.name == "boosting":
        return GradientBoostingClassifier(
            n_estimators=learner.rounds,
            learning_rate=learner.rate,
            max_depth=learner.depth,
            random_state=learner.seed,
        )
    raise ValueError("settings of the forest are ForestSettings")


def is_turned(fitted: Any) -> bool:
    """Whether Platt's slope turns an SVM's ranking round: its own inner folds then did worse than chance."""
    if not isinstance(fitted, CalibratedClassifierCV):
        return False
    return bool(fitted.calibrated_classifiers_[0].calibrators[0].a_ > 0)


def check_learner(classifier: Classifier, parts: list[NDArray[np.int64]]) -> None:
    """Raise ModelError (LEARNER-FEW) where a training part, outcomes 0 and 1, is too small to learn from."""
    if not isinstance(classifier, LearnerSettings) or classifier.name != "svm":
        return
    fewest = min(int(np.bincount(part, minlength=2).min()) for part in parts)
    if fewest < PLATT:
        expected = f"At least {PLATT} training patients of each outcome in every fold to calibrate the SVM"
        raise ModelError("LEARNER-FEW", expected, f"{fewest}", "Choose another learner, or add patients.")
