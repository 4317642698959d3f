"""The full demo study, written and computed as a user would: does the method find what was planted?

Takes some twenty minutes on two cores. ``pytest tests/benchmarks/test_demo_study.py -s`` prints the figures;
NODESCOPE_BENCH names a folder that keeps study and cache between runs.
"""

import json
import os
from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, roc_auc_score

from core.models.bundle import from_bundle_bytes
from core.models.domain import measure
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import core


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kept = os.environ.get("NODESCOPE_BENCH")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("demo")
    assert core("demo", folder / "demo").returncode == 0
    done = core("run", folder / "demo", "--cache", folder / "cache")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pipeline(folder: Path) -> Pipeline:
    return Pipeline(load_study(folder / "demo"), Store(folder / "cache"))


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict[str, dict[str, object]]:
    return json.loads((folder / "demo" / "truth.json").read_text())


def test_size_on_disk(folder: Path) -> None:
    size = sum(p.stat().st_size for p in (folder / "demo").rglob("*") if p.is_file()) / 1e6
    print(f"\ndemo study: {size:.0f} MB")
    assert size <= 600


def test_cohorts_and_lesions(pipeline: Pipeline) -> None:
    counts = pipeline.study.clinical.groupby("role")["lnm"].agg(["size", "sum"])
    assert counts.to_dict("index") == {
        "training": {"size": 88, "sum": 41},
        "validation": {"size": 57, "sum": 35},
    }
    cases = pipeline.entry("masks")["cases"].set_index("patient")
    print(
        "median diameter mm",
        cases["diameter_mm"].median(),
        "mm3 above 1,500",
        (cases["volume_mm3"] > 1500).mean(),
    )
    assert cases["diameter_mm"].median() >= 20 and (cases["volume_mm3"] >= 1500).mean() >= 0.9
    table = pipeline.study.clinical.set_index("patient")
    for role, part in table.groupby("role"):
        area = roc_auc_score(part["lnm"], cases.loc[part.index, "volume_mm3"])
        print(f"volume alone, {role}: AUC {area:.3f}")
        assert area <= 0.70


def test_radiomics_signature(pipeline: Pipeline) -> None:
    metrics = pipeline.entry("evaluation")["metrics"].set_index(["role", "model"])
    print(metrics["auc"].unstack().round(3))
    assert 0.75 <= metrics.loc[("validation", "Radiomics"), "auc"] <= 0.90


def test_planted_modules(pipeline: Pipeline, truth: dict[str, dict[str, object]]) -> None:
    assert len(pipeline.entry("expression")["values"]) == 11687
    found = pipeline.entry("modules")["genes"].set_index("gene")["module"]
    planted = pd.Series(truth["modules"]).reindex(found.index).dropna()
    planted = planted[planted.astype(int) >= 0] if planted.dtype != object else planted
    index = adjusted_rand_score(planted, found[planted.index])
    print(f"planted partition: adjusted Rand {index:.3f}, {found.nunique()} modules")
    assert index >= 0.75


def test_linked_modules_lead(pipeline: Pipeline, truth: dict[str, dict[str, object]]) -> None:
    eigengenes = pipeline.entry("modules")["eigengenes"].drop(columns="MEgrey", errors="ignore")
    hidden = pd.Series(truth["aggressiveness"]).reindex(eigengenes.index)
    ranking = eigengenes.corrwith(hidden).abs().sort_values(ascending=False)
    found = pipeline.entry("modules")["genes"].set_index("gene")["module"]
    planted = pd.Series(truth["modules"])
    linked = {found[planted.index[planted == int(m)]].mode()[0] for m in truth["linked_modules"]}
    print(ranking.head(6).round(3).to_dict(), linked)
    assert {name.removeprefix("ME") for name in ranking.index[: len(linked)]} == linked


def test_validation_patients_lie_inside(pipeline: Pipeline) -> None:
    bundle = from_bundle_bytes(pipeline.entry("bundle")["bundle"])
    features = pipeline.entry("radiomics")["features"].loc[pipeline.study.patients("validation")]
    inside = measure(bundle.domain, features)["inside"].mean()
    print(f"inside the training distribution: {inside:.2%}")
    assert inside >= 0.9
