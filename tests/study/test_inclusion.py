import pandas as pd

from core.study.inclusion import inclusion, left_out

CLINICAL = pd.DataFrame(
    {
        "patient": list("abcdxyz"),
        "cohort": ["A"] * 4 + ["B"] * 3,
        "role": ["training"] * 4 + ["validation"] * 3,
    }
)
FAILURES = pd.DataFrame({"patient": ["b", "x"], "code": ["MASK-EMPTY", "MASK-GRID"], "message": ["", ""]})


def test_each_step_says_who_is_left_out_and_why() -> None:
    steps = {"Sound": {"a", "c", "d", "y", "z"}, "Analysed": {"a", "b", "d", "y", "z"}}
    table = inclusion(CLINICAL, steps, FAILURES)
    assert table["n"].tolist() == [4, 3, 2, 3, 2, 2]
    assert table["left_out"].tolist() == [0, 1, 1, 0, 1, 0]
    assert table["reasons"].tolist()[1:3] == ["1 MASK-EMPTY (b)", "1 reason not recorded (c)"]
    # Who once fell out does not come back, and nobody is counted twice.
    assert 4 - table["left_out"][:3].sum() == table["n"][2]


def test_what_is_not_computed_is_missing_from_there_on() -> None:
    table = inclusion(CLINICAL, {"Sound": None, "Analysed": {"a"}}, FAILURES)
    assert table["n"].isna().tolist() == [False, True, True] * 2
    assert not table["left_out"].any()
    assert left_out(table) == "None of 7 patients was left out so far; not every step is computed."
    assert (
        left_out(inclusion(CLINICAL, {"Sound": set("acdyz")}, FAILURES)) == "2 of 7 patients were left out."
    )
