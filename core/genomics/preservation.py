"""Whether modules of one cohort's network are found again in another cohort (Langfelder et al. 2011)."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.errors import StudyError, TableError
from core.genomics.meter import Progress
from core.genomics.module_names import GREY
from core.genomics.network import NETWORKS, to_similarity, unit_rows
from core.genomics.soft_threshold import add_powers
from core.settings import NetworkType

Matrix = NDArray[np.float64]
DENSITY = ("mean_cor", "mean_adjacency", "variance_explained", "mean_kme")
CONNECTIVITY = ("cor_kim", "cor_kme", "cor_cor")
STATISTICS = (*DENSITY, *CONNECTIVITY)
FEWEST_GENES, LARGEST = 5, 1000  # genes of a module that both cohorts have; more are drawn from
FEWEST_SAMPLES = 4
WEAK, STRONG = 2.0, 10.0  # Zsummary: below WEAK no evidence, above STRONG strong evidence


def preservation(
    reference: pd.DataFrame,
    test: pd.DataFrame,
    genes: pd.DataFrame,
    power: int,
    seed: int,
    network: NetworkType = "unsigned",
    permutations: int = 200,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Preservation of the modules of ``reference`` in ``test``, both genes x samples on the log scale.

    ``genes`` [gene, module] of the reference network. Returns, best Zsummary first, [module, genes,
    z_summary, z_density, z_connectivity, median_rank, verdict, and the seven observed statistics with
    the Z of each]: mean correlation signed as in the reference, mean adjacency, variance explained by the
    test eigengene, mean kME signed as in the reference; correlations over the genes of intramodular
    connectivity, of kME (absolute: the sign of an eigengene is a matter of choice), and over pairs of genes
    of the correlations. Z compares with as many genes drawn at random from all shared genes,
    ``permutations`` times; Zdensity and Zconnectivity are medians, Zsummary their mean; the median rank is
    that of all seven (R `modulePreservation`, where power is 6, of signed networks 12, and which ranks grey
    and a random "gold" module too). Of modules over 1,000 genes 1,000 are drawn. Modules with fewer than 5
    shared genes have no row.

    Raises TableError if the cohorts share no module, StudyError if one has fewer than 4 samples.
    """
    common = _shared(reference, test, genes)
    left, right = (unit_rows(table.loc[common].to_numpy(dtype=np.float64)) for table in (reference, test))
    rng = np.random.default_rng(seed)
    members = _members(common, genes, rng)
    rows: dict[str, tuple[Matrix, Matrix]] = {}
    for done, (name, at) in enumerate(members.items()):
        if progress is not None:
            progress(done, len(members))
        own = _Module(left[at], network, power)
        draws = (rng.choice(len(right), len(at), replace=False) for _ in range(permutations))
        with threadpool_limits(1, "blas"):  # many small products: threads would only get in each other's way
            observed = own.held_against(right[at])
            drawn = np.array([own.held_against(right[genes_drawn]) for genes_drawn in draws])
        rows[name] = observed, _z(observed, drawn)
    if progress is not None:
        progress(len(members), len(members))
    table = _table(rows)
    table.insert(
        1, "genes", [int(genes["module"].eq(name)[genes["gene"].isin(common)].sum()) for name in rows]
    )
    return table.sort_values("z_summary", ascending=False, kind="stable", ignore_index=True)


class _Module:
    """A module in the reference: what its genes are to each other there, to be held against a test."""

    def __init__(self, unit: Matrix, network: str, power: int) -> None:
        self._network, self._steps = NETWORKS[network], np.array([power])
        self._r, self._kim = self._correlations(unit)
        self._sign = np.sign(self._r)
        self._kme = unit @ _eigengene(unit)

    def held_against(self, unit: Matrix) -> Matrix:
        """The seven statistics, in the order of STATISTICS, of as many genes of the test, gene by gene."""
        r, kim = self._correlations(unit)
        kme, pairs = unit @ _eigengene(unit), len(unit) * (len(unit) - 1)
        return np.array(
            [
                np.vdot(self._sign, r) / pairs,
                kim.sum() / pairs,
                np.mean(kme**2),
                abs(np.mean(np.sign(self._kme) * kme)),
                _correlation(self._kim, kim, len(kim)),
                abs(_correlation(self._kme, kme, len(kme))),
                _correlation(self._r, r, pairs),
            ]
        )

    def _correlations(self, unit: Matrix) -> tuple[Matrix, Matrix]:
        """Correlations of the genes (rows), 0 with themselves, and their intramodular connectivity."""
        r = unit @ unit.T
        similarity, kim = r.copy(), np.zeros((1, len(unit)))
        to_similarity(similarity, self._network)
        for square in (r, similarity):
            np.fill_diagonal(square, 0.0)
        add_powers(similarity, self._steps, kim)
        return r, kim[0]


def _eigengene(unit: Matrix) -> Matrix:
    """First right singular vector (samples,) of the genes x samples, by the small product."""
    vectors: Matrix = np.linalg.eigh(unit.T @ unit)[1]
    return vectors[:, -1]


def _correlation(a: Matrix, b: Matrix, n: int) -> float:
    """Correlation over n values; whatever else the arrays hold must be 0."""
    squares = [np.vdot(x, x) - x.sum() ** 2 / n for x in (a, b)]
    both = float(np.sqrt(squares[0] * squares[1]))
    return float(np.vdot(a, b) - a.sum() * b.sum() / n) / both if both > 0 else 0.0


def _z(observed: Matrix, drawn: Matrix) -> Matrix:
    """Deviation from the draws in their standard deviations; NaN where the draws do not differ."""
    spread = drawn.std(axis=0, ddof=1)
    blank = np.full_like(observed, np.nan)
    z: Matrix = np.divide(observed - drawn.mean(axis=0), spread, out=blank, where=spread > 1e-9)
    return z


def _table(rows: dict[str, tuple[Matrix, Matrix]]) -> pd.DataFrame:
    observed, z = (
        pd.DataFrame([row[i] for row in rows.values()], index=list(rows), columns=STATISTICS) for i in (0, 1)
    )
    density, connectivity = (z[list(names)].median(axis=1) for names in (DENSITY, CONNECTIVITY))
    summary = (density + connectivity) / 2
    rank = observed.rank(ascending=False).median(axis=1)
    table = pd.DataFrame(
        {"z_summary": summary, "z_density": density, "z_connectivity": connectivity, "median_rank": rank}
    )
    table["verdict"] = [_verdict(value) for value in summary]
    table = table.join(observed).join(z.add_prefix("z_"))
    return table.rename_axis("module").reset_index()


def _verdict(z: float) -> str:
    if np.isnan(z):
        return "cannot be told"
    strong = "strong" if z > STRONG else "weak to moderate"
    return f"{strong if z >= WEAK else 'no'} evidence of preservation"


def _shared(reference: pd.DataFrame, test: pd.DataFrame, genes: pd.DataFrame) -> list[str]:
    """Genes of the network that both cohorts have and that vary in both."""
    fewest = min(reference.shape[1], test.shape[1])
    if fewest < FEWEST_SAMPLES:
        raise StudyError(
            "PRESERVATION-SAMPLES", f"Both cohorts must have {FEWEST_SAMPLES} samples", f"{fewest}"
        )
    for table in (reference, test):
        if table.index.has_duplicates or not np.isfinite(table.to_numpy(dtype=float)).all():
            found = "repeats or missing values"
            raise TableError("PRESERVATION-VALUES", "Both must have one complete row per gene", found)
    varying = [set(table.index[np.ptp(table.to_numpy(), axis=1) > 0]) for table in (reference, test)]
    return [gene for gene in genes["gene"] if gene in varying[0] and gene in varying[1]]


def _members(
    common: list[str], genes: pd.DataFrame, rng: np.random.Generator
) -> dict[str, NDArray[np.int64]]:
    """Positions in ``common`` of the genes of each module, of a large one a draw."""
    module = genes.set_index("gene")["module"].reindex(common)
    positions = {str(n): np.flatnonzero(module == n) for n in module.unique() if n != GREY}
    kept = {name: at for name, at in positions.items() if len(at) >= FEWEST_GENES}
    if not kept:
        raise TableError(
            "PRESERVATION-OVERLAP",
            f"The cohorts must share {FEWEST_GENES} genes of a module",
            f"{len(common):,} shared genes, too few of any module",
            "Use the same gene identifiers in both.",
        )
    return {
        name: np.sort(rng.choice(at, LARGEST, replace=False)) if len(at) > LARGEST else at
        for name, at in kept.items()
    }
