"""Preservation page: no second cohort, a second table, and validation patients with expression."""

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun, core
from tests.pages.conftest import said, tables
from tests.pages.importing import SERVER, press
from tests.study_folder import replaced

PAGE = "pages/biology/preservation.py"
LOST = "brown"


def second_cohort(small: SmallRun, names: list[str]) -> pd.DataFrame:
    """Training samples drawn again with noise, so that modules stay; the genes of one are shuffled apart."""
    entry = Pipeline(load_study(small.study), Store(small.cache)).entry
    values, genes = entry("expression")["values"], entry("modules")["genes"]
    rng = np.random.default_rng(5)
    drawn = values.iloc[:, rng.integers(0, values.shape[1], len(names))]
    noisy = (drawn + rng.normal(0, 0.1, drawn.shape)).clip(lower=0)
    lost = genes.loc[genes["module"] == LOST, "gene"]
    noisy.loc[lost] = rng.permuted(noisy.loc[lost].to_numpy(), axis=1)
    return noisy.set_axis(names, axis=1).rename_axis("gene")


def study_with(small: SmallRun, folder: Path, old: str, new: str) -> Path:
    shutil.copytree(small.study, folder, copy_function=os.link)
    text = (folder / "study.toml").read_text()
    assert old in text
    more = "\n[settings.preservation]\npermutations = 20\n"
    replaced(folder / "study.toml", text.replace(old, new) + more)
    return folder


@pytest.fixture(scope="module")
def second_table(small_run: SmallRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study with another cohort's table, whose samples are in no clinical table."""
    line = 'file = "expression.tsv.gz"'
    folder = tmp_path_factory.mktemp("second") / "demo"
    study = study_with(small_run, folder, line, f'{line}\nsecond = "second.tsv"')
    second_cohort(small_run, [f"X{i}" for i in range(30)]).to_csv(study / "second.tsv", sep="\t")
    return study


def test_without_a_second_cohort_the_page_says_how_to_supply_one(visit, studies, small_run) -> None:
    app = visit(studies, small_run.cache)(PAGE)
    assert "0 of 16 validation patients have expression" in said(app)
    assert "Choose a table" in [b.label for b in app.button] and not app.code
    assert not app.get("plotly_chart") and "Compute it now" not in [b.label for b in app.button]


def test_a_second_table_is_named_in_the_browser(visit, small_run, tmp_path: Path, monkeypatch) -> None:
    study, data = tmp_path / "studies" / "demo", tmp_path / "data"
    shutil.copytree(small_run.study, study, copy_function=os.link)
    before = "# mine\n" + (study / "study.toml").read_text()
    replaced(study / "study.toml", before)
    data.mkdir()
    table = second_cohort(small_run, [f"X{i}" for i in range(16)])
    (table - 3).to_csv(data / "other.tsv", sep="\t")
    monkeypatch.setenv("NODESCOPE_DATA", str(data))
    cache = shutil.copytree(small_run.cache, tmp_path / "cache", copy_function=os.link)
    app = press(visit(study.parent, cache)(PAGE), "Choose a table")
    way = next(g for g in app.get("button_group") if SERVER in g.options)
    app = way.set_value(SERVER).run()
    field = next(f for f in app.text_input if f.label == "File in data")
    app = press(field.set_value("other.tsv").run(), "Use this table")
    # Below 0: neither linear nor a logarithm. Nothing has changed, and the choice stands.
    assert any(e.value.startswith("[EXPRESSION-SCALE]") for e in app.error)
    assert (study / "study.toml").read_text() == before and not list(study.glob("*second*"))
    scale = next(r for r in app.radio if r.label == "Scale of the values")
    app = press(scale.set_value("log2").run(), "Use this table")
    assert not app.exception and not app.error
    named = load_study(study)
    assert named.second_expression.read_bytes() == (data / "other.tsv").read_bytes()
    assert named.settings.preservation.scale == "log2" and named.settings.expression.scale == "log2"
    assert (study / "study.toml").read_text().startswith("# mine\n")
    assert "Compute it now" in [b.label for b in app.button]


def test_a_second_table_is_offered_then_shown(
    visit, started, second_table: Path, small_run, tmp_path: Path
) -> None:
    # A store of its own: the shared one may hold what an earlier run of this test computed.
    cache = shutil.copytree(
        small_run.cache,
        tmp_path / "cache",
        copy_function=os.link,
        ignore=shutil.ignore_patterns("preservation"),
    )
    app = visit(second_table.parent, cache)(PAGE)
    assert "Compute it now" in [button.label for button in app.button]
    done = core("run", second_table, "--cache", cache, "--only", "preservation")
    assert done.returncode == 0, done.stderr
    app = visit(second_table.parent, cache)(PAGE)
    assert not app.exception and not app.error
    text, table = said(app), tables(app)[-1]
    assert "30 samples of another table" in text and f"(Zsummary < 2): {LOST}" in text
    evidence = table.set_index("Module")["Evidence"]
    assert evidence[LOST] == "no" and evidence.drop(LOST).isin(["strong", "weak to moderate"]).all()
    assert app.get("plotly_chart") and "20 times" in app.code[0].value


def test_validation_patients_in_the_same_table_are_a_second_cohort(visit, small_run, tmp_path: Path) -> None:
    study = study_with(small_run, tmp_path / "demo", "expression.tsv.gz", "both.tsv")
    first = pd.read_csv(study / "expression.tsv.gz", sep="\t", index_col=0)
    clinical = pd.read_csv(study / "clinical.csv")
    names = [f"{p}-01A" for p in clinical.loc[clinical["cohort"] == "sim-nact", "patient"]]
    both = first.join(second_cohort(small_run, names)).fillna(0.1)
    both.to_csv(study / "both.tsv", sep="\t")
    done = core("run", study, "--cache", small_run.cache, "--only", "preservation")
    assert done.returncode == 0, done.stderr
    text = said(visit(tmp_path, small_run.cache)(PAGE))
    assert "16 samples of the validation patients" in text and LOST in text
