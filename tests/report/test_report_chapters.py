"""Chapters of the study report on images, features, expression and preservation: their numbers, by hand."""

import gzip
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.stats import false_discovery_control, mannwhitneyu

from core.figures.text import number
from core.models.resampled import Resampled
from core.models.stability import feature_shares
from core.pipeline import Pipeline
from core.report.study import study_report
from core.report.study.parts import Results
from core.store import Store
from core.study.manifest import load_study
from core.tuning.record import TuningRecord
from tests.conftest import SmallRun, core
from tests.pages.test_preservation import second_cohort, study_with
from tests.report.test_study_report import Text
from tests.study_folder import replaced


def report(study: Path, cache: Path) -> Text:
    results = Results(Pipeline(load_study(study), Store(cache)))
    return Text(study_report(results, TuningRecord(cache, study).read()))


def copied(small: SmallRun, folder: Path) -> Path:
    shutil.copytree(small.study, folder / "study", copy_function=os.link)
    return folder / "study"


def as_r(values: np.ndarray) -> str:
    """R's wilcox.test is exact in groups of fewer than 50 where no two values are equal."""
    return "exact" if len(np.unique(values)) == len(values) else "asymptotic"


@pytest.fixture(scope="module")
def page(small_run: SmallRun) -> Text:
    return report(small_run.study, small_run.cache)


@pytest.fixture(scope="module")
def stored(small_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(small_run.study), Store(small_run.cache))


def test_the_features_that_differ_are_counted(page: Text, stored: Pipeline) -> None:
    clinical = stored.study.clinical.set_index("patient")
    training = clinical.index[clinical["role"] == "training"]
    lnm = clinical.loc[training, "lnm"].to_numpy() == 1
    for family, name in (("radiomics", "Radiomics"), ("resnet50", "ResNet50")):
        values = stored.entry(family)["features"].loc[training].to_numpy()
        p = [mannwhitneyu(v[lnm], v[~lnm], method=as_r(v)).pvalue for v in values.T if np.ptp(v)]
        found, every = int((false_discovery_control(p) < 0.05).sum()), values.shape[1]
        patients = len(stored.entry(family)["features"])
        assert f"{name} {every:,} {patients} {len(p):,} {found:,} " in " ".join(page.all.split())


def test_the_reproducible_features_are_counted(page: Text, stored: Pipeline) -> None:
    icc = stored.entry("robustness")["icc"]["icc"]
    row = re.search(r"Radiomics 1,781 \d+ \d,\d+ \d+ (\d+) (\d+)/(\d+)", " ".join(page.all.split()))
    info = stored.entry("signature_radiomics")["info"]
    assert row is not None and int(row[1]) == sum(one >= 0.75 for one in icc)
    assert (int(row[2]), int(row[3])) == (info["kept"], info["available"])


def test_the_image_types_that_carry_the_signature_are_named(page: Text, stored: Pipeline) -> None:
    entry = stored.entry("signature_radiomics")
    frames = {n.removeprefix("resampled_"): entry[n] for n in entry if n.startswith("resampled_")}
    shares = feature_shares(Resampled.from_frames(frames))
    wavelet = [name for name in shares if name.startswith("wavelet-")]
    part, of = 100 * np.median(shares[wavelet].sum(axis=1)), 100 * len(wavelet) / shares.shape[1]
    said = " ".join(page.all.split())
    assert f"wavelet ( {part:.0f}% ; {of:.0f}% of the features)" in said
    assert f"median share over {len(shares)} models of the folds" in said


def test_expression_that_needed_nothing_says_so(page: Text, stored: Pipeline) -> None:
    means, values = stored.entry("expression")["means"], stored.entry("expression")["values"]
    said = " ".join(page.all.split())
    assert f"{len(values):,} of {len(means):,} genes in {values.shape[1]} of 24 training patients" in said
    assert f"{int((means['mean'] < 1).sum())} of {len(means):,} genes have a mean below 1." in said
    below = int((stored.entry("expression")["samples"]["z"] < -2.5).sum())
    assert f"{below} of 24 samples have a Z.k below -2.5" in said
    assert "Scale: log2, as study.toml states" in said and "Repairs. None was needed" in said


def test_repairs_of_expression_stand_with_their_counts(small_run: SmallRun, tmp_path: Path) -> None:
    study = copied(small_run, tmp_path)
    with gzip.open(study / "expression.tsv.gz", "rt") as table:
        head, first, second, third, *rest = table.read().splitlines()
    for line in (first, second):
        cells = line.split("\t")
        rest.append("\t".join([f"{cells[0]}X", "NA", *cells[2:]]))
    (study / "expression.tsv.gz").unlink()
    with gzip.open(study / "expression.tsv.gz", "wt") as table:
        table.write("\n".join([head, first, second, third, third, *rest]) + "\n")
    done = core("run", study, "--cache", small_run.cache, "--only", "expression")
    assert done.returncode == 0, done.stderr
    page = report(study, small_run.cache)
    assert "Genes with missing values, left out: 2." in page.all
    assert "(the highest mean of each gene is kept): 1." in page.all
    assert "Expression" in page.headings and "Co-expression modules" not in page.headings
    assert "Not computed, so not in the report: WGCNA modules, " in page.all


def test_a_check_that_found_something_is_counted(small_run: SmallRun, tmp_path: Path) -> None:
    study = copied(small_run, tmp_path)
    mask = study / "masks" / "SIMB-003.nii.gz"
    empty = sitk.ReadImage(str(mask)) * 0
    mask.unlink()
    sitk.WriteImage(empty, str(mask))
    done = core("run", study, "--cache", small_run.cache, "--only", "masks")
    assert done.returncode == 3, done.stderr
    said = " ".join(report(study, small_run.cache).all.split())
    assert re.search(
        r"Of 40 patients, 1 is left out and 0 kept with a warning; 39 passed all \d+ checks", said
    )
    assert "MASK-EMPTY Mask not empty 1 0" in said and "MASK-GRID" not in said


def test_where_all_images_are_sound_no_check_is_listed(page: Text) -> None:
    said = " ".join(page.all.split())
    assert re.search(r"All 40 patients passed all \d+ checks\.", said) and "MASK-EMPTY" not in said


@pytest.fixture(scope="module")
def second_table(small_run: SmallRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    line = 'file = "expression.tsv.gz"'
    folder = tmp_path_factory.mktemp("preserved") / "demo"
    study = study_with(small_run, folder, line, f'{line}\nsecond = "second.tsv"')
    second_cohort(small_run, [f"X{i}" for i in range(30)]).to_csv(study / "second.tsv", sep="\t")
    return study


@pytest.fixture(scope="module")
def cache(small_run: SmallRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of its own: the shared one may hold what an earlier run of these tests computed."""
    folder, without = tmp_path_factory.mktemp("store") / "cache", shutil.ignore_patterns("preservation")
    return Path(shutil.copytree(small_run.cache, folder, copy_function=os.link, ignore=without))


def test_a_second_cohort_not_looked_at_yet_is_one_sentence(second_table: Path, cache: Path) -> None:
    page = report(second_table, cache)
    assert "Preservation" not in page.headings
    said = " ".join(page.all.split())
    assert "Module preservation ( run --only preservation )" in said


def test_preservation_is_a_chapter_once_it_is_computed(second_table: Path, cache: Path) -> None:
    done = core("run", second_table, "--cache", cache, "--only", "preservation")
    assert done.returncode == 0, done.stderr
    page = report(second_table, cache)
    stored = Pipeline(load_study(second_table), Store(cache)).entry("preservation")
    table, said = stored["table"], " ".join(page.all.split())
    assert "Preservation" in page.headings and "run --only preservation" not in said
    strong = sum(z > 10 for z in table["z_summary"])
    assert f"{strong} of {len(table)} modules of 24 training patients" in said and "in 30 samples" in said
    for row in table.itertuples():
        assert f"{row.module} {row.genes} {number(row.z_summary, 1)}" in said


def test_without_a_second_cohort_nothing_is_said_of_it(page: Text) -> None:
    assert "Preservation" not in page.headings and "preservation" not in page.all
    assert "Honest validation ( run --only validation )" in " ".join(page.all.split())


def test_a_study_without_expression_says_so(small_run: SmallRun, tmp_path: Path) -> None:
    study = copied(small_run, tmp_path)
    sections = (study / "study.toml").read_text().split("\n\n")
    kept = [s for s in sections if not s.startswith(("[expression]", "[genesets]"))]
    replaced(study / "study.toml", "\n\n".join(kept))
    page = report(study, small_run.cache)
    assert "Without gene expression there is no chapter on biology." in page.all
    assert "Expression" not in page.headings and "Models" in page.headings


def test_the_sizes_are_said_with_the_way_to_those_of_a_paper(page: Text, stored: Pipeline) -> None:
    settings, said = stored.study.settings, " ".join(page.all.split())
    assert f"Sizes: {settings.forest.trees} trees and {settings.resampling.repeats} repeats" in said
    assert 'which sizes = "paper" in [settings.reporting] of study.toml gives' in said
