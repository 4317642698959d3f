"""What a run prints: a line a stage on a log, a rewritten one on a terminal, one word of what was kept."""

import pytest

from core.commands.console import Console
from tests.conftest import SmallRun, core


def told(console: Console) -> None:
    console("Masks checked", 0, 1)
    console("Masks checked", 3, 24)
    console.kept("Key slices")
    console("Signatures", 2, 5)


def test_a_log_has_a_line_a_stage(capsys: pytest.CaptureFixture[str]) -> None:
    told(Console())
    assert capsys.readouterr().err == "Masks checked\nKey slices: kept\nSignatures 2/5\n"


def test_a_terminal_rewrites_the_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    told(Console())
    assert capsys.readouterr().err == "Masks checked\rMasks checked 3/24\nKey slices: kept\nSignatures 2/5"


def test_a_second_run_says_of_every_stage_that_it_was_kept(small_run: SmallRun) -> None:
    done = core("run", small_run.study, "--cache", small_run.cache)
    assert done.returncode == 0, done.stderr
    first, *stages = done.stderr.strip().splitlines()
    assert first == "Looking for ImageNet weights"
    assert stages and all(line.endswith(": kept") for line in stages)
    assert "Radiomics features: kept" in stages
