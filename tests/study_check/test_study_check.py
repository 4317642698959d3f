"""Checking a study folder: every planted problem is found, once, in one pass, with place and remedy."""

import json
import os
import re
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from core.__main__ import main
from core.errors import NodescopeError, Problem
from core.study.manifest import load_study
from core.study_check import StudyReport, as_page, as_text, check_study
from tests.study_check.planted import STUDIES, Planted
from tests.study_check.sound_study import Folder


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
        folder = Folder(tmp_path_factory.mktemp("planted") / name)
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


@pytest.mark.parametrize("study", STUDIES)
def test_every_problem_says_what_to_do_and_names_no_path(study: str, reports: dict[str, StudyReport]) -> None:
    for problem in reports[study].problems:
        assert problem.expected and problem.fix.endswith((".", "?")), problem
    for text in (as_text(reports[study]), as_page(reports[study]), json.dumps(reports[study].as_dict())):
        assert "/tmp" not in text and str(Path.cwd()) not in text
        assert all(problem.code in text for problem in reports[study].problems)


def test_a_sound_study_has_nothing_to_complain_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = Folder(tmp_path / "sound").write()
    load_study(root)
    assert check_study(root).problems == ()
    outputs = ("--json", tmp_path / "r.json", "--html", tmp_path / "r.html")
    assert main(["validate", *map(str, (root, *outputs))]) == 0
    assert capsys.readouterr().out.startswith("sound: nothing to complain of.")
    said = json.loads((tmp_path / "r.json").read_text())
    assert said["errors"] == said["warnings"] == 0 and said["checked"]["patients"] == 46
    assert not re.search(r"https?:|src=|<script", (tmp_path / "r.html").read_text())


@pytest.mark.parametrize(("file", "code"), [("study.toml", "STUDY-TOML"), ("clinical.csv", "TABLE-READ")])
def test_a_file_in_another_encoding_is_one_problem(file: str, code: str, tmp_path: Path) -> None:
    """UTF-16, as a spreadsheet's Unicode text is; and Latin-1, past which the rest is read."""
    root = Folder(tmp_path / "study").write()
    text = (root / file).read_text()
    (root / file).write_text(text, encoding="utf-16")
    assert [p.code for p in check_study(root).problems if p.file == file] == [code]
    old, new = ("Planted", "M\u00fcnchen") if file == "study.toml" else ("GE", "G\u00e9")
    (root / file).write_text(text.replace(old, new, 1), encoding="latin-1")
    assert [(p.code, p.file) for p in check_study(root).problems] == [(code, file)]


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """1 for errors, 3 for nothing but warnings, 2 where the report cannot be written."""
    folder = Folder(tmp_path / "study")
    folder.cell("T11", "ki67", "high")
    root = folder.write()
    assert main(["validate", str(root)]) == 3
    (root / "masks/T00.nii.gz").unlink()
    assert main(["validate", str(root)]) == 1
    assert main(["validate", str(root), "--json", str(tmp_path / "none" / "r.json")]) == 2
    assert main(["validate", str(tmp_path / "none")]) == 1
    assert "[STUDY-MISSING]" in capsys.readouterr().out


def test_what_stops_load_study_is_among_the_problems(tmp_path: Path) -> None:
    """The same rules: the first error of a load is the first of the same code in the report."""
    for i, planted in enumerate(STUDIES["first"][:30]):
        folder = Folder(tmp_path / str(i))
        planted.plant(folder)
        root = folder.write()
        try:
            load_study(root)
        except NodescopeError as error:
            assert set(error.problems) <= set(check_study(root).problems), planted


def test_markup_in_a_study_is_text_on_the_page(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "<b>study")
    folder.cell("T11", "age", "<script>alert(1)</script>")
    folder.setting("forest", '"<img src=x>" = 1')
    page = as_page(check_study(folder.write()))
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;" in page and "&lt;b&gt;" in page


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("study.toml", "STUDY-TOML"), ("clinical.csv", "TABLE-READ"), ("expression.tsv", "EXPRESSION-FILE"),
        ("sets.gmt", "GENESETS-TABLE"), ("images/T00_1.nii.gz", "IMAGE-READ"),
        ("images/T00_2.nii.gz", "IMAGE-READ"), ("masks/T00.nii.gz", "IMAGE-READ"),
    ],
)  # fmt: skip
def test_a_pipe_in_the_place_of_a_file_is_a_problem(file: str, code: str, tmp_path: Path) -> None:
    root = Folder(tmp_path / "study").write()
    (root / file).unlink()
    os.mkfifo(root / file)
    assert [p.code for p in check_study(root).problems if p.file == file] == [code]


def test_names_that_no_file_can_have(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "study")
    folder.swap("masks/{patient}", "masks/" + "a" * 300 + "{patient}")
    folder.swap("again/{patient}", "again/" + "a" * 300 + "{patient}")
    problems = check_study(folder.write()).problems
    assert {(p.code, p.key) for p in problems} == {
        ("STUDY-PATTERN", f"cohorts.main.{kind}") for kind in ("masks", "second_masks")
    }
    assert all("more than 255" in p.found for p in problems)


def test_a_study_under_a_path_that_is_no_utf_8(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / os.fsdecode(b"caf\xe9")
    Folder(tmp_path / "study").write().rename(root)
    outputs = ["--json", str(tmp_path / "r.json"), "--html", str(tmp_path / "r.html")]
    assert main(["validate", str(root), *outputs]) == 1
    assert "[STUDY-PATH]" in capsys.readouterr().out and "STUDY-PATH" in (tmp_path / "r.html").read_text()
    assert main(["run", str(root), "--cache", str(tmp_path / "cache")]) == 1
    assert capsys.readouterr().err.startswith("[STUDY-PATH]")


@pytest.mark.parametrize(
    ("known", "huge", "code"),
    [("T", "", "COVARIATE-FEW"), ("V", "", "STUDY-COVARIATE"), ("TV", "-1e308", "STUDY-COVARIATE")],
)
def test_covariates_that_a_run_refuses(known: str, huge: str, code: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "study")
    folder.setting("fusion", 'covariates = ["ki67"]')
    at = folder.header.split(",").index("ki67")
    for i, row in enumerate(folder.rows):
        row[at] = (huge if i % 2 else row[at]) or row[at] if row[0][0] in known else ""
    errors = check_study(folder.write()).errors
    assert [(p.code, p.key) for p in errors] == [(code, "settings.fusion.covariates")]


def test_a_covariate_of_too_few_training_patients(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "study")
    folder.setting("fusion", 'covariates = ["ki67"]')
    at = folder.header.split(",").index("ki67")
    for row in folder.rows[4:40]:
        row[at] = ""
    assert [p.code for p in check_study(folder.write()).errors] == ["COVARIATE-FEW"]


def test_a_report_that_cannot_be_written_or_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Folder(tmp_path / "m\u00fcll").write()
    assert main(["validate", str(root), "--json", "/dev/full"]) == 2
    assert capsys.readouterr().err.rpartition("\n[")[2].startswith("WRITE]")
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(BytesIO(), encoding="ascii"))
    assert main(["validate", str(root), "--json", str(tmp_path / "r.json")]) == 0
    assert [p.name for p in tmp_path.glob("*r.json*")] == ["r.json"]

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    assert main(["validate", str(root), "--html", str(tmp_path / "r.html")]) == 2
    assert {p.name for p in tmp_path.iterdir()} == {root.name, "r.json"}
