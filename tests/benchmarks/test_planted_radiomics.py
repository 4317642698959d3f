"""Linked modules against the radiomics signature of the demo's own images, over several seeds.

For each seed the training patients' images are simulated, measured (1781 features) and learned from by the
leak-free signature, as a demo study is; only the repeats of the folds are fewer. Some three minutes a seed on
two cores; ``pytest tests/benchmarks/test_planted_radiomics.py -s`` prints the figures.
"""

from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from joblib import Parallel, delayed
from sklearn.metrics import roc_auc_score

from core.models.signature import fit_signature
from core.settings import ResamplingSettings, Settings
from core.stages.case_work import radiomics_case
from core.study.demo.cohort import draw_patients
from core.study.demo.lesion import LesionParameters
from core.study.demo.phantom import simulate, write_image
from core.study.demo.sizes import FULL
from tests.benchmarks.test_planted_biology import SEEDS, found_in

SETTINGS, REPEATS = Settings(), 3
PHASE = 1


def measured(row: dict, at: int, seed: int) -> pd.Series:
    """Features of one simulated patient, through files as a study has them."""
    lesion = LesionParameters(**{f.name: row[f.name] for f in fields(LesionParameters)})
    phases, mask = simulate(FULL.grid, lesion, row["gain"], row["noise"], row["left"], [seed, 5, at])
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("image.nii.gz", "mask.nii.gz")]
        for array, path in zip((phases[PHASE], mask), paths, strict=True):
            write_image(array, FULL.grid, row["left"], path)
        return radiomics_case(*paths, SETTINGS.radiomics)["features"]["value"].rename(row["patient"])


def signature(seed: int) -> tuple[pd.Series, float]:
    """Out-of-fold radiomics signature of the training patients, and its AUC for LNM."""
    patients = draw_patients(FULL, seed)
    rows = patients[patients["cohort"] == FULL.cohorts[0].name].to_dict("records")
    features = Parallel(n_jobs=2)(delayed(measured)(row, at, seed) for at, row in enumerate(rows))
    lnm = pd.Series({row["patient"]: row["lnm"] for row in rows})
    resampling = ResamplingSettings(repeats=REPEATS)
    fit = fit_signature(
        pd.DataFrame(features), lnm, SETTINGS.selection("radiomics"), SETTINGS.forest, resampling, workers=2
    )
    return fit.out_of_fold, float(roc_auc_score(lnm, fit.out_of_fold[lnm.index]))


def linked_found(seed: int) -> tuple[int, int, int, float]:
    """Linked modules found with q < 0.05, linked modules in all, others found, AUC of the signature."""
    found, (probability, auc) = found_in(seed), signature(seed)
    linked = {found.colour(module) for module in FULL.linked}
    related = found.related(probability.reindex(found.hidden.index))
    return len(linked & related), len(linked), len(related - linked), auc


def test_linked_modules_are_found_against_the_radiomics_signature() -> None:
    hits = total = wrong = 0
    for seed in SEEDS:
        own, linked, others, auc = linked_found(seed)
        print(
            f"\nseed {seed}: AUC {auc:.2f}, linked modules found {own} of {linked}, others {others}", end=""
        )
        hits, total, wrong = hits + own, total + linked, wrong + others
    print(f"\nagainst the radiomics signature: {hits} of {total} linked modules found; false: {wrong}")
    assert hits >= 0.7 * total and wrong <= 0.1 * (hits + wrong)
