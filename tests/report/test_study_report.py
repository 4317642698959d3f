"""The study on one page: every chapter of what is computed, the numbers of the store, nothing else."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from core.figures.text import estimate
from core.pipeline import Pipeline
from core.report.study import study_report
from core.report.study.page import CHAPTERS
from core.report.study.parts import Results
from core.store import Store
from core.study.manifest import load_study
from core.tuning.configuration import Configuration
from core.tuning.record import TuningRecord
from tests.conftest import SmallRun, core


class Text(HTMLParser):
    """Headings, and all text outside scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.headings: list[str] = []
        self.inside: list[str] = []
        self.outside: list[str] = []
        self.feed(page)
        self.all = " ".join(self.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        named = dict(attrs)
        self.outside += [v for k, v in named.items() if k in ("src", "href") and v and not v.startswith("#")]

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.inside):
            self.words.append(data)
            if self.inside[-1:] == ["h2"]:
                self.headings.append(data)


@pytest.fixture(scope="module")
def written(small_run: SmallRun, tmp_path_factory: pytest.TempPathFactory) -> str:
    target = tmp_path_factory.mktemp("report") / "report.html"
    done = core("report", small_run.study, "--cache", small_run.cache, "-o", target)
    assert done.returncode == 0, done.stderr
    return target.read_text()


def test_every_chapter_stands_and_nothing_comes_from_a_network(written: str) -> None:
    page = Text(written)
    assert page.headings == [title for title, _, _ in CHAPTERS] + ["Methods and settings"]
    assert page.outside == []
    assert written.count("plotly.js v") >= 1
    assert "Synthetic study" in page.all
    assert "Research use only" in page.all
    assert "random weights" in page.all


def test_its_numbers_are_those_of_the_store(written: str, small_run: SmallRun) -> None:
    pipeline = Pipeline(load_study(small_run.study), Store(small_run.cache))
    page, metrics = Text(written).all, pipeline.entry("evaluation")["metrics"]
    for row in metrics.to_dict("records"):
        assert estimate(row["auc"], row["auc_low"], row["auc_high"]) in page
    genes = pipeline.entry("modules")["genes"]
    assert f"{genes.loc[genes['module'] != 'grey', 'module'].nunique()} modules" in page
    assert pipeline.keys["evaluation"] in page


def test_no_path_of_this_machine(written: str, small_run: SmallRun) -> None:
    assert str(small_run.study.parent) not in written
    assert not re.search(r"(/tmp/|/home/|/root/)", written)


def test_it_carries_the_count_of_tuning(small_run: SmallRun, tmp_path: Path) -> None:
    study = load_study(small_run.study)
    record = TuningRecord(tmp_path, small_run.study)
    record.unlock("radiomics", Configuration(None, 7, 20, 50))
    results = Results(Pipeline(study, Store(small_run.cache)))
    page = Text(study_report(results, record.read())).all
    assert "1 configuration tried, validation cohort unlocked 1 time" in page


def test_what_is_not_computed_is_named_and_warned_of(small_run: SmallRun, tmp_path: Path) -> None:
    study, target = tmp_path / "study", tmp_path / "report.html"
    shutil.copytree(small_run.study, study, copy_function=shutil.copy)
    text = (study / "study.toml").read_text()
    assert "min_size = 30" in text
    (study / "study.toml").write_text(text.replace("min_size = 30", "min_size = 25"))
    done = core("report", study, "--cache", small_run.cache, "-o", target)
    assert done.returncode == 3
    assert "Not computed, so not in the report: " in done.stderr
    page = Text(target.read_text())
    assert "Models" in page.headings
    assert "Co-expression modules" not in page.headings
    assert "coexpression.min_size" in page.all


def test_a_name_cannot_dress_itself_up(small_run: SmallRun, tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(small_run.study, study, copy_function=shutil.copy)
    text = (study / "study.toml").read_text()
    name = re.search(r'name = "(.*)"', text)
    assert name
    (study / "study.toml").write_text(text.replace(name[0], 'name = "<script>alert(1)</script>"'))
    results = Results(Pipeline(load_study(study), Store(small_run.cache)))
    page = study_report(results, TuningRecord(tmp_path, study).read())
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_nothing_computed_is_one_error(small_run: SmallRun, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    done = core("report", small_run.study, "--cache", tmp_path / "empty", "-o", target)
    assert done.returncode == 1
    assert done.stderr.startswith("[STUDY-NOT-COMPUTED]")
    assert not target.exists()
