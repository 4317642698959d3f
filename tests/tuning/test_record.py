"""The record of tuning counts each configuration once, forgets nothing, and says when it is damaged."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import CannotRun, StudyError
from core.tuning.configuration import Configuration
from core.tuning.record import PROMOTED, TuningRecord

ONE, TWO = Configuration(None, 10, 5, 200), Configuration(0.9, 3, 5, 60)


@pytest.fixture
def record(tmp_path: Path) -> TuningRecord:
    return TuningRecord(tmp_path / "cache", tmp_path / "study")


def test_each_configuration_of_a_family_counts_once(record: TuningRecord, tmp_path: Path) -> None:
    for family, configuration in (
        ("radiomics", ONE),
        ("radiomics", ONE),
        ("googlenet", ONE),
        ("radiomics", TWO),
    ):
        record.add_tried(family, configuration)
    assert len(TuningRecord(tmp_path / "cache", tmp_path / "study").read().tried) == 3
    assert not TuningRecord(tmp_path / "cache", tmp_path / "other").read().tried


def test_sessions_at_the_same_time_lose_no_count(record: TuningRecord) -> None:
    made = [Configuration(None, 10, keep, 200) for keep in range(1, 41)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: record.add_tried("radiomics", one), made))
    assert len(record.read().tried) == 40


def test_a_look_tells_how_many_were_tried_before(record: TuningRecord) -> None:
    record.add_tried("radiomics", ONE)
    record.unlock("radiomics", TWO)
    record.unlock("radiomics", ONE, PROMOTED)
    first, second = record.read().unlocks
    assert (first.configuration, first.tried, first.how) == (TWO.text, 2, "unlocked")
    assert (second.configuration, second.tried, second.how) == (ONE.text, 2, PROMOTED)
    assert record.read().look("radiomics", TWO) == first
    assert record.read().look("googlenet", TWO) is None


def test_a_name_stands_for_one_configuration(record: TuningRecord) -> None:
    record.name("  few   kept ", "radiomics", ONE)
    assert record.read().names("radiomics") == {ONE.text: "few kept"}
    record.name("few kept", "radiomics", TWO)
    record.name("other", "radiomics", TWO)
    assert record.read().names("radiomics") == {TWO.text: "other"}
    for wrong in ("", "  ", "x" * 41, "a\x00b"):
        with pytest.raises(StudyError, match="NAME"):
            record.name(wrong, "radiomics", ONE)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"tried": []}', '{"tried": [], "unlocks": [{"x": 1}], "named": []}']
)
def test_a_damaged_record_is_no_empty_one(record: TuningRecord, text: str) -> None:
    record.add_tried("radiomics", ONE)
    record.path.write_text(text)
    for act in (
        record.read,
        lambda: record.add_tried("radiomics", TWO),
        lambda: record.unlock("radiomics", ONE),
    ):
        with pytest.raises(StudyError, match="RECORD"):
            act()
    assert record.path.read_text() == text


def test_a_cache_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in its place")
    with pytest.raises(CannotRun, match="WRITE") as raised:
        TuningRecord(tmp_path / "cache", tmp_path / "study").add_tried("radiomics", ONE)
    assert str(tmp_path) not in str(raised.value)


def test_it_holds_settings_names_and_times_only(record: TuningRecord) -> None:
    record.unlock("radiomics", ONE)
    values = json.loads(record.path.read_text())
    assert set(values) == {"tried", "unlocks", "named"}
    assert set(values["unlocks"][0]) == {"when", "family", "configuration", "tried", "how"}
