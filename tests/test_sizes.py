"""Sizes for a paper: what one line of study.toml raises, what it leaves, and what is said of it."""

import tomllib
from dataclasses import replace

import pytest

from core.errors import StudyError
from core.methods.sizes import sizes
from core.overrides import override
from core.pipeline import Pipeline
from core.settings import ReportingSettings, Settings
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun

LINES = '[reporting]\nsizes = "paper"\n'


def read(text: str) -> Settings:
    return override(Settings(), tomllib.loads(text))


def test_one_line_gives_the_sizes_of_the_design() -> None:
    found = read(LINES)
    assert (found.forest.trees, found.resampling.repeats) == (500, 10)
    assert (found.validation.bootstraps, found.validation.permutations) == (500, 1000)


@pytest.mark.parametrize("text", ["{own}{line}", "{line}{own}"])
def test_larger_sizes_of_a_study_stand_and_smaller_ones_are_raised(text: str) -> None:
    own = "[forest]\ntrees = 800\nmin_leaf = 3\n[validation]\npermutations = 50\ncompared = 7\n"
    found = read(text.format(own=own, line=LINES))
    assert (found.forest.trees, found.forest.min_leaf) == (800, 3)
    assert (found.validation.permutations, found.validation.compared) == (1000, 7)


def test_without_the_line_nothing_is_raised() -> None:
    assert read('[reporting]\nsizes = "usual"\n') == Settings()
    assert (Settings().forest.trees, Settings().validation.bootstraps) == (200, 200)
    with pytest.raises(StudyError, match=r"reporting\.sizes must be usual or paper"):
        read('[reporting]\nsizes = "large"\n')


def test_what_the_sizes_do_not_touch_keeps_its_key(small_run: SmallRun) -> None:
    study, store = load_study(small_run.study), Store(small_run.cache)
    paper = replace(study.settings, reporting=ReportingSettings("paper"))
    usual, large = (Pipeline(replace(study, settings=s), store).keys for s in (study.settings, paper))
    same = {name for name in usual if usual[name] == large[name]}
    assert same >= {"masks", "radiomics", "googlenet", "expression", "modules", "robustness"}
    assert not same & {"signature_radiomics", "fusion", "bootstrap", "permutation", "validation"}


def test_the_sizes_are_said_with_the_way_to_those_of_a_paper() -> None:
    said = sizes(Settings(), refits=True)
    assert "200 trees, 10 repeats of the folds, 200 bootstrap samples and 199 permutations" in said
    assert "at least 500 trees, 500 bootstrap samples and 1,000 permutations" in said
    assert 'sizes = "paper"' in said and "[settings.reporting]" in said
    large = sizes(read(LINES), refits=True)
    assert large.startswith("Sizes: 500 trees, 10 repeats of the folds, 500 bootstrap samples and 1,000 perm")
    assert large.endswith("They are large enough for a paper.")


def test_without_a_forest_no_trees_and_without_refits_none_of_these_are_spoken_of() -> None:
    said = sizes(read('[learner]\nname = "svm"'), refits=False)
    assert said == "Sizes: 10 repeats of the folds. They are large enough for a paper."
