"""Core genes of the modules related to the signatures, and the RadDeepGene score built on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from core.errors import ModelError
from core.genomics.core_genes import Network, Selection, select
from core.settings import GeneScoreSettings

Folds = Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]
FOLDS, REPEATS = 5, 10
FEWEST_PATIENTS = 15
PENALTY = 1.0  # inverse strength C of the ridge penalty on standardised genes


@dataclass(frozen=True, slots=True)
class GeneScore:
    """The RadDeepGene score: probabilities of the outcome from the core genes.

    ``overlap`` [gene, in_radiomics, in_deep, common, weight], the core genes of either signature, weight
    the coefficient per standard deviation (0: not in the score); ``apparent`` and ``out_of_fold``
    probabilities by patient; ``coefficients`` [gene, coefficient, mean, sd], first the intercept of the
    standardised model; ``core`` both signatures' candidates [signature, gene, module, gs, gs_p, kme,
    core]; ``info`` counts, related modules, what was selected and why. Nothing selected: empty series.
    """

    overlap: pd.DataFrame
    apparent: pd.Series
    out_of_fold: pd.Series
    coefficients: pd.DataFrame
    core: pd.DataFrame
    info: dict[str, Any] = field(default_factory=dict)

    @property
    def scores(self) -> pd.DataFrame:
        """[apparent, out_of_fold] by patient."""
        return pd.DataFrame({"apparent": self.apparent, "out_of_fold": self.out_of_fold})


def fit_gene_score(
    values: pd.DataFrame,
    y: pd.Series,
    risk: pd.DataFrame,
    genes: pd.DataFrame,
    eigengenes: pd.DataFrame,
    kme: pd.DataFrame,
    settings: GeneScoreSettings,
    folds: Folds | None = None,
) -> GeneScore:
    """Ridge logistic regression of the outcome on the core genes that both signatures share.

    ``values`` genes x patients; ``y`` 0/1 by patient; ``risk`` patients x (radiomics, deep), 1 high risk;
    ``genes``, ``eigengenes``, ``kme`` of the network (`coexpression.Modules`). Patients without outcome
    or risk group are left out. No common core gene: the union of both. ``out_of_fold`` repeats related
    modules, core genes, standardisation and regression on the training part of each fold and is the mean
    over repeats; the network itself is built on all patients, without the outcome. ``folds`` yields
    (training, test) positions among the kept patients, else 5-fold stratified, 10 repeats, seeded.
    Raises ModelError if fewer than 15 patients or one class remain.
    """
    patients = _patients(values, y, risk)
    values, y, risk = values[patients], y[patients].astype(int), risk.loc[patients].astype(int)
    _check(y)
    network = Network(values, genes, eigengenes.loc[patients], kme)
    chosen = select(network, risk, settings)
    if not chosen.genes:
        return _nothing(chosen, len(patients))
    model = _fit(values.loc[chosen.genes], y, settings.seed)
    apparent = pd.Series(_predict(model, values.loc[chosen.genes]), index=patients, name="apparent")
    parts = folds if folds is not None else _folds(y, settings.seed)
    out_of_fold, note = _out_of_fold(network, y, risk, settings, parts)
    coefficients = _coefficients(model, chosen.genes)
    overlap = _weighted(chosen.overlap, coefficients)
    return GeneScore(
        overlap, apparent, out_of_fold, coefficients, chosen.core, _info(chosen, patients) | note
    )


def _out_of_fold(
    network: Network, y: pd.Series, risk: pd.DataFrame, settings: GeneScoreSettings, folds: Folds
) -> tuple[pd.Series, dict[str, Any]]:
    total, times = np.zeros(len(y)), np.zeros(len(y))
    used: list[int] = []
    for train, test in folds:
        part = network.of(y.index[train])
        genes = select(part, risk.iloc[train], settings).genes
        used.append(len(genes))
        total[test] += _fold(network, y, genes, train, test, settings.seed)
        times[test] += 1
    if not times.all():
        raise ModelError(
            "GENE-SCORE-FOLDS",
            "Every patient is in the test part of a fold",
            f"{int((times == 0).sum())} never",
        )
    note = {
        "folds": len(used),
        "folds_without_genes": used.count(0),
        "genes_per_fold": float(np.median(used)),
    }
    return pd.Series(total / times, index=y.index, name="out_of_fold"), note


def _fold(
    network: Network,
    y: pd.Series,
    genes: Sequence[str],
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    seed: int,
) -> NDArray[np.float64]:
    """Probabilities of the test part; without any gene the training part's prevalence."""
    if not genes:
        return np.full(len(test), float(y.iloc[train].mean()))
    values = network.values.loc[list(genes)]
    return _predict(_fit(values.iloc[:, train], y.iloc[train], seed), values.iloc[:, test])


def _fit(values: pd.DataFrame, y: pd.Series, seed: int) -> Pipeline:
    ridge = LogisticRegression(C=PENALTY, max_iter=1000, random_state=seed)
    return make_pipeline(StandardScaler(), ridge).fit(values.T.to_numpy(), y.to_numpy())


def _predict(model: Pipeline, values: pd.DataFrame) -> NDArray[np.float64]:
    probabilities: NDArray[np.float64] = model.predict_proba(values.T.to_numpy())[:, 1]
    return probabilities


def _folds(y: pd.Series, seed: int) -> Folds:
    splits = min(FOLDS, int(y.value_counts().min()))
    return RepeatedStratifiedKFold(n_splits=splits, n_repeats=REPEATS, random_state=seed).split(y, y)


def _coefficients(model: Pipeline, genes: Sequence[str]) -> pd.DataFrame:
    scaler, ridge = model[0], model[-1]
    table = pd.DataFrame(
        {"gene": list(genes), "coefficient": ridge.coef_[0], "mean": scaler.mean_, "sd": scaler.scale_}
    )
    intercept = pd.DataFrame(
        {"gene": ["(intercept)"], "coefficient": ridge.intercept_, "mean": [0.0], "sd": [1.0]}
    )
    return pd.concat([intercept, table], ignore_index=True)


def _weighted(overlap: pd.DataFrame, coefficients: pd.DataFrame) -> pd.DataFrame:
    weights = coefficients.set_index("gene")["coefficient"]
    return overlap.assign(weight=weights.reindex(overlap["gene"]).fillna(0.0).to_numpy())


def _patients(values: pd.DataFrame, y: pd.Series, risk: pd.DataFrame) -> list[str]:
    known = y.dropna().index.intersection(risk.dropna().index)
    return [patient for patient in values.columns if patient in known]


def _check(y: pd.Series) -> None:
    if len(y) < FEWEST_PATIENTS or y.value_counts().reindex([0, 1], fill_value=0).min() < 2:
        raise ModelError(
            "GENE-SCORE-PATIENTS",
            f"At least {FEWEST_PATIENTS} patients with expression, signatures and outcome, 2 of each class",
            f"{int((y == 0).sum())} negative and {int((y == 1).sum())} positive",
        )


def _info(chosen: Selection, patients: Sequence[str]) -> dict[str, Any]:
    return {"patients": len(patients), **chosen.info}


def _nothing(chosen: Selection, patients: int) -> GeneScore:
    info = {
        "patients": patients,
        **chosen.info,
        "reason": "no gene of the related modules meets the core-gene thresholds",
    }
    empty = pd.Series(dtype=float)
    coefficients = pd.DataFrame(columns=["gene", "coefficient", "mean", "sd"])
    return GeneScore(chosen.overlap.assign(weight=0.0), empty, empty, coefficients, chosen.core, info)
