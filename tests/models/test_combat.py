"""ComBat against neuroCombat's stored values; what it leaves alone; what it cannot learn."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from core.errors import BundleError, ModelError
from core.models.combat import Harmony, fit_combat

DATA = Path(__file__).resolve().parents[1] / "data" / "combat"


def fitted(values: np.ndarray, batch: list) -> Harmony:
    return fit_combat(values, np.array(batch, object), tuple(f"f{i}" for i in range(values.shape[1])))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(DATA / "table.csv")


@pytest.fixture(scope="module")
def harmony(table) -> Harmony:
    return fitted(table.drop(columns="batch").to_numpy(), list(table["batch"]))


def test_equal_to_neurocombat(table, harmony) -> None:
    found = harmony.apply(table.drop(columns="batch").to_numpy(), table["batch"].to_numpy(object))
    np.testing.assert_allclose(found, pd.read_csv(DATA / "combat.csv"), rtol=1e-9)
    np.testing.assert_allclose(found, pd.read_csv(DATA / "combat_default.csv"), rtol=1e-5)


def test_new_patients_are_moved_as_by_neurocombat(harmony) -> None:
    new = pd.read_csv(DATA / "new.csv")
    found = harmony.frame(new, new["batch"].to_numpy(object))
    np.testing.assert_allclose(found, new[[f"{name}_after" for name in found]], rtol=1e-9)


def two_scanners(seed: int, n: int = 60, p: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Rows of two scanners in turn; the second measures every feature higher and half again as wide."""
    rng = np.random.default_rng(seed)
    values, second = rng.normal(size=(n, p)), np.arange(n) % 2 == 1
    values[second] = 2 + 1.5 * values[second]
    return values, np.where(second, "B", "A").astype(object)


def test_a_planted_shift_is_gone_in_rows_that_were_not_learned_from() -> None:
    (values, batch), (later, of) = two_scanners(1), two_scanners(2, n=200)
    found = fitted(values, list(batch)).apply(later, of)
    before = mannwhitneyu(later[of == "A"], later[of == "B"], axis=0).pvalue
    after = mannwhitneyu(found[of == "A"], found[of == "B"], axis=0).pvalue
    assert (before < 1e-6).all()
    assert (after < 0.05).mean() < 0.2
    spread = found[of == "B"].std(axis=0) / found[of == "A"].std(axis=0)
    assert np.median(spread) == pytest.approx(1, abs=0.1)


@given(st.integers(0, 10**6), st.integers(2, 4), st.integers(4, 12))
@settings(max_examples=40, deadline=None)
def test_units_do_not_matter(seed: int, batches: int, p: int) -> None:
    rng = np.random.default_rng(seed)
    batch = [f"b{i % batches}" for i in range(8 * batches)]
    values = rng.normal(size=(len(batch), p)) + rng.normal(size=(batches, p))[[int(b[1]) for b in batch]]
    size, origin = np.exp(3 * rng.normal(size=p)), rng.normal(size=p)
    plain = fitted(values, batch).apply(values, np.array(batch, object))
    moved = fitted(values * size + origin, batch).apply(values * size + origin, np.array(batch, object))
    np.testing.assert_allclose(moved, plain * size + origin, rtol=1e-6, atol=1e-7 * size.max())


def test_the_mean_over_all_rows_stays() -> None:
    values, batch = two_scanners(3)
    found = fitted(values, list(batch)).apply(values, batch)
    np.testing.assert_allclose(found.mean(axis=0), values.mean(axis=0), atol=0.12)


def test_rows_of_an_unknown_or_a_single_batch_stay_to_the_bit_and_teach_nothing() -> None:
    values, batch = two_scanners(4)
    known = fitted(values, list(batch))
    more = np.vstack([values, np.full((2, 40), 1e3)])
    found = fitted(more, [*batch, "C", None])
    assert found.batches == ("A", "B")
    np.testing.assert_allclose(found.slopes, known.slopes, rtol=1e-9)
    moved = found.apply(more, np.array([*batch[:-1], "D", "C", None], object))
    np.testing.assert_array_equal(moved[-3:], more[-3:])
    assert not (moved[0] == more[0]).any()


def test_a_feature_that_does_not_vary_stays() -> None:
    values, batch = two_scanners(5)
    values[:, 0], values[:, 1] = 0.1, np.where(batch == "A", 3.0, 5.0)
    found = fitted(values, list(batch)).apply(values, batch)
    np.testing.assert_array_equal(found[:, :2], values[:, :2])
    assert np.isfinite(found).all()


@pytest.mark.parametrize("batch", [["A"] * 6, ["A"] * 5 + ["B"], list("ABCDEF"), [None] * 6])
def test_too_few_batches_are_named(batch: list) -> None:
    with pytest.raises(ModelError, match="COMBAT-BATCHES"):
        fitted(np.random.default_rng(0).normal(size=(6, 4)), batch)


def test_one_feature_has_nothing_to_share() -> None:
    with pytest.raises(ModelError, match="COMBAT-FEATURES"):
        fitted(np.random.default_rng(0).normal(size=(6, 1)), list("AAABBB"))


def test_a_batch_of_one_patient_twice_is_named() -> None:
    values, batch = two_scanners(6)
    with pytest.raises(ModelError, match=r"COMBAT-ALIKE.*2 of C"):
        fitted(np.vstack([values, values[:1], values[:1]]), [*batch, "C", "C"])


def test_a_feature_that_one_scanner_rounds_away_is_still_moved() -> None:
    values, batch = two_scanners(7)
    values[batch == "B", 0] = 3.0
    found = fitted(values, list(batch))
    assert np.isfinite(found.slopes).all() and (found.slopes > 0).all()
    moved = found.apply(values, batch)[:, 0]
    assert abs(moved[batch == "B"][0] - moved[batch == "A"].mean()) < 1


def test_round_trip_through_a_frame(harmony) -> None:
    back = Harmony.from_frame(harmony.to_frame())
    assert (back.batches, back.features) == (harmony.batches, harmony.features)
    np.testing.assert_array_equal(back.slopes, harmony.slopes)
    np.testing.assert_array_equal(back.offsets, harmony.offsets)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.drop(columns="part"),
        lambda t: t[t["part"] == "slope"],
        lambda t: t.assign(f0=np.nan),
        lambda t: t.assign(f0=-1.0),
        lambda t: t.assign(f0="text"),
        lambda t: t.assign(batch="GE"),
        lambda t: t.iloc[1:],
    ],
)
def test_other_frames_are_refused(harmony, change) -> None:
    with pytest.raises(BundleError, match="BUNDLE-COMBAT"):
        Harmony.from_frame(change(harmony.to_frame()))
