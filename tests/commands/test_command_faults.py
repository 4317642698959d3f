"""The command line told something that cannot be: one clear sentence, before any work."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.__main__ import main
from core.commands.places import room
from core.errors import CannotRun, ImageError
from core.models.case.files import predict_files
from core.store import Store


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


@contextmanager
def files_of(most: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as on a disk that is full."""
    limits, former = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, former)


@pytest.mark.parametrize("output", ["out", "link"])
def test_a_full_disk_leaves_what_was_there(
    output: str, predictions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("earlier")
    (tmp_path / "link").symlink_to("out")
    command = ("evaluate", predictions, "--outcome", "y", "--models", "a", "-o", tmp_path / output)
    with files_of(100):
        assert main([str(a) for a in command]) == 2
    assert capsys.readouterr().err.startswith("[WRITE]")
    assert (tmp_path / "out").read_text() == "earlier"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "out", "predictions.csv"]
    assert main([str(a) for a in command]) == 0
    assert (tmp_path / "link").is_symlink() and "models" in (tmp_path / "out").read_text()


def test_a_disk_that_is_full_while_a_command_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with files_of(1000):
        assert main(["demo", str(tmp_path / "demo"), "--small"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("[DISK]")
    assert not list(tmp_path.iterdir())


def test_an_array_that_does_not_fit_on_the_disk(tmp_path: Path) -> None:
    """NumPy's error says so in words alone."""
    with files_of(1000), pytest.raises(CannotRun, match="DISK"), room():
        Store(tmp_path).compute("s", "k", lambda: {"a": np.zeros(5000)})
    assert not list((tmp_path / "s").iterdir())
    with pytest.raises(PermissionError), room():
        raise PermissionError(13, "denied")


def test_the_input_is_not_written_over(
    predictions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "link").symlink_to(predictions.name)
    for output in (predictions, tmp_path / "link"):
        command = ("evaluate", predictions, "--outcome", "y", "--models", "a", "-o", output)
        assert "the input itself" in _said(capsys, 2, "WRITE", *command)
        assert "the input itself" in _said(capsys, 2, "WRITE", "audit", predictions, "-o", output)
        assert "the input itself" in _said(capsys, 2, "WRITE", "gsva", "e.csv", predictions, "-o", output)
    (tmp_path / "loop").symlink_to("loop")
    _said(capsys, 2, "WRITE", *command[:-1], tmp_path / "loop")


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("y,a\x1b[2J,a\x1b[2J\n1,2,3\n", "TABLE-COLUMN", "a\\x1b[2J"),
        ("y,a" + ",x" * 300_000, "TABLE-COLUMN", "more than one x"),
        ("y,a" + "".join(f",x{i}" for i in range(60_000)) + "\n1,2\n", "TABLE-READ", "60,002 cells"),
        ("y,a" + "," * 5000 + "\n1,.5" * 5000, "TABLE-READ", "5,000 rows of 5,002 cells"),
        ("n,positives,acc\n57,25,0." + "1" * 100_000, "AUDIT-ROWS", "letters)"),
    ],
)
def test_hostile_tables_are_one_short_sentence_at_once(
    text: str, code: str, found: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.csv").write_text(text)
    command = ("audit",) if code == "AUDIT-ROWS" else ("evaluate", "--outcome", "y", "--models", "a")
    said = _said(capsys, 1, code, *command, "-o", tmp_path / "o", "--", tmp_path / "t.csv")
    assert found in said and len(said) < 5000 and said.isprintable()


def test_a_seed_below_0_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _said(capsys, 1, "DEMO-SEED", "demo", tmp_path / "demo", "--small", "--seed", "-1")
    assert not list(tmp_path.iterdir())


def test_settings_from_a_device_are_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ("radiomics", "i.nii", "m.nii", "--settings", "/dev/zero", "-o", tmp_path / "out")
    _said(capsys, 1, "SETTINGS-FILE", *command)


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
