"""Checking a study folder: every planted problem is found, once, in one pass, with place and remedy."""

from collections import Counter
from pathlib import Path

import pytest

from core.errors import NodescopeError, Problem
from core.study.manifest import load_study
from core.study_check import StudyReport, check_study
from tests.study_check.planted import STUDIES, Planted, sound


def is_it(planted: Planted, problem: Problem) -> bool:
    place = problem.file == planted.file and problem.key == planted.key
    place = place and problem.column == planted.column and planted.row in (None, problem.row)
    return (
        place
        and problem.code == planted.code
        and planted.found in problem.found
        and planted.fix in problem.fix
    )


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StudyReport]:
    """The report of each study, made in one pass."""
    found = {}
    for name, planted in STUDIES.items():
        folder = sound(tmp_path_factory.mktemp("planted") / name)
        for one in planted:
            one.plant(folder)
        found[name] = check_study(folder.write())
    return found


def test_there_are_enough_kinds() -> None:
    kinds = {
        (p.code, p.file.partition("/")[0], p.key, p.column, p.found) for s in STUDIES.values() for p in s
    }
    assert len(STUDIES["first"]) >= 70 and len(kinds) >= 80
    assert len({p.code for s in STUDIES.values() for p in s}) >= 45


@pytest.mark.parametrize("study", STUDIES)
def test_every_planted_problem_is_found_once_and_nothing_else(
    study: str, reports: dict[str, StudyReport]
) -> None:
    problems = list(reports[study].problems)
    counts = {i: sum(is_it(one, p) for p in problems) for i, one in enumerate(STUDIES[study])}
    missed = [STUDIES[study][i] for i, n in counts.items() if n != 1]
    assert not missed, (missed, [str(p) for p in problems])
    assert [(p.place, str(p)) for p in problems if not any(is_it(one, p) for one in STUDIES[study])] == []
    for one in STUDIES[study]:
        found = next(p for p in problems if is_it(one, p))
        assert (found.severity == "warning") is one.warning, found
