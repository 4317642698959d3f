"""The command line told something that cannot be: one clear sentence, before any work."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.__main__ import main
from core.errors import ImageError
from core.models.case.files import predict_files


@pytest.fixture
def predictions(tmp_path: Path) -> Path:
    """Forty patients, two models."""
    y = np.arange(40) % 2
    p = np.random.default_rng(5).uniform(0.1, 0.6, (40, 2)) + 0.3 * y[:, None]
    path = tmp_path / "predictions.csv"
    pd.DataFrame(p, columns=["a", "b"]).assign(y=y).to_csv(path, index=False)
    return path


def _said(capsys: pytest.CaptureFixture[str], exit_code: int, code: str, *arguments: object) -> str:
    """Run a command in this process; what it says must be one sentence under one code."""
    assert main([str(a) for a in arguments]) == exit_code
    text = capsys.readouterr().err.strip()
    assert text.startswith(f"[{code}]") and text.count("\n") == 0 and "must" in text, text
    return text


@pytest.mark.parametrize("output", ["absent/out", ".", "predictions.csv/out"])
@pytest.mark.parametrize(
    "command",
    [
        ("evaluate", "predictions.csv", "--outcome", "y", "--models", "a"),
        ("audit", "t.csv"),
        ("gsva", "e.csv", "s.gmt"),
        ("fetch", "genesets", "KEGG_2021_Human"),
        ("radiomics", "i.nii", "m.nii"),
        ("deep", "i.nii", "m.nii", "--backbone", "resnet50"),
        ("tumour-volume", "--dce", "d", "--pe", "p", "--ser", "s", "--seg", "x"),
        ("bundle", "study"),
        ("predict", "b", "c.zip"),
    ],
)
def test_where_nothing_can_be_written_is_told_first(
    command: tuple[str, ...],
    output: str,
    predictions: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(predictions.parent)
    if command[0] == "predict":
        monkeypatch.setattr("core.models.bundle.load_bundle", lambda path: None)
    _said(capsys, 2, "WRITE", *command, "-o", output)


def test_a_cache_that_is_a_file_is_told_first(
    predictions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for cache in (predictions, predictions / "below"):
        _said(capsys, 2, "WRITE", "run", tmp_path, "--cache", cache)
        _said(capsys, 2, "WRITE", "bundle", tmp_path, "--cache", cache, "-o", tmp_path / "out")
        _said(capsys, 2, "WRITE", "predict", "b", "c.zip", "--cache", cache, "-o", tmp_path / "out")
    keys = ["--type", "unsigned", "--min-size", "30", "--deep-split", "2", "--merge", "0.2"]
    _said(capsys, 2, "WRITE", "modules", "e.csv", *keys, "-o", predictions / "below")
    _said(capsys, 2, "WRITE", "demo", predictions / "demo", "--small")


def test_a_seed_below_0_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _said(capsys, 1, "DEMO-SEED", "demo", tmp_path / "demo", "--small", "--seed", "-1")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("data", [None, b"\xff\xfe\x00"])
def test_settings_that_cannot_be_read(
    data: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.yaml"
    if data is not None:
        path.write_bytes(data)
    _said(
        capsys, 1, "SETTINGS-FILE", "radiomics", "i.nii", "m.nii", "--settings", path, "-o", tmp_path / "out"
    )


@pytest.mark.parametrize("table", ["predictions", "training"])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "TABLE-MISSING"),
        ("", "TABLE-READ"),
        ('a,b,y\n"1,2,3', "TABLE-READ"),
        ("a,a,b,y\n1,1,1,1", "TABLE-COLUMN"),
        ("a,b,y\n1,1,1,1", "TABLE-ROWS"),
        ("a,b,y", "TABLE-ROWS"),
        ("a,c,y\n1,1,1", "EVAL-COLUMN"),
    ],
)
def test_a_faulty_predictions_table_is_named(
    table: str,
    text: str | None,
    code: str,
    predictions: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    faulty = tmp_path / "faulty.csv"
    if text is not None:
        faulty.write_text(text)
    tables = (faulty, "--train", predictions) if table == "predictions" else (predictions, "--train", faulty)
    more = ("--outcome", "y", "--models", "a", "b", "-o", tmp_path / "out")
    assert table in _said(capsys, 1, code, "evaluate", *tables, *more)


@pytest.mark.parametrize(
    ("text", "more", "code", "found"),
    [
        ("n,acc\n88,0.9", (), "AUDIT-COLUMN", "no positives"),
        ("n,positives,acc,sen\n8,x,0.9,2\n8,9,0.9,", (), "AUDIT-ROWS", "row 2, column positives: 'x'"),
        ("n,positives,acc,sen\n8,x,0.9,2\n8,9,0.9,", (), "AUDIT-ROWS", "row 3, column positives: 9 of 8"),
        ("n,positives,acc\n8,4,0.50", ("--p", "high"), "AUDIT-P", "'high'"),
        ("n,positives,acc\n8,4,0.50", ("--correlations", "absent.csv"), "TABLE-MISSING", "no such file"),
    ],
)
def test_a_faulty_table_to_audit_is_named(
    text: str,
    more: tuple[str, ...],
    code: str,
    found: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(text)
    assert found in _said(capsys, 1, code, "audit", "t.csv", *more, "-o", "out")
    assert not Path("out").exists()


def test_the_outcome_is_no_model(
    predictions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--outcome", "y", "--models", "a", "y", "-o", tmp_path / "out")
    _said(capsys, 1, "EVAL-COLUMN", "evaluate", predictions, *more)


@pytest.mark.parametrize(
    ("names", "phase", "found"),
    [
        (["absent.zip"], None, "no such file"),
        (["predictions.csv"], None, "another kind"),
        (["predictions.csv"] * 3, None, "3 files"),
        (["predictions.csv"] * 2, 1, "with a phase"),
    ],
)
def test_files_that_are_no_case_are_one_clear_error(
    names: list[str], phase: int | None, found: str, predictions: Path
) -> None:
    with pytest.raises(ImageError, match=found) as caught:
        predict_files(None, [predictions.parent / name for name in names], phase, predictions.parent)
    assert caught.value.code == "CASE-FILES" and str(predictions.parent) not in str(caught.value)
