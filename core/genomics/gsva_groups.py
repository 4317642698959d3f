"""GSVA scores (or any score) of patients against signatures and between groups, with intervals and q."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from core.genomics.correlation import benjamini_hochberg, correlate_columns, pairwise_pearson

FEWEST = 4  # patients for a correlation with an interval: Fisher's standard error is 1 / sqrt(n - 3)
EXACT_BELOW = 50  # as R wilcox.test: exact without ties and with fewer in each group
GROUPS = ["pathway", "group", "n_low", "n_high", "median_low", "median_high", "u", "p", "q"]
Vector = NDArray[np.float64]


def with_signatures(scores: pd.DataFrame, signatures: pd.DataFrame) -> pd.DataFrame:
    """Pearson correlation of every score with every signature over the patients both have.

    ``scores`` pathways x patients, ``signatures`` patients x signatures. Returns [pathway, signature, r,
    low, high, p, q, n, slope, intercept]: Fisher's 95% interval, Student's p, q over all rows
    (Benjamini-Hochberg), and the least-squares line of the score over the signature. With fewer than four
    patients, or a column that does not vary, all are NaN.
    """
    shared = [patient for patient in scores.columns if patient in signatures.index]
    left, right = scores[shared].T, signatures.loc[shared]
    if len(shared) < FEWEST:
        pairs = pd.MultiIndex.from_product([scores.index, signatures.columns]).to_frame(index=False)
        table = pairs.set_axis(["pathway", "signature"], axis=1)
        return table.assign(
            r=np.nan, low=np.nan, high=np.nan, p=np.nan, q=np.nan, n=len(shared), slope=np.nan,
            intercept=np.nan,
        )  # fmt: skip
    table = correlate_columns(left, right, ("pathway", "signature"))
    r, n = table["r"].to_numpy(dtype=np.float64), table["n"].to_numpy(dtype=np.float64)
    low, high = fisher_interval(r, n)
    table.insert(3, "low", low)
    table.insert(4, "high", high)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = left.std().to_numpy()[:, None] / right.std().to_numpy()[None, :]
    slope = r.reshape(ratio.shape) * ratio
    middle = left.mean().to_numpy()[:, None] - slope * right.mean().to_numpy()[None, :]
    return table.assign(slope=slope.ravel(), intercept=middle.ravel())


def fisher_interval(r: Vector, n: Vector) -> tuple[Vector, Vector]:
    """95% interval of Pearson's r over n pairs, as R cor.test; NaN below four pairs."""
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = stats.norm.ppf(0.975) / np.sqrt(np.where(n > 3, n - 3, np.nan))
        centre = np.arctanh(r)
        return np.tanh(centre - reach), np.tanh(centre + reach)


def between_groups(scores: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Two-sided Mann-Whitney test of every score between the halves of every grouping.

    ``scores`` pathways x patients; ``groups`` patients x groupings of 0 and 1 (NaN: in neither half).
    Returns the columns of `GROUPS`: low is the half with 0; u counts pairs in which the patient with 1 is
    the higher one; q Benjamini-Hochberg over all rows. An empty half gives NaN, which is no test. As R
    wilcox.test: exact without ties and with fewer than 50 in each half, else normal with correction.
    """
    shared = [patient for patient in scores.columns if patient in groups.index]
    rows = [
        (pathway, name, *_test(values, side))
        for name, side in ((n, groups[n].reindex(shared).to_numpy(dtype=np.float64)) for n in groups)
        for pathway, values in zip(scores.index, scores[shared].to_numpy(dtype=np.float64), strict=True)
    ]
    table = pd.DataFrame(rows, columns=GROUPS[:-1])
    return table.assign(q=benjamini_hochberg(table["p"].to_numpy(dtype=np.float64)))


def _test(values: Vector, side: Vector) -> tuple[int, int, float, float, float, float]:
    low, high = values[side == 0], values[side == 1]
    middle, upper = (float(np.median(half)) if half.size else np.nan for half in (low, high))
    if not (low.size and high.size):
        return int(low.size), int(high.size), middle, upper, np.nan, np.nan
    both = np.concatenate([low, high])
    exact = max(low.size, high.size) < EXACT_BELOW and np.unique(both).size == both.size
    test = stats.mannwhitneyu(high, low, method="exact" if exact else "asymptotic")
    p = 1.0 if np.ptp(both) == 0 else float(test.pvalue)  # all equal: no evidence of a difference
    return int(low.size), int(high.size), middle, upper, float(test.statistic), p


def member_genes(
    members: tuple[str, ...], values: pd.DataFrame, genes: pd.DataFrame, kme: pd.DataFrame, score: pd.Series
) -> pd.DataFrame:
    """Genes of a set that were measured: [gene, module, kme, r], strongest r with the set's score first.

    ``values`` genes x patients, ``genes`` [gene, module], ``kme`` genes x modules, ``score`` by patient.
    kme is that to the gene's own module; grey genes have none.
    """
    known = [gene for gene in members if gene in values.index]
    shared = [patient for patient in values.columns if patient in score.index]
    module = genes.set_index("gene")["module"].reindex(known)
    x = values.loc[known, shared].to_numpy(dtype=np.float64).T
    r, _ = pairwise_pearson(x, score[shared].to_numpy(dtype=np.float64)[:, None])
    own = [kme.at[gene, name] if name in kme and name != "grey" else np.nan for gene, name in module.items()]
    table = pd.DataFrame({"gene": known, "module": module.to_numpy(), "kme": own, "r": r[:, 0]})
    return table.sort_values("r", key=abs, ascending=False, kind="stable", ignore_index=True)
