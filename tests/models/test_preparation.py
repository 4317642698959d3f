"""Features chosen by ICC and ComBat inside the folds, against every fold fitted again by hand."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from core.errors import ModelError
from core.features.reproducible import reproducible
from core.models import inputs
from core.models.combat import fit_combat
from core.models.held_out import held_out
from core.models.preparation import Metadata, Preparation
from core.models.resampled import Resampled, score
from core.models.selection import make_forest, make_pipeline
from core.models.signature import fit_signature, make_splits, predict
from core.models.tuning.choice import choose
from core.models.tuning.probabilities import probabilities
from tests.models.conftest import FOREST, RESAMPLING, SELECTION, simulate

SCANNERS = ("GE", "Philips", "Siemens")


def scanned(seed: int, n: int = 60) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """A cohort of three scanners, each with its own shift and spread; one patient's is not known."""
    X, y = simulate(seed, n)
    rng = np.random.default_rng(seed + 1)
    batch = pd.Series(rng.choice(SCANNERS, n, p=[0.5, 0.2, 0.3]), index=X.index, dtype=object)
    for k, name in enumerate(SCANNERS):
        X[batch == name] = X[batch == name] * (1 + k / 2) + rng.normal(0, 2, X.shape[1])
    batch.iloc[5] = None
    return X, y, batch


def contours(X: pd.DataFrame, seed: int = 3) -> pd.DataFrame:
    """Three readings of every second patient; the less a feature is to be trusted the higher its number."""
    rng = np.random.default_rng(seed)
    read = X.iloc[::2]
    noise = np.linspace(0.01, 2.5, X.shape[1]) * read.std().to_numpy()
    index = pd.MultiIndex.from_product([read.index, list("abc")], names=["patient", "reading"])
    values = np.repeat(read.to_numpy(), 3, axis=0) + rng.normal(size=(len(index), X.shape[1])) * noise
    return pd.DataFrame(values, index=index, columns=X.columns)


X, Y, BATCH = scanned(1)
READS = partial(reproducible, contours(X), least=0.6)
CASES = {
    "ICC": Metadata(reproducible=READS),
    "ComBat": Metadata(batch=BATCH),
    "both": Metadata(READS, BATCH),
}
WITH_ICC = replace(SELECTION, min_icc=0.6)


def selection(name: str):
    return SELECTION if name == "ComBat" else WITH_ICC


def by_hand(metadata: Metadata, train: np.ndarray, table: pd.DataFrame, batch: pd.Series) -> pd.DataFrame:
    """Features of ``table`` as a fold with these training rows prepares them."""
    names = list(X.columns) if metadata.reproducible is None else metadata.reproducible(X.index[train])
    if metadata.batch is None:
        return table[names]
    part = X[names].iloc[train]
    harmony = fit_combat(part.to_numpy(), metadata.batch.iloc[train].to_numpy(object), tuple(names))
    return harmony.frame(table, batch.to_numpy(object))


@pytest.fixture(scope="module", params=CASES)
def case(request):
    metadata = CASES[request.param]
    fit = fit_signature(
        X, Y, selection(request.param), FOREST, RESAMPLING, keep_models=True, metadata=metadata
    )
    return request.param, metadata, fit


def test_every_fold_learns_from_its_own_training_rows(case) -> None:
    name, metadata, fit = case
    target, sizes = inputs.outcome(X, Y), []
    expected = np.full((len(X), RESAMPLING.repeats), np.nan)
    for repeat, train, test in make_splits(X.index, target, RESAMPLING):
        ready = by_hand(metadata, train, X, BATCH)
        model = make_pipeline(SELECTION, FOREST).fit(ready.to_numpy()[train], target[train])
        expected[test, repeat] = model.predict_proba(ready.to_numpy()[test])[:, 1]
        sizes.append(ready.shape[1])
    np.testing.assert_array_equal(fit.per_repeat, expected)
    assert fit.features == tuple(sizes)
    assert name == "ComBat" or len(set(sizes)) > 1  # else the folds could as well share one choice


def test_the_refit_learns_from_all(case) -> None:
    _, metadata, fit = case
    ready = by_hand(metadata, np.arange(len(X)), X, BATCH)
    model = make_pipeline(SELECTION, FOREST).fit(ready, Y)
    np.testing.assert_array_equal(fit.apparent, model.predict_proba(ready)[:, 1])
    assert list(fit.model.feature_names_in_) == list(ready.columns)
    again = predict(fit.model, X[X.columns[::-1]], fit.harmony, BATCH.to_numpy(object))
    np.testing.assert_array_equal(again, fit.apparent)


def test_a_new_patient_of_an_unseen_scanner_stays_as_measured(case) -> None:
    name, _, fit = case
    if fit.harmony is None:
        return
    other = predict(fit.model, X, fit.harmony, np.full(len(X), "Canon", object))
    np.testing.assert_array_equal(other, predict(fit.model, X))
    assert not other.equals(fit.apparent.rename("probability"))


def test_each_kept_model_scores_as_its_fold(case) -> None:
    _, metadata, fit = case
    new, _, batch = scanned(9, 30)
    batch.iloc[:3] = "Canon"
    columns = []
    for _, train, _ in make_splits(X.index, inputs.outcome(X, Y), RESAMPLING):
        known, later = by_hand(metadata, train, X, BATCH).iloc[train], by_hand(metadata, train, new, batch)
        model = make_pipeline(SELECTION, FOREST).fit(known, Y.iloc[train])
        columns.append(model.predict_proba(later)[:, 1])
    of = batch.to_numpy(object)
    np.testing.assert_allclose(score(fit.resampled, new, of), np.column_stack(columns), atol=1e-6)
    back = Resampled.from_frames(fit.resampled.to_frames())
    np.testing.assert_array_equal(score(back, new, of), score(fit.resampled, new, of))


def test_tuning_gives_what_the_signature_gives(case) -> None:
    name, metadata, _ = case
    once = replace(RESAMPLING, repeats=1)
    for components in (None, 9, 0.8):
        chosen = replace(selection(name), components=components)
        tuned = probabilities(choose(X, Y, chosen, RESAMPLING, metadata=metadata), chosen, FOREST)
        fit = fit_signature(X, Y, chosen, FOREST, once, metadata=metadata)
        pd.testing.assert_series_equal(tuned, fit.out_of_fold, check_exact=True)


@pytest.mark.parametrize("preset", ["leak_free", "published"])
def test_workers_do_not_matter(case, preset) -> None:
    name, metadata, _ = case
    one, two = (
        fit_signature(
            X, Y, selection(name), FOREST, RESAMPLING, preset, workers=w, metadata=metadata, keep_models=True
        )
        for w in (1, 2)
    )
    assert one.per_repeat.equals(two.per_repeat)
    for first, second in zip(
        one.resampled.to_frames().values(), two.resampled.to_frames().values(), strict=True
    ):
        pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_published_prepares_once_on_all(case) -> None:
    name, metadata, _ = case
    fit = fit_signature(
        X, Y, selection(name), FOREST, RESAMPLING, "published", metadata=metadata, keep_models=True
    )
    target = inputs.outcome(X, Y)
    ready = fit.model[:-1].transform(by_hand(metadata, np.arange(len(X)), X, BATCH))
    for number, (repeat, train, test) in enumerate(make_splits(X.index, target, RESAMPLING)):
        forest = make_forest(FOREST).fit(ready[train], target[train])
        expected = forest.predict_proba(ready[test])[:, 1]
        np.testing.assert_array_equal(fit.per_repeat.to_numpy()[test, repeat], expected)
        kept = score(fit.resampled, X.iloc[test], BATCH.iloc[test].to_numpy(object))[:, number]
        np.testing.assert_allclose(kept, expected, atol=1e-6)


def test_held_out_rows_teach_nothing(case) -> None:
    _, metadata, _ = case
    rng = np.random.default_rng(0)
    train, test = np.arange(40), np.arange(40, 60)
    before = Preparation.of(X, metadata).split(X.to_numpy(), train, test)
    changed = X.copy()
    changed.iloc[40:] = rng.normal(size=(20, X.shape[1])) * 1e3
    others = BATCH.copy()
    others.iloc[40:] = rng.choice(["GE", "Canon"], 20)
    reads = contours(X)
    reads.loc[reads.index.get_level_values("patient").isin(X.index[test])] = 7.0
    told = Metadata(
        metadata.reproducible and partial(reproducible, reads, least=0.6),
        None if metadata.batch is None else others,
    )
    after = Preparation.of(changed, told).split(changed.to_numpy(), train, test)
    np.testing.assert_array_equal(before[0], after[0])
    np.testing.assert_array_equal(before[2].columns, after[2].columns)
    if metadata.batch is not None:
        np.testing.assert_array_equal(before[2].harmony.slopes, after[2].harmony.slopes)
        np.testing.assert_array_equal(before[2].harmony.offsets, after[2].harmony.offsets)


def test_held_out_is_each_row_by_the_fold_that_left_it_out(case) -> None:
    _, metadata, _ = case
    found = held_out(X, Y, RESAMPLING, metadata)
    for _, train, test in make_splits(X.index, inputs.outcome(X, Y), replace(RESAMPLING, repeats=1)):
        expected = by_hand(metadata, train, X, BATCH).iloc[test].reindex(columns=X.columns)
        pd.testing.assert_frame_equal(found.iloc[test], expected, check_exact=True)


def test_without_metadata_nothing_is_prepared() -> None:
    plain = Preparation.of(X, Metadata())
    table, learned = plain.whole(X)
    assert table is X and learned.columns is None and learned.harmony is None


def test_pure_noise_with_scanners_is_worth_nothing() -> None:
    areas = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        table, y = simulate(seed, n=48, p=60, signal=0)
        batch = pd.Series(rng.choice(["A", "B"], 48), index=table.index, dtype=object)
        table[batch == "B"] += 3
        fit = fit_signature(
            table, y, SELECTION, FOREST, replace(RESAMPLING, repeats=1), metadata=Metadata(batch=batch)
        )
        areas.append(roc_auc_score(y, fit.out_of_fold))
    assert 0.42 <= np.mean(areas) <= 0.58


def test_a_least_icc_without_readings_is_named() -> None:
    with pytest.raises(ModelError, match="ICC-READINGS"):
        fit_signature(X, Y, WITH_ICC, FOREST, RESAMPLING)
    with pytest.raises(ModelError, match="ICC-READINGS"):
        choose(X, Y, WITH_ICC, RESAMPLING)


def test_a_fold_that_cannot_learn_its_batches_is_named() -> None:
    rare = pd.Series(["GE"] * 58 + ["Siemens"] * 2, index=X.index, dtype=object)
    with pytest.raises(ModelError, match=r"COMBAT-BATCHES.*GE \d+, Siemens 1|COMBAT-BATCHES.*GE \d+"):
        fit_signature(X, Y, SELECTION, FOREST, RESAMPLING, metadata=Metadata(batch=rare))
