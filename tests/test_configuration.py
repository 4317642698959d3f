"""A configuration survives its text, and a link cannot ask for what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.configuration import Configuration
from core.settings import Settings

COUNT = st.integers(1, 99_999)
SHARES = st.integers(1, 99).map(lambda percent: percent / 100)


@given(st.one_of(st.none(), COUNT, SHARES), COUNT, COUNT, COUNT)
def test_text_and_back(components, neighbours: int, keep: int, trees: int) -> None:
    made = Configuration(components, neighbours, keep, trees)
    assert Configuration.parse(made.text) == made


@pytest.mark.parametrize(
    "text", ["", "study", "all-10-41", "0-10-41-200", "0.0-1-1-1", "1.5-1-1-1", "all-0-1-1", "all--1-1-1",
             "all-1-1-1000000", "all-1-1-1\n", "٣-1-1-1"],
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
