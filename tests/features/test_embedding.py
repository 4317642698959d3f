"""The map of patients against the decomposition itself, and against umap-learn called directly."""

import numpy as np
import pandas as pd
import pytest

from core.errors import TableError
from core.features.embedding import FEWEST, pca, umap
from core.settings import EmbeddingSettings


@pytest.fixture(scope="module")
def features() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    values = rng.normal(size=(40, 3)) @ rng.normal(size=(3, 60)) + 0.3 * rng.normal(size=(40, 60))
    values[:20] += 2
    table = pd.DataFrame(values * 10.0 ** rng.integers(-6, 6, 60), index=[f"P{k:02d}" for k in range(40)])
    table["constant"], table["hole"] = 1.0, table[0].where(table[0] > table[0].min())
    return table.rename(columns=str)


def scaled(features: pd.DataFrame) -> np.ndarray:
    used = features.drop(columns=["constant", "hole"]).to_numpy()
    return (used - used.mean(axis=0)) / used.std(axis=0, ddof=1)


def test_pca_is_the_singular_value_decomposition(features: pd.DataFrame) -> None:
    found = pca(features)
    left, singular, _ = np.linalg.svd(scaled(features), full_matrices=False)
    scores = left[:, :2] * singular[:2]
    signs = np.sign((scores * found.points.to_numpy()).sum(axis=0))
    np.testing.assert_allclose(found.points.to_numpy(), scores * signs, atol=1e-9)
    np.testing.assert_allclose(found.variance, (singular**2 / (singular**2).sum())[:2])
    assert list(found.points.index) == list(features.index)
    assert found.features == 60


def test_umap_is_umap_learns_and_seeded(features: pd.DataFrame) -> None:
    from umap import UMAP

    settings = EmbeddingSettings()
    found = umap(features, settings)
    wanted = UMAP(n_neighbors=15, min_dist=0.1, random_state=settings.seed, n_jobs=1)
    np.testing.assert_array_equal(found.points.to_numpy(), wanted.fit_transform(scaled(features)))
    assert umap(features, settings).points.equals(found.points)
    assert not umap(features, EmbeddingSettings(seed=1)).points.equals(found.points)
    assert found.variance is None


def test_umap_keeps_two_groups_apart(features: pd.DataFrame) -> None:
    apart = features.copy()
    apart.iloc[:20] += 50 * features.std()
    points = umap(apart, EmbeddingSettings()).points.to_numpy()
    first, second = points[:20], points[20:]
    spread = max(np.ptp(first, axis=0).max(), np.ptp(second, axis=0).max())
    assert np.linalg.norm(first.mean(axis=0) - second.mean(axis=0)) > spread


@pytest.mark.parametrize("n", [FEWEST, FEWEST + 1, 8])
def test_few_patients_have_a_map_too(features: pd.DataFrame, n: int) -> None:
    for found in (pca(features.head(n)), umap(features.head(n), EmbeddingSettings())):
        assert found.points.shape == (n, 2)
        assert np.isfinite(found.points.to_numpy()).all()


def test_too_few_are_one_clear_error(features: pd.DataFrame) -> None:
    for table in (features.head(FEWEST - 1), features[["constant", "3"]]):
        with pytest.raises(TableError, match="EMBED-FEW"):
            pca(table)
