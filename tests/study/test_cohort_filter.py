import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import StudyError
from core.study.cohort_filter import CohortFilter, Span, is_range, parse, values_of

texts = st.text(max_size=12)
finite = st.floats(allow_nan=False, allow_infinity=False)
rules = st.one_of(
    st.lists(texts, min_size=1, max_size=4, unique=True).map(tuple),
    st.tuples(finite, finite).map(lambda pair: Span(min(pair), max(pair))),
)
TABLE = pd.DataFrame(
    {
        "patient": ["a", "b", "c", "d"],
        "grade": [1.0, 2.0, None, 2.0],
        "age": [40, 50, 60, None],
        "er": ["pos", "neg", "pos", None],
    }
)


@given(st.dictionaries(texts.filter(bool), rules, max_size=4))
def test_a_filter_comes_back_from_its_text(wanted: dict) -> None:
    made = CohortFilter(tuple(wanted.items()))
    assert parse(made.text()) == made


@pytest.mark.parametrize(
    ("text", "patients"),
    [
        ("", "abcd"),
        ("grade:2|", "bd"),
        ("grade:|", "c"),
        ("er:pos|", "ac"),
        ("age:40.0..50.0", "ab"),
        ("er:pos|;age:50..99", "c"),
        ("grade:2", "bd"),
        ("er:pos|neg|;grade:1|2|", "ab"),
    ],
)
def test_who_passes(text: str, patients: str) -> None:
    assert "".join(parse(text).apply(TABLE)["patient"]) == patients


@pytest.mark.parametrize(
    "text", ["age", ":a|", "age:", "age:x..y", "age:60..40", "age:nan..9", "age:1e400..2", "age:-inf..inf"]
)
def test_a_text_that_is_no_filter(text: str) -> None:
    with pytest.raises(StudyError, match="FILTER-TEXT"):
        parse(text)


def test_a_column_that_the_study_lacks() -> None:
    with pytest.raises(StudyError, match="FILTER-COLUMN.*her2"):
        parse("her2:1|").apply(TABLE)


def test_a_rule_is_replaced_and_taken_away() -> None:
    one = CohortFilter().with_rule("er", ("pos",)).with_rule("age", Span(0, 50)).with_rule("er", ("neg",))
    assert "".join(one.apply(TABLE)["patient"]) == "b"
    assert one.with_rule("er", None).with_rule("age", None) == CohortFilter()


def test_what_the_controls_offer() -> None:
    assert values_of(TABLE["grade"]) == ["1", "2", ""]
    assert not is_range(TABLE["age"])
    assert is_range(pd.Series(range(7)))
    assert not is_range(pd.Series(list("abcdefgh")))
    assert not is_range(pd.Series([*range(9), float("inf")]))
    assert not is_range(pd.Series([10**18 + i for i in range(9)]))
    assert values_of(pd.Series([1234560.0, 1234561.0, 0.1234567])) == ["0.1234567", "1234560", "1234561"]
