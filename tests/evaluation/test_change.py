import numpy as np
import pytest
from sklearn.metrics import accuracy_score, recall_score, roc_auc_score

from core.errors import ModelError
from core.evaluation.change import BEFORE, NOW, change
from core.evaluation.roc import delong


def _simulated(seed: int = 2, n: int = 60):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 2)
    return y, *(np.clip(0.5 + 0.2 * (y - 0.5) + rng.normal(0, 0.2, n), 0, 1) for _ in range(2))


def test_each_version_has_its_own_auc_and_cut_off() -> None:
    y, now, before = _simulated()
    found = change(y, now, before)
    rows = found.metrics.set_index("model")
    for name, p in ((NOW, now), (BEFORE, before)):
        assert rows.loc[name, "auc"] == pytest.approx(roc_auc_score(y, p))
        called = (p >= rows.loc[name, "threshold"]).astype(int)
        assert rows.loc[name, "accuracy"] == pytest.approx(accuracy_score(y, called))
        assert rows.loc[name, "sensitivity"] == pytest.approx(recall_score(y, called))
        curve = found.roc[found.roc["model"] == name]
        assert np.trapezoid(curve["tpr"][::-1], curve["fpr"][::-1]) == pytest.approx(rows.loc[name, "auc"])


def test_a_gain_is_positive_and_no_change_is_none() -> None:
    y, now, before = _simulated()
    better = np.clip(now + 0.3 * (y - 0.5), 0, 1)
    assert change(y, better, before).difference.difference > 0
    assert change(y, now, before).difference == delong(y, now, before)
    none = change(y, now, now).difference
    assert (none.difference, none.low, none.high, none.p) == (0, 0, 0, 1)


def test_one_class_is_said() -> None:
    _, now, before = _simulated()
    with pytest.raises(ModelError, match="EVAL-ONE-CLASS"):
        change(np.zeros(60), now, before)
