import numpy as np
import pandas as pd
import pytest

from core.errors import BundleError, ModelError
from core.models.domain import Domain, fit_domain, measure, strangest


def _radiomics(rng: np.random.Generator, n: int, loadings: np.ndarray, power: np.ndarray) -> pd.DataFrame:
    """Correlated features, some with tails over many powers of ten, some constant."""
    score = rng.normal(size=(n, len(loadings))) @ loadings + 0.5 * rng.normal(size=(n, loadings.shape[1]))
    values = np.where(power > 0, np.sign(score) * np.expm1(np.abs(score) * power), 0.1)
    return pd.DataFrame(values).add_prefix("f")


def _study(seed: int, p: int = 200):
    rng = np.random.default_rng(seed)
    loadings, power = rng.normal(size=(10, p)) / 3, rng.choice([0, 0.3, 1, 3, 5], p)
    return rng, loadings, power


def test_exchangeable_patients_are_inside_in_spite_of_heavy_tails() -> None:
    shares = []
    for seed in range(10):
        study = _study(seed)
        domain = fit_domain(_radiomics(study[0], 88, *study[1:]))
        shares.append(measure(domain, _radiomics(study[0], 57, *study[1:]))["inside"].mean())
    assert np.mean(shares) >= 0.95
    assert np.mean(np.array(shares) >= 0.9) >= 0.9


def test_foreign_cases_are_outside() -> None:
    rng, loadings, power = _study(1, p=600)
    domain = fit_domain(_radiomics(rng, 88, loadings, power))
    other = _radiomics(rng, 10, rng.permuted(loadings, axis=1) * 2.5, power)
    found = measure(domain, other)
    assert not found["inside"].any()
    assert (found["percentile"] == 100).all()
    assert (found["share_outside_range"] > 0.1).all()


def test_a_foreign_case_along_a_direction_without_training_variance_is_outside() -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(30, 3)) @ rng.normal(size=(3, 50)))
    X.columns = [f"f{i}" for i in range(50)]
    case = X.iloc[[0]] + 40 * np.resize([1, -1], 50)
    assert not measure(fit_domain(X), case)["inside"].iloc[0]


def test_distance_by_its_definition() -> None:
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(20, 4)), columns=list("abcd"))
    domain = fit_domain(X)

    def scaled(rows: pd.DataFrame, training: pd.DataFrame) -> np.ndarray:
        low, middle, high = (training.quantile(q) for q in (0.25, 0.5, 0.75))
        return np.arcsinh((rows - middle) / ((high - low) / 1.349)).to_numpy()

    def nearest(row: pd.DataFrame, training: pd.DataFrame) -> float:
        apart = scaled(training, training) - scaled(row, training)
        return np.mean(sorted(np.sqrt((apart**2).mean(axis=1)))[:5])

    own = [nearest(X.iloc[[i]], X.drop(index=i)) for i in range(20)]
    assert domain.distances == pytest.approx(np.sort(own))
    first = measure(domain, X.iloc[[0]]).iloc[0]
    assert first["distance"] == pytest.approx(nearest(X.iloc[[0]], X))
    assert first["share_outside_range"] == 0


def test_strangest_features_are_named_with_their_range() -> None:
    X = pd.DataFrame({"a": np.arange(10.0), "b": np.arange(10.0), "c": 2.0, "d": np.arange(10.0)})
    row = pd.Series({"d": 5.0, "c": 2.5, "b": 108.0, "a": -1.0})
    found = strangest(fit_domain(X), row)
    assert list(found["feature"]) == ["b", "c", "a"]
    assert found.iloc[0].drop("feature").to_dict() == {"value": 108, "low": 0, "high": 9, "excess": 11}
    assert list(strangest(fit_domain(X), row, n=1)["feature"]) == ["b"]
    assert strangest(fit_domain(X), X.iloc[4]).empty
    assert measure(fit_domain(X), row.to_frame().T)["share_outside_range"].iloc[0] == 0.75


def test_frames_bring_back_the_same_domain(cohort) -> None:
    X, _ = cohort
    domain = fit_domain(X)
    back = Domain.from_frames(domain.to_frames())
    assert measure(back, X).equals(measure(domain, X))
    assert not any(
        str(patient) in str(frame.to_dict()) for patient in X.index for frame in back.to_frames().values()
    )


@pytest.mark.parametrize(
    "damage", [{"features": pd.DataFrame({"feature": ["f0"]})}, {"limits": pd.DataFrame()}]
)
def test_damaged_frames(cohort, damage) -> None:
    with pytest.raises(BundleError, match="BUNDLE-DOMAIN"):
        Domain.from_frames(fit_domain(cohort[0]).to_frames() | damage)


def test_bad_input_is_named(cohort) -> None:
    X, _ = cohort
    with pytest.raises(ModelError, match="DOMAIN-FEW"):
        fit_domain(X.iloc[:2])
    with pytest.raises(ModelError, match="FEATURES-MISSING"):
        measure(fit_domain(X), X.drop(columns="f1"))
    assert measure(fit_domain(X.iloc[:4]), X)["distance"].notna().all()
