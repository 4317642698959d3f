"""Patterns match what they say, and no pattern takes long on any name."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import StudyError
from core.study.intake.wildcards import MOST_DEEP, compiled

PARTS = ["*", "**/", "/", "a", "b", "1", "_", "{patient}", "{phase}"]
PATTERNS = st.lists(st.sampled_from(PARTS), min_size=1, max_size=12).map("".join)
FOLDERS = st.text("abA1_", min_size=1, max_size=7)
NAMES = st.lists(FOLDERS, min_size=1, max_size=4).map("/".join)
PLAIN = {
    "*": "[^/]*", "**/": "(?:[^/]+/)*",
    "{patient}": "(?P<patient>[^/]+)", "{phase}": r"(?P<phase>\d{1,6}|pre|post\d*)",
}  # fmt: skip


def plainly(pattern):
    """What each part says, one after the other, left to `re` to try in every way."""
    pattern = re.sub(r"(\*\*/)+", "**/", re.sub(r"\*{3,}|\*\*(?!/)", "*", pattern)).strip("/")
    written, said = "", set()
    for part in filter(None, re.split(r"(\{[^{}]*\}|\*\*/|\*)", pattern)):
        written += f"(?P={part[1:-1]})" if part in said else PLAIN.get(part, re.escape(part))
        said |= {part} & {"{patient}", "{phase}"}
    return re.compile(written, re.IGNORECASE)


def allowed(pattern):
    return "{patient}" in pattern and len(re.findall(r"(?:\*\*/)+", pattern)) <= MOST_DEEP


@settings(max_examples=400, deadline=None)
@given(PATTERNS.filter(allowed), st.lists(NAMES, min_size=1, max_size=25))
@example("*a**/*b{patient}", ["ab1", "aaa/b1", "a/b1", "aa/a/ab1", "ba/b1", "a1/a1/bb"])
@example("*a**/b*a**/b*{patient}", ["abab1", "aab/b/ab/x", "aa/ba/b1", "a1/ba1/b", "a/b"])
@example("*{patient}*{phase}*a*b*{patient}_{phase}", ["a1ab1_1", "aa1aaba_1", "1_1_1ab_1_1", "bab1aabab_1"])
def test_the_names_and_fields_are_those_of_the_plain_expression(pattern, names):
    quick, plain = compiled(pattern), plainly(pattern)
    for name in names:
        found, expected = quick.fullmatch(name), plain.fullmatch(name)
        assert (found and found.groupdict()) == (expected and expected.groupdict()), (pattern, name)


def open_stars(pattern):
    """Stars of the expression after its first look that may give back what they took."""
    expression = re.sub(r"\(\?P=\w+\)", "", compiled(pattern).pattern.partition(r"\Z)")[2])
    return re.sub(r"\(\?>[^()]*\)", "", expression).count("[^/]*")


@pytest.mark.parametrize("count", [1, 2, 30])
@pytest.mark.parametrize("end", ["", "*{patient}", "*{phase}", "*{patient}*{phase}*"])
def test_however_many_stars_few_may_give_back(count, end):
    """One before the patient, one before the phase and the last one, whatever stands between them."""
    many = "*a*b" * count
    assert open_stars("{patient}" + many + "{phase}" + many + end + "X") == 2
    assert open_stars(many + "{patient}" + many + "{phase}" + many + end + "X") == 3
    for pattern in (
        "{patient}" + many + end,
        many + "{patient}" + many + end,
        many + "**/" + many + "{patient}",
    ):
        for name in ("ab" * 100, "a" * 200, "ab1" * 66, "/".join(["ab" * 8] * 12)):
            assert not compiled(pattern + "X").fullmatch(name)


def test_folders_at_any_depth_stand_in_a_pattern_a_few_times():
    with pytest.raises(StudyError, match=r"IMPORT-PATTERN.*at most 4 times"):
        compiled("**/a/" * 5 + "{patient}")
    assert compiled("**/" * 9 + "{patient}").fullmatch("a/b/c")["patient"] == "c"
