from itertools import product
from math import factorial, prod

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from core.study.differences import compare, kinds, known, label_counts, label_tests, shares


@pytest.fixture
def clinical() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    n = 90
    cohort = np.where(np.arange(n) < 55, "A", "B")
    return pd.DataFrame(
        {
            "patient": [f"P{i}" for i in range(n)],
            "cohort": cohort,
            "role": np.where(cohort == "A", "training", "validation"),
            "lnm": rng.integers(0, 2, n),
            "age": rng.integers(29, 83, n).astype(float),
            "volume": rng.gamma(2, 3, n),
            "er": rng.choice(["positive", "negative", None], n, p=[0.6, 0.3, 0.1]),
            "grade": rng.choice([1.0, 2.0, 3.0], n, p=[0.03, 0.47, 0.5]),
            "note": [f"seen {i}" for i in range(n)],
            "empty": np.nan,
        }
    )


def row(found: pd.DataFrame, by: str, variable: str) -> pd.Series:
    return found[(found["by"] == by) & (found["variable"] == variable)].iloc[0]


def test_kinds_leave_out_free_text_and_empty_columns(clinical) -> None:
    expected = {"age": "numeric", "volume": "numeric", "er": "categorical", "grade": "categorical"}
    assert kinds(clinical) == expected


def test_numbers_are_compared_by_rank_sums(clinical) -> None:
    clinical.loc[[3, 60], "age"] = np.nan
    found = compare(clinical, kinds(clinical)).tests
    for by in ("cohort", "lnm"):
        rows = clinical.dropna(subset="age")
        first = (rows[by] == rows[by].iloc[0]).to_numpy()
        rank = stats.rankdata(rows["age"])
        n, m = first.sum(), (~first).sum()
        u = rank[first].sum() - n * (n + 1) / 2
        ties = np.unique(rank, return_counts=True)[1]
        sd = np.sqrt(n * m / 12 * (n + m + 1 - (ties**3 - ties).sum() / ((n + m) * (n + m - 1))))
        p = 2 * stats.norm.sf((abs(u - n * m / 2) - 0.5) / sd)
        assert row(found, by, "age")[["statistic", "n"]].tolist() == [u, 88]
        assert row(found, by, "age")["p"] == pytest.approx(p, rel=1e-9)


def test_small_groups_without_ties_are_exact() -> None:
    frame = pd.DataFrame({"cohort": list("AAABBBB"), "lnm": 0, "x": [1.0, 2, 3, 4, 5, 6, 7]})
    test = row(compare(frame, {"x": "numeric"}).tests, "cohort", "x")
    assert test["p"] == pytest.approx(2 / 35)  # 2 of the 7 choose 3 orders are as extreme


def test_categories_take_chi_square_or_fisher(clinical) -> None:
    found = compare(clinical, kinds(clinical)).tests
    er = row(found, "cohort", "er")
    table = pd.crosstab(clinical["cohort"], clinical["er"]).to_numpy()
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    statistic = ((table - expected) ** 2 / expected).sum()
    assert er["test"] == "chi-square"
    assert er["statistic"] == pytest.approx(statistic)
    assert er["p"] == pytest.approx(stats.chi2.sf(statistic, 1))
    assert row(found, "cohort", "grade")["test"] == "Fisher"


def fisher_by_listing(table: np.ndarray) -> float:
    """Sum over every 2 x k table with these margins that is no more likely."""
    top, columns = int(table[0].sum()), table.sum(0)

    def weight(first: tuple[int, ...]) -> float:
        cells = [*first, *(c - f for c, f in zip(columns, first, strict=True))]
        return 1 / prod(factorial(int(c)) for c in cells)

    every = [t for t in product(*(range(int(c) + 1) for c in columns)) if sum(t) == top]
    weights = np.array([weight(t) for t in every])
    return float(weights[weights <= weight(tuple(table[0])) * (1 + 1e-9)].sum() / weights.sum())


@pytest.mark.parametrize("counts", [[(1, 6), (5, 2)], [(0, 4, 9), (3, 6, 2)], [(2, 1, 8, 3), (1, 6, 2, 4)]])
def test_fisher_agrees_with_the_list_of_all_tables(counts) -> None:
    rows = [
        {"cohort": c, "lnm": 0, "x": f"v{k}"}
        for c, line in zip("AB", counts, strict=True)
        for k, n in enumerate(line)
        for _ in range(n)
    ]
    test = row(compare(pd.DataFrame(rows), {"x": "categorical"}).tests, "cohort", "x")
    p = fisher_by_listing(np.array(counts))
    assert test["test"] == "Fisher"
    tolerance = 1e-9 if len(counts[0]) == 2 else 4 * np.sqrt(p * (1 - p) / 99_999)
    assert test["p"] == pytest.approx(p, abs=tolerance)


def test_q_is_benjamini_hochberg_over_the_tests_made(clinical) -> None:
    found = compare(clinical.assign(same="x"), {**kinds(clinical), "same": "categorical"}).tests
    made = found[found["test"] != ""]
    assert set(found.loc[found["test"] == "", "variable"]) == {"same"}
    assert found.loc[found["test"] == "", "q"].isna().all()
    np.testing.assert_allclose(made["q"], multipletests(made["p"], method="fdr_bh")[1])


def test_summaries_are_median_quartiles_and_counts(clinical) -> None:
    groups = compare(clinical, kinds(clinical)).groups
    age = groups[(groups["by"] == "lnm") & (groups["group"] == 1) & (groups["variable"] == "age")].iloc[0]
    values = np.sort(clinical.loc[clinical["lnm"] == 1, "age"])
    assert age["median"] == values[len(values) // 2 - (len(values) % 2 == 0) :][: 2 - len(values) % 2].mean()
    assert (values <= age["q1"]).mean() >= 0.25
    er = groups[(groups["by"] == "cohort") & (groups["group"] == "B") & (groups["variable"] == "er")]
    own = clinical[clinical["cohort"] == "B"]["er"]
    assert dict(zip(er["level"], er["count"], strict=True)) == own.value_counts().to_dict()
    assert (er["n"] == own.notna().sum()).all()
    assert er["share"].sum() == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.integers(0, 1), st.one_of(st.none(), st.integers(0, 9))),
        min_size=1, max_size=30,
    )
)  # fmt: skip
def test_whatever_is_left_gives_a_result(rows) -> None:
    frame = pd.DataFrame(rows, columns=["cohort", "lnm", "x"]).astype({"x": float})
    frame = frame.assign(role="training", g=frame["x"].map(lambda v: None if v != v else "ab"[int(v) % 2]))
    found = compare(frame, {"x": "numeric", "g": "categorical"})
    made = found.tests[found.tests["test"] != ""]
    assert made["p"].between(0, 1 + 1e-12).all()
    assert (made["q"] >= made["p"] - 1e-12).all()
    counted = found.groups[found.groups["variable"] == "g"].groupby(["by"])["count"].sum()
    assert (counted == frame["g"].notna().sum()).all() or counted.empty
    assert shares(frame, "g")["count"].sum() == frame["g"].notna().sum()


def test_label_tests_are_those_of_the_paper() -> None:
    frame = pd.DataFrame({"cohort": ["T"] * 88 + ["N"] * 57, "role": ["training"] * 88 + ["validation"] * 57})
    frame["lnm"] = [1] * 41 + [0] * 47 + [1] * 35 + [0] * 22
    found = label_tests(frame)
    assert found["chi_square"] == pytest.approx(3.043, abs=5e-4)
    assert (round(found["p"], 3), round(found["p_corrected"], 3)) == (0.081, 0.115)
    assert label_counts(frame)["positives"].tolist() == [41, 35]
    assert label_tests(frame[frame["cohort"] == "T"]) == {} == label_tests(frame[frame["lnm"] == 1])


def test_known_counts_what_is_there(clinical) -> None:
    table = known(clinical).set_index(["variable", "cohort"])
    assert table.loc[("empty", "A"), ["n", "known"]].tolist() == [55, 0]
    assert table.loc[("er", "B"), "known"] == clinical.loc[clinical["cohort"] == "B", "er"].notna().sum()
    assert table.loc[("age", "A"), "share"] == 1
