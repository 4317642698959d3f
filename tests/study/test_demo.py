"""The demo study: what the design promises of it, measured on its files and on full-size draws."""

import gzip
import hashlib
import io
import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from sklearn.metrics import roc_auc_score

from core.errors import StudyError
from core.overrides import override
from core.settings import Settings
from core.study.demo import write_demo
from core.study.demo.cohort import clinical_table, draw_patients
from core.study.demo.genesets import simulate_sets
from core.study.demo.sizes import FULL
from core.study.demo.transcriptome import module_factors, simulate_expression, symbols

SEED = 20240416


@pytest.fixture(scope="module")
def patients() -> pd.DataFrame:
    return draw_patients(FULL, SEED)


@pytest.fixture(scope="module")
def expression(patients: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    hidden = patients.loc[patients["cohort"] == "sim-brca", "aggressiveness"].to_numpy()
    return hidden, *simulate_expression(hidden, FULL, SEED)


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_small_has_the_files_of_any_study(small_study: Path) -> None:
    table = pd.read_csv(small_study / "clinical.csv")
    assert table.groupby("cohort").size().to_dict() == {"sim-brca": 24, "sim-nact": 16}
    assert table.groupby("cohort")["lnm"].sum().to_dict() == {"sim-brca": 12, "sim-nact": 9}
    manifest = tomllib.loads((small_study / "study.toml").read_text())
    assert manifest["study"]["synthetic"] is True
    for row in table.itertuples():
        cohort = manifest["cohorts"][row.cohort]
        for phase in range(3):
            assert (small_study / cohort["images"].format(patient=row.patient, phase=phase)).is_file()
        assert (small_study / cohort["masks"].format(patient=row.patient)).is_file()
    assert override(Settings(), manifest["settings"]).resampling.repeats == 2


def test_same_seed_same_bytes_and_nothing_half_written(small_study: Path, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    write_demo(tmp_path / "again", small=True, progress=lambda done, total: heard.append((done, total)))
    assert _digests(tmp_path / "again") == _digests(small_study)
    assert heard == [(i, 40) for i in range(1, 41)]
    assert [p.name for p in tmp_path.iterdir()] == ["again"]


def test_a_study_already_there_is_kept_and_other_content_refused(small_study: Path, tmp_path: Path) -> None:
    def never(done: int, total: int) -> None:
        pytest.fail("patients were simulated again")

    write_demo(small_study, small=True, progress=never)
    with pytest.raises(StudyError, match="DEMO-TARGET"):
        write_demo(small_study, small=True, seed=1)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StudyError, match="DEMO-TARGET"):
        write_demo(tmp_path, small=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_failed_run_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_demo(tmp_path / "demo", small=True, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_images_are_sagittal_and_enhance_and_masks_fit(small_study: Path) -> None:
    volumes, spread, loss = {}, {}, {}
    for path in sorted((small_study / "masks").glob("*.nii.gz")):
        patient = path.name.removesuffix(".nii.gz")
        mask = sitk.ReadImage(str(path))
        phases = [sitk.ReadImage(str(small_study / "images" / f"{patient}_{p}.nii.gz")) for p in range(3)]
        assert np.round(mask.GetDirection(), 6).tolist() == [0, 0, -1, 1, 0, 0, 0, -1, 0]
        for phase in phases:
            assert phase.GetPixelID() == sitk.sitkInt16
            assert phase.GetSize() == mask.GetSize()
            assert np.allclose(phase.GetOrigin(), mask.GetOrigin())
        inside = sitk.GetArrayViewFromImage(mask) == 1
        assert sitk.GetArrayFromImage(sitk.ConnectedComponent(mask)).max() == 1
        values = [sitk.GetArrayViewFromImage(phase)[inside].astype(float) for phase in phases]
        assert values[1].mean() > 1.5 * values[0].mean()
        volumes[patient] = inside.sum() * np.prod(mask.GetSpacing())
        spread[patient] = values[1].std() / values[1].mean()
        loss[patient] = 1 - values[2].mean() / values[1].mean()
    truth = json.loads((small_study / "truth.json").read_text())
    planted = pd.DataFrame(truth["lesions"]).T
    assert all(v == pytest.approx(planted["volume"][p], rel=0.02) for p, v in volumes.items())
    assert 600 <= min(volumes.values()) <= max(volumes.values()) <= 1500
    assert pd.Series(loss).corr(planted["washout"].astype(float)) > 0.9
    assert pd.Series(spread).corr(pd.Series(truth["aggressiveness"])) > 0.6


def test_small_expression_in_xena_layout(small_study: Path) -> None:
    packed = (small_study / "expression.tsv.gz").read_bytes()
    assert packed[4:8] == bytes(4)  # no time stamp
    table = pd.read_csv(io.BytesIO(gzip.decompress(packed)), sep="\t", index_col=0)
    training = pd.read_csv(small_study / "clinical.csv").query("cohort == 'sim-brca'")["patient"]
    assert list(table.columns) == [f"{p}-01A" for p in training]
    assert len(table) == 1500
    assert (table.mean(axis=1) >= 1).sum() == 1450
    sets = [line.split("\t") for line in (small_study / "genesets/pathways36.gmt").read_text().splitlines()]
    assert len(sets) == 36
    assert all(set(genes) <= set(table.index) for _, _, *genes in sets)


def test_full_cohorts_are_those_of_the_paper(patients: pd.DataFrame) -> None:
    counts = patients.groupby("cohort")["lnm"].agg(["size", "sum"])
    assert counts.loc["sim-brca"].tolist() == [88, 41]
    assert counts.loc["sim-nact"].tolist() == [57, 35]
    age = patients["age"]
    assert (age.min(), age.max()) == (29, 82)
    assert age.mean() == pytest.approx(51.16, abs=0.1)
    assert age.std() == pytest.approx(11.01, abs=0.1)


def test_clinical_table_holds_no_truth_and_few_gaps(patients: pd.DataFrame) -> None:
    table = clinical_table(patients, SEED)
    columns = ["patient", "cohort", "age", "lnm", "er", "pr", "her2", "menopausal", "clinical_t", "grade"]
    assert list(table.columns) == columns
    assert table[["patient", "cohort", "age", "lnm", "clinical_t"]].notna().all().all()
    assert 0 < table.isna().mean().max() < 0.1


@pytest.mark.parametrize("seed", [SEED, 1, 2, 3])
def test_lesions_are_large_and_volume_alone_predicts_little(seed: int) -> None:
    table = draw_patients(FULL, seed)
    diameter = (6 * table["volume"] / np.pi) ** (1 / 3)  # of a sphere: no other diameter is smaller
    assert diameter.median() >= 20
    assert (table["volume"] >= 1500).mean() >= 0.9
    assert (table["volume"] <= 8000).mean() >= 0.8
    assert roc_auc_score(table["lnm"], table["volume"]) <= 0.70
    for _, cohort in table.groupby("cohort"):
        assert roc_auc_score(cohort["lnm"], cohort["volume"]) <= 0.70
        assert roc_auc_score(cohort["lnm"], cohort["aggressiveness"]) >= 0.85


def test_expression_filters_to_the_papers_count(expression: tuple[np.ndarray, ...]) -> None:
    _, values, planted = expression
    kept = np.round(values, 4).mean(axis=1) >= 1
    assert (len(values), kept.sum()) == (12000, 11687)
    assert kept[planted >= 0].all()
    assert len(np.unique(planted[planted >= 0])) == 32
    assert np.bincount(planted[planted >= 0]).min() >= 90


def test_linked_modules_follow_the_aggressiveness(expression: tuple[np.ndarray, ...]) -> None:
    hidden, values, planted = expression
    r = []
    for module in range(32):
        _, _, axes = np.linalg.svd(_standard(values[planted == module]), full_matrices=False)
        r.append(abs(np.corrcoef(axes[0], hidden)[0, 1]))
    linked = sorted(FULL.linked)
    assert set(np.argsort(r)[-len(linked) :]) == set(linked)
    assert all(0.5 <= r[m] <= 0.6 for m in linked)
    assert max(np.delete(r, linked)) <= 0.2


def test_module_factors_are_distinct(expression: tuple[np.ndarray, ...]) -> None:
    factors, _ = module_factors(expression[0], FULL, np.random.default_rng(0))
    between = np.corrcoef(factors.T) - np.eye(32)
    assert np.abs(between).max() < 0.4  # WGCNA merges above 0.75


def test_sets_are_enriched_in_few_linked_modules(expression: tuple[np.ndarray, ...]) -> None:
    planted = expression[2]
    sets = simulate_sets(symbols(FULL), planted, FULL, SEED)
    where = dict(zip(symbols(FULL), planted, strict=True))
    share = [np.mean([where[g] in FULL.linked for g in genes]) for _, genes in sets.values()]
    assert len(sets) == 36
    assert 5 <= np.sum(np.array(share) > 0.35) <= 10
    assert len({category for category, _ in sets.values()}) == 4
    assert all(len(genes) == len(set(genes)) >= 30 for _, genes in sets.values())


def _standard(rows: np.ndarray) -> np.ndarray:
    return (rows - rows.mean(axis=1, keepdims=True)) / rows.std(axis=1, keepdims=True)
