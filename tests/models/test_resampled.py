"""The kept models against the pipelines themselves, fitted again one by one."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist, squareform

from core.errors import BundleError, ModelError
from core.models import inputs
from core.models.domain import fit_domain, measure
from core.models.influence import component_changes, contributions
from core.models.neighbours import nearest
from core.models.resampled import Resampled, score
from core.models.selection import make_forest, make_pipeline
from core.models.signature import SignatureFit, fit_signature, make_splits
from tests.models.conftest import FOREST, RESAMPLING, SELECTION, simulate


@pytest.fixture(scope="module", params=["leak_free", "published"])
def kept(request, cohort) -> tuple[str, SignatureFit]:
    return request.param, fit_signature(
        *cohort, SELECTION, FOREST, RESAMPLING, request.param, keep_models=True
    )


@pytest.fixture(scope="module")
def new() -> pd.DataFrame:
    return simulate(9)[0]


def brute_force(preset: str, fit: SignatureFit, cohort, new: pd.DataFrame) -> np.ndarray:
    X, y = cohort
    target = inputs.outcome(X, y)
    columns = []
    for _, train, _ in make_splits(X.index, target, RESAMPLING):
        if preset == "published":
            before = fit.model[:-1]
            forest = make_forest(FOREST).fit(before.transform(X)[train], target[train])
            columns.append(forest.predict_proba(before.transform(new))[:, 1])
        else:
            model = make_pipeline(SELECTION, FOREST).fit(X.iloc[train], target[train])
            columns.append(model.predict_proba(new)[:, 1])
    return np.column_stack(columns)


def test_each_kept_model_scores_as_its_pipeline(kept, cohort, new) -> None:
    preset, fit = kept
    assert fit.resampled.models == RESAMPLING.folds * RESAMPLING.repeats
    np.testing.assert_allclose(score(fit.resampled, new), brute_force(preset, fit, cohort, new), atol=1e-6)
    shuffled = new[new.columns[::-1]].assign(extra="text")
    np.testing.assert_array_equal(score(fit.resampled, shuffled), score(fit.resampled, new))


def test_keeping_models_changes_nothing_else(kept, cohort) -> None:
    preset, fit = kept
    plain = fit_signature(*cohort, SELECTION, FOREST, RESAMPLING, preset)
    assert plain.resampled is None
    for name in ("out_of_fold", "per_repeat", "apparent", "components", "medians"):
        assert getattr(plain, name).equals(getattr(fit, name)), name


def test_round_trip_through_frames(kept, new) -> None:
    fit = kept[1]
    back = Resampled.from_frames(fit.resampled.to_frames())
    np.testing.assert_array_equal(score(back, new), score(fit.resampled, new))
    with pytest.raises(ModelError, match="FEATURES-MISSING"):
        score(back, new.drop(columns="f3"))


def _set(frame: str, column: str, row: int, value: object):
    def change(frames: dict[str, pd.DataFrame]) -> None:
        frames[frame].loc[frames[frame].index[row], column] = value

    return change


def _drop(frame: str, column: str):
    def change(frames: dict[str, pd.DataFrame]) -> None:
        frames[frame] = frames[frame].drop(columns=column)

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("nodes", "left", 0, 0), _set("nodes", "left", 0, 10**6), _set("nodes", "right", 0, -7),
        _set("nodes", "feature", 0, 99), _set("nodes", "feature", 0, -1),
        _set("nodes", "threshold", 0, np.nan),
        _set("nodes", "model", -1, 50), _set("nodes", "model", 0, 3), _set("loadings", "model", 0, 5),
        _set("loadings", "f3", 0, np.inf), _set("features", "scale", 0, 0.0), _drop("loadings", "f3"),
        _drop("nodes", "value"), _drop("features", "centre"), lambda frames: frames.pop("nodes"),
        lambda frames: frames.update(nodes=frames["nodes"].iloc[:0]),
    ],
)  # fmt: skip
def test_frames_that_do_not_fit_together_are_refused(kept, change) -> None:
    frames = {name: frame.copy() for name, frame in kept[1].resampled.to_frames().items()}
    frames["loadings"] = frames["loadings"].astype({"f3": float, "model": int})
    frames["nodes"] = frames["nodes"].astype(float)
    change(frames)
    with pytest.raises(BundleError, match="BUNDLE-RESAMPLED"):
        Resampled.from_frames(frames)


def test_nearest_patients_are_those_of_the_domain(cohort) -> None:
    X, y = cohort
    domain, training = fit_domain(X), pd.DataFrame({"lnm": y.to_numpy(), "DLRN": np.linspace(0, 1, len(y))})
    found = nearest(domain, training, X.iloc[7], n=len(X))
    expected = squareform(pdist(domain.training))[7] / np.sqrt(domain.training.shape[1])
    np.testing.assert_allclose(found["distance"], np.sort(expected), atol=1e-12)
    assert found.loc[0, "DLRN"] == training.loc[7, "DLRN"]
    assert list(found["rank"]) == list(range(1, len(X) + 1))
    row = simulate(9)[0].iloc[0]
    five = nearest(domain, training, row)
    assert five["distance"].mean() == pytest.approx(measure(domain, row.to_frame().T)["distance"].iloc[0])
    assert not set(five.columns) & {"patient"}


def test_contributions_of_a_component_add_up_to_its_change(fit, cohort, new) -> None:
    row = new.iloc[2]
    table = row.to_frame().T
    components = fit.model[:-1].transform(table)[0]
    np.testing.assert_allclose(fit.medians, np.median(fit.model[:-1].transform(cohort[0]), axis=0))
    changes = []
    for k in range(len(components)):
        instead = components.copy()
        instead[k] = fit.medians.iloc[k]
        pair = fit.model["forest"].predict_proba([components, instead])[:, 1]
        changes.append(pair[0] - pair[1])
    np.testing.assert_allclose(component_changes(fit.model["forest"], components, fit.medians), changes)
    found = contributions(fit.model, fit.medians, row)
    assert found["contribution"].sum() == pytest.approx(sum(changes))
    assert found["contribution"].abs().is_monotonic_decreasing
    assert found.set_index("feature").loc["f29", "contribution"] == 0  # constant in training


def test_a_case_at_every_median_is_pushed_by_nothing(fit, cohort) -> None:
    scale, pca = fit.model["scale"], fit.model["pca"]
    z = fit.medians.to_numpy() @ pca.components_[fit.model["relief"].get_support()] + pca.mean_
    row = pd.Series(z * scale.scale_ + scale.mean_, index=cohort[0].columns)
    found = contributions(fit.model, fit.medians, row)
    assert found["contribution"].abs().max() < 1e-12
