"""A configuration survives its text, and a link cannot ask for what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import ForestSettings, LearnerSettings, Settings
from core.tuning.configuration import Configuration

COUNT = st.integers(1, 99_999)
SHARES = st.integers(1, 99).map(lambda percent: percent / 100)


LEARNERS = st.sampled_from(["forest", "logistic", "svm", "boosting"])


@given(st.one_of(st.none(), COUNT, SHARES), COUNT, COUNT, COUNT, LEARNERS)
def test_text_and_back(components, neighbours: int, keep: int, trees: int, learner: str) -> None:
    made = Configuration(components, neighbours, keep, trees, learner)
    assert Configuration.parse(made.text) == made


@pytest.mark.parametrize(
    "text", ["", "study", "all-10-41", "0-10-41-200", "0.0-1-1-1", "1.5-1-1-1", "all-0-1-1", "all--1-1-1",
             "all-1-1-1000000", "all-1-1-1-forest", "all-1-1-1-bayes", "all-1-1-1\n", "٣-1-1-1"],
)  # fmt: skip
def test_anything_else_is_none(text: str) -> None:
    assert Configuration.parse(text) is None


def test_the_settings_of_a_study_with_it_differ_in_these_alone() -> None:
    usual = Settings()
    tuned = Configuration(0.9, 5, 12, 300)
    changed = tuned.study(usual, "googlenet")
    assert Configuration.of(changed, "googlenet") == tuned
    assert changed.selection_radiomics == usual.selection_radiomics
    assert changed.selection_googlenet.min_icc == usual.selection_googlenet.min_icc
    assert (changed.forest.trees, changed.forest.seed) == (300, usual.forest.seed)


def test_another_learner_has_its_other_settings_from_the_study() -> None:
    usual = Settings(learner=LearnerSettings("boosting", c=3.0, rounds=7))
    tuned = Configuration(0.9, 5, 12, 300, "svm")
    assert tuned.classifier(usual.forest, usual.learner) == LearnerSettings("svm", c=3.0, rounds=7)
    assert tuned.study(usual, "radiomics").classifier == LearnerSettings("svm", c=3.0, rounds=7)
    assert Configuration.of(tuned.study(usual, "radiomics"), "radiomics") == tuned
    back = Configuration(0.9, 5, 12, 300)
    assert back.classifier(usual.forest, usual.learner) == ForestSettings(trees=300)
    assert back.study(usual, "radiomics").classifier == ForestSettings(trees=300)
