"""The demo study's genomics over several seeds: is what was planted found, and nothing where nothing is?

No images: modules are held against the hidden aggressiveness itself, and against shuffles of it. Some five
minutes on two cores; ``pytest tests/benchmarks/test_planted_biology.py -s`` prints the figures.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from core.genomics.coexpression import Modules, find_modules
from core.genomics.enrichment import GeneSets, enrich
from core.genomics.expression import prepare
from core.genomics.gene_score import fit_gene_score
from core.genomics.module_traits import correlate
from core.genomics.preservation import preservation
from core.settings import CoexpressionSettings, ExpressionSettings, GeneScoreSettings
from core.study.demo.cohort import draw_patients
from core.study.demo.genesets import LINKED, UNLINKED, simulate_sets
from core.study.demo.sizes import FULL
from core.study.demo.transcriptome import simulate_expression, symbols

SEEDS = range(5)
SHUFFLES = 20


@dataclass(frozen=True)
class Found:
    """One simulated cohort and its network."""

    seed: int
    values: pd.DataFrame
    hidden: pd.Series
    planted: pd.Series
    modules: Modules

    def colour(self, module: int) -> str:
        """The module that most genes of a planted one are in."""
        own = self.planted.index[self.planted == module]
        return str(self.modules.genes.set_index("gene")["module"].reindex(own).mode()[0])

    def related(self, trait: pd.Series) -> set[str]:
        """Modules related to a trait after Benjamini-Hochberg."""
        table = self.modules.eigengenes.drop(columns="MEgrey", errors="ignore")
        tested = correlate(table, trait.to_frame("trait"))
        return {str(name).removeprefix("ME") for name in tested.loc[tested["q"] < 0.05, "module"]}


def simulated(seed: int) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    patients = draw_patients(FULL, seed)
    training = patients[patients["cohort"] == FULL.cohorts[0].name].set_index("patient")
    values, planted = simulate_expression(training["aggressiveness"].to_numpy(), FULL, seed)
    genes = symbols(FULL)
    frame = pd.DataFrame(values, genes, list(training.index))
    return frame, training["aggressiveness"], pd.Series(planted, genes)


def found_in(seed: int) -> Found:
    """The modules of one simulated cohort."""
    frame, hidden, planted = simulated(seed)
    values = prepare(frame, list(frame.columns), ExpressionSettings(scale="log2")).values
    return Found(seed, values, hidden, planted, find_modules(values, CoexpressionSettings()))


@pytest.fixture(scope="module")
def cohorts() -> list[Found]:
    return [found_in(seed) for seed in SEEDS]


def test_linked_modules_are_found_and_few_others(cohorts: list[Found]) -> None:
    hits = wrong = total = 0
    for found in cohorts:
        linked = {found.colour(m) for m in FULL.linked}
        related = found.related(found.hidden)
        hits, total, wrong = hits + len(linked & related), total + len(linked), wrong + len(related - linked)
    print(f"\nlinked modules found: {hits} of {total}; false: {wrong} of {hits + wrong}")
    assert hits >= 0.9 * total and wrong <= 0.1 * (hits + wrong)


def test_nothing_is_found_with_a_shuffled_trait(cohorts: list[Found]) -> None:
    found, rng = cohorts[0], np.random.default_rng(1)
    empty = 0
    for _ in range(SHUFFLES):
        shuffled = pd.Series(rng.permutation(found.hidden.to_numpy()), found.hidden.index)
        empty += not found.related(shuffled)
    print(f"nothing found in {empty} of {SHUFFLES} shuffles")
    assert empty >= 18


def test_planted_pathways_lead_the_enrichment_of_their_modules(cohorts: list[Found]) -> None:
    led = total = 0
    for found in cohorts:
        genes = list(found.planted.index)
        sets = simulate_sets(genes, found.planted.to_numpy(), FULL, found.seed)
        plain = GeneSets({name: tuple(members) for name, (_, members) in sets.items()}, {})
        table = enrich(found.modules.genes, plain, list(found.modules.genes["gene"]))
        for name in (*LINKED, *UNLINKED):
            best = table[table["gene_set"] == f"SIM_{name}"].iloc[0]
            own = table[table["module"] == best["module"]].head(4)["gene_set"]
            led, total = led + (best["q"] < 0.05 and f"SIM_{name}" in set(own)), total + 1
    print(f"planted pathways that lead their module: {led} of {total}")
    assert led >= 0.9 * total


def test_a_dissolved_module_is_told_from_preserved_ones(cohorts: list[Found]) -> None:
    found, rng = cohorts[0], np.random.default_rng(2)
    other, _, planted = simulated(99)
    # The same genes in the same planted modules, patients and module activities drawn anew.
    other = other.set_axis(found.planted.sort_values(kind="stable").index.take(planted.argsort().argsort()))
    gone, kept = (found.colour(m) for m in (5, 8))
    own = found.modules.genes.query("module == @gone")["gene"]
    other.loc[own] = rng.permuted(other.loc[own].to_numpy(), axis=1)
    genes = found.modules.genes.query("module in [@gone, @kept]")
    power = found.modules.info["power"]
    table = preservation(found.values, other, genes, power, 0, permutations=50).set_index("module")
    print(table[["z_summary", "median_rank"]].round(2).to_dict("index"))
    assert table.at[kept, "z_summary"] > 10 and table.at[gone, "z_summary"] < 2


def test_the_gene_score_finds_planted_genes_and_no_shuffled_label(cohorts: list[Found]) -> None:
    found, rng = cohorts[0], np.random.default_rng(3)
    noise = rng.normal(0, 0.6, (2, len(found.hidden)))
    signatures = pd.DataFrame((found.hidden.to_numpy() + noise).T, found.hidden.index, ["radiomics", "deep"])
    risk = (signatures > signatures.median()).astype(int)
    y = (found.hidden > found.hidden.median()).astype(int)
    network = (found.modules.genes, found.modules.eigengenes, found.modules.kme, GeneScoreSettings())
    fit = fit_gene_score(found.values, y, risk, *network)
    linked = found.planted[found.planted.isin(list(FULL.linked))].index
    used = fit.overlap.loc[fit.overlap["weight"] != 0, "gene"]
    share = used.isin(linked).mean()
    areas = []
    for _ in range(10):
        labels = pd.Series(rng.permutation(y.to_numpy()), y.index)
        areas.append(roc_auc_score(labels, fit_gene_score(found.values, labels, risk, *network).out_of_fold))
    error = np.std(areas, ddof=1) / np.sqrt(len(areas))
    print(f"core genes planted: {share:.1%} of {len(used)}")
    print(f"shuffled labels: AUC {np.mean(areas):.3f} +- {error:.3f}")
    assert share > 0.8 and abs(np.mean(areas) - 0.5) < max(3 * error, 0.05)
