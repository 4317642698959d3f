"""Expression page: gene counts, repairs, samples that stand apart, and the question of the scale."""

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.jobs import Jobs, ProgressFile
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import core
from tests.pages.conftest import said, tables
from tests.pages.importing import press
from tests.study_folder import replaced

PAGE = "pages/biology/expression.py"


@pytest.fixture(scope="module")
def odd(small_run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study with a table of many faults and a sample unlike the others, its scale not stated."""
    study = tmp_path_factory.mktemp("odd") / "demo"
    shutil.copytree(small_run.study, study, copy_function=os.link)
    table = pd.read_csv(study / "expression.tsv.gz", sep="\t", index_col=0)
    genes = [f"ENSG{i:011d}.{i % 9}" for i in range(len(table))]
    genes[0], genes[1], genes[2] = "2-Sep", "1-Mar", genes[3]
    table.index = pd.Index(genes, name="gene")
    table.iloc[10, 3] = np.nan
    table.iloc[:, 5] = np.random.default_rng(0).permutation(table.iloc[:, 5]) + 2
    table.drop(columns=table.columns[8]).to_csv(study / "odd.tsv", sep="\t")
    text = (study / "study.toml").read_text()
    replaced(study / "study.toml", text.replace('"expression.tsv.gz"\nscale = "log2"', '"odd.tsv"'))
    return study


def test_counts_and_scale_of_the_demo(visit, studies, small_run) -> None:
    app = visit(studies, small_run.cache)(PAGE)
    text = said(app)
    assert "**1,450 of 1,500 genes** in **24 of 24 training patients**" in text
    assert "Scale: log2, as study.toml states" in text and "None was needed" in text
    assert "50 of 1,500 genes have a mean below 1" in text
    assert "Nothing is dropped" in text and len(tables(app)[-1]) == 24


def test_every_repair_and_the_sample_apart_are_shown_before_anything_is_dropped(
    visit, odd: Path, small_run
) -> None:
    done = core("run", odd, "--cache", small_run.cache, "--only", "expression")
    assert done.returncode == 0, done.stderr
    entry = Pipeline(load_study(odd), Store(small_run.cache)).entry("expression")
    info, samples = entry["info"], entry["samples"]
    outlier = samples.sort_values("z")["sample"].iloc[0]
    app = visit(odd.parent, small_run.cache)(PAGE)
    assert not app.exception and not app.error
    text = said(app)
    assert "23 of 24 training patients" in text and "Without a tumour sample" in text
    for part in (
        "whose version was taken off: 1,49",
        "given their symbols back: 1",
        "several symbols, left out: 1",
        "missing values, left out: 1",
        "repeated genes, left out",
    ):
        assert part in text
    assert "Scale: log2, read off the values" in text
    assert {"Yes, keep it so", "No, they are linear"} <= {b.label for b in app.button}
    assert f"1 of 23 samples has a Z.k below -2.5: {outlier}" in text and "Nothing is dropped" in text
    assert "Drop this sample" in [b.label for b in app.button]
    # Another limit, another answer; what is written is what is looked at.
    app.slider(key="apart").set_value(-1.0).run()
    below = int((samples["z"] < -1).sum())
    assert f"{below} of 23 samples {'has' if below == 1 else 'have'} a Z.k below -1" in said(app)
    assert next(b.label for b in app.button if b.key == "drop_apart").startswith("Drop th")
    lost = ("dropped_missing", "dates_dropped", "duplicates_collapsed", "dropped_by_mean")
    assert info["genes_read"] - sum(info[name] for name in lost) == info["genes_kept"]


def test_a_dropped_sample_is_said(visit, started, odd: Path, small_run, tmp_path: Path) -> None:
    study = tmp_path / "demo"
    shutil.copytree(odd, study, copy_function=os.link)
    assert core("run", odd, "--cache", small_run.cache, "--only", "expression").returncode == 0
    app = press(visit(tmp_path, small_run.cache)(PAGE), "Drop this sample")
    assert not app.exception and not app.error
    assert [load_study(s).settings.expression.min_z for s in (study, odd)] == [-2.5, None]
    assert started[-1][0] == study
    assert core("run", study, "--cache", small_run.cache, "--only", "expression").returncode == 0
    text = said(visit(tmp_path, small_run.cache)(PAGE))
    assert "22 of 24 training patients" in text and "Dropped: 1 (min_z = -2.5 in study.toml)" in text


@pytest.mark.parametrize(
    ("shift", "scale", "code", "answers"),
    [
        (0.0, "auto", "[EXPRESSION-SCALE]", {
            "The values are log2(x + 1) already": ("log2", "refuse"),
            "They are linear: counts, FPKM, TPM, intensities": ("linear", "refuse"),
        }),
        (-3.0, "linear", "[EXPRESSION-NEGATIVE]", {
            "Values below 0 mean not expressed": ("linear", "zero"),
            "Genes with values below 0 are to go": ("linear", "drop"),
        }),
    ],
)  # fmt: skip
def test_an_open_question_is_answered_by_a_button(
    visit, started, small_run, tmp_path: Path, shift: float, scale: str, code: str,
    answers: dict[str, tuple[str, str]],
) -> None:  # fmt: skip
    study, cache = tmp_path / "studies" / "demo", small_run.cache
    shutil.copytree(small_run.study, study, copy_function=os.link)
    table = pd.read_csv(study / "expression.tsv.gz", sep="\t", index_col=0)
    (2**table - 1 + shift).to_csv(study / "linear.tsv", sep="\t")
    text = (study / "study.toml").read_text().replace("expression.tsv.gz", "linear.tsv")
    replaced(study / "study.toml", text.replace('scale = "log2"', f'scale = "{scale}"'))
    done = core("run", study, "--cache", cache, "--only", "expression")
    assert done.returncode == 1 and code in done.stderr
    # The dashboard runs the same command and keeps what it said.
    message = next(line for line in done.stderr.splitlines() if line.startswith(code))
    # Either answer is enough.
    asked = "# mine\n" + (study / "study.toml").read_text()
    for label, answer in answers.items():
        replaced(study / "study.toml", asked)
        ProgressFile(Jobs(cache).progress_path(study)).finish("failed", message)
        app = visit(study.parent, cache)(PAGE)
        assert not app.exception and not app.code
        assert any(code in error.value for error in app.error)
        press(app, label)
        settings = load_study(study).settings.expression
        assert (settings.scale, settings.negatives) == answer and started[-1][0] == study
        assert (study / "study.toml").read_text().startswith("# mine\n")
        done = core("run", study, "--cache", cache, "--only", "expression")
        assert done.returncode == 0, done.stderr
