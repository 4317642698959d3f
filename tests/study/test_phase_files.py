from dataclasses import replace
from pathlib import Path

import pytest

from core.study.folder import Study
from core.study.manifest import load_study
from core.study.phase_files import phase_files, phase_titles


@pytest.mark.parametrize(
    ("numbers", "used", "titles"),
    [
        ([0, 1, 2], 1, ["pre-contrast", "1st post-contrast", "2nd post-contrast"]),
        ([1, 2, 3, 4], 2, ["pre-contrast", "1st post-contrast", "2nd post-contrast", "3rd post-contrast"]),
        ([0, 1], 0, ["pre-contrast", "1st post-contrast"]),
        ([1], 1, ["1st post-contrast"]),
        ([], 1, []),
    ],
)
def test_titles(numbers: list[int], used: int, titles: list[str]) -> None:
    assert phase_titles(numbers, used) == dict(zip(numbers, titles, strict=True))


def test_ordinals() -> None:
    titles = phase_titles(list(range(24)), 1)
    assert [titles[k].split(" ")[0] for k in (4, 11, 12, 13, 21, 22, 23)] == [
        "4th", "11th", "12th", "13th", "21st", "22nd", "23rd",
    ]  # fmt: skip


def test_a_patient_is_looked_up_once(small_study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study, asked = load_study(small_study), []
    cohort = Study.cohort
    monkeypatch.setattr(Study, "cohort", lambda *a: asked.append(a) or cohort(*a))
    phase_files(study, study.clinical["patient"].iloc[0])
    assert len(asked) == 1


def test_files_of_the_small_study(small_study: Path) -> None:
    study = load_study(small_study)
    patient = study.clinical["patient"].iloc[0]
    assert phase_files(study, patient) == {k: study.image_path(patient, k) for k in (0, 1, 2)}
    single = replace(
        study, cohorts=tuple(replace(c, images="images/{patient}_1.nii.gz") for c in study.cohorts)
    )
    assert phase_files(single, patient) == {1: study.image_path(patient, 1)}
