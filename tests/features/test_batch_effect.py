"""The difference between batches: R's printed example, scipy feature by feature, and what is left out."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kruskal

from core.errors import TableError
from core.features.batch_effect import by_batch


def test_the_example_of_r() -> None:
    """Mucociliary efficiency (Hollander and Wolfe 1973) in ``?kruskal.test``: chi-squared 0.77143, df 2."""
    groups = {"x": [2.9, 3.0, 2.5, 2.6, 3.2], "y": [3.8, 2.7, 4.0, 2.4], "z": [2.8, 3.4, 3.7, 2.2, 2.0]}
    batch = pd.Series([name for name, values in groups.items() for _ in values])
    table = pd.DataFrame({"f": sum(groups.values(), [])})
    assert by_batch(table, batch)["p"].iloc[0] == pytest.approx(0.68, abs=5e-5)


def test_every_feature_as_scipy_alone_and_the_others_untested() -> None:
    rng = np.random.default_rng(2)
    table = pd.DataFrame(rng.normal(size=(30, 4)), columns=list("abcd"))
    table["b"], table.loc[3, "c"] = 1.0, np.nan
    batch = pd.Series(["GE", "Siemens", "Philips"] * 9 + ["Canon", None, None], dtype=object)
    table.loc[batch == "GE", "d"] += 3
    found = by_batch(table, batch).set_index("feature")
    for name in "ad":
        parts = [table.loc[batch == b, name] for b in ("GE", "Siemens", "Philips")]
        assert found.loc[name, "p"] == pytest.approx(kruskal(*parts).pvalue)
    assert found.loc[["b", "c"], ["p", "q"]].isna().all(None)
    assert (found["n"] == 27).all()
    assert found.loc["d", "q"] == pytest.approx(2 * found.loc["d", "p"])
    assert found.loc["d", "q"] < 0.05


@pytest.mark.parametrize("batch", [["GE"] * 4, ["GE", "GE", "GE", "Siemens"], [None] * 4])
def test_too_few_batches_are_named(batch: list) -> None:
    with pytest.raises(TableError, match="FEATURES-BATCHES"):
        by_batch(pd.DataFrame({"f": [1.0, 2.0, 3.0, 4.0]}), pd.Series(batch, dtype=object))
