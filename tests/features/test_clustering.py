import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import linkage, optimal_leaf_ordering, to_tree
from scipy.spatial.distance import squareform

from core.features.clustering import clustered


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    values = rng.normal(size=(23, 3)) @ rng.normal(size=(3, 11)) + 0.4 * rng.normal(size=(23, 11))
    return pd.DataFrame(
        values * 10 + 3, index=[f"P{k}" for k in range(23)], columns=[f"f{k}" for k in range(11)]
    )


def order_of(values: np.ndarray) -> list[int]:
    """Leaves by scipy from the correlation matrix itself."""
    distances = squareform(1 - np.corrcoef(values), checks=False)
    return to_tree(optimal_leaf_ordering(linkage(distances, "average"), distances)).pre_order()


def test_both_orders_are_scipys(table: pd.DataFrame) -> None:
    z = ((table - table.mean()) / table.std()).to_numpy()
    found = clustered(table)
    expected = table.iloc[order_of(z), order_of(z.T)]
    assert list(found.z.index) == list(expected.index)
    assert list(found.z.columns) == list(expected.columns)
    np.testing.assert_allclose(found.z, z[np.ix_(order_of(z), order_of(z.T))])


def test_trees_stand_on_the_places_of_the_order(table: pd.DataFrame) -> None:
    found = clustered(table)
    for tree, size in ((found.patients, 23), (found.features, 11)):
        assert tree is not None
        feet = tree.x[:, [0, 3]][tree.height[:, [0, 3]] == 0]
        assert sorted(feet) == list(range(size))


def test_within_groups_the_clustered_order_stays(table: pd.DataFrame) -> None:
    groups = pd.Series(np.arange(23) % 2, index=table.index)
    free, grouped = clustered(table), clustered(table, groups)
    assert list(groups[grouped.z.index]) == sorted(groups)
    for label in (0, 1):
        wanted = [p for p in free.z.index if groups[p] == label]
        assert [p for p in grouped.z.index if groups[p] == label] == wanted
    assert grouped.patients is None


@pytest.mark.parametrize(("rows", "columns"), [(2, 11), (23, 1), (23, 2), (1, 1), (3, 3)])
def test_little_data_is_shown_as_it_stands(table: pd.DataFrame, rows: int, columns: int) -> None:
    found = clustered(table.iloc[:rows, :columns])
    assert sorted(found.z.columns) == (sorted(table.columns[:columns]) if rows > 1 else [])
    assert sorted(found.z.index) == sorted(table.index[:rows])


def test_features_that_do_not_vary_are_left_out(table: pd.DataFrame) -> None:
    found = clustered(table.assign(same=2.0, hole=table["f0"].where(table["f0"] > 3)))
    assert set(found.z.columns) == set(table.columns)
