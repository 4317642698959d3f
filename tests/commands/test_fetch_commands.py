"""``fetch`` on the command line: sizes and licence first, agreement, exit codes, progress for the pages."""

import io
import json
from types import SimpleNamespace

import pandas as pd
import pytest

from core.__main__ import main
from core.commands.telling import reporting
from core.jobs import Jobs
from core.study.archives import idc, transfer
from tests.conftest import core
from tests.study.archives import cohort, xena_files
from tests.study.archives.server import running


@pytest.fixture
def archive(monkeypatch):
    with running() as server:
        monkeypatch.setenv("NODESCOPE_IDC", server.url)
        monkeypatch.setenv("NODESCOPE_XENA", xena_files.put(server))
        monkeypatch.setattr(
            transfer.Client.__init__, "__defaults__", (1, (0,), *transfer.Client.__init__.__defaults__[2:])
        )
        yield server


@pytest.fixture
def table(archive, tmp_path, monkeypatch):
    made = cohort.nact_like(archive, tmp_path / "made")
    monkeypatch.setattr(idc, "read_index", lambda _collections: made)
    return made


@pytest.fixture
def run(tmp_path, capsys):
    """Run a command in this process: exit code, stdout, stderr."""

    def one(*arguments):
        code = main([*map(str, arguments), "--cache", str(tmp_path / "cache")])
        said = capsys.readouterr()
        return code, said.out, said.err

    return one


def test_a_dry_run_lists_both_collections_offline(tmp_path):
    done = core("fetch", "idc", "--dry-run", env={"NODESCOPE_IDC": "http://127.0.0.1:1", "PATH": ""})
    assert done.returncode == 0, done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert "137  MR in the archive (mr)" in lines
    assert "107  GE scanner (ge): 30 other makers only" in lines
    assert "64  MR in the archive (mr)" in lines
    assert "?  1.5 T (field): not yet known: read of 0 of 104 patients" in lines
    assert any("breast_mri_nact_pilot seg, CC BY 3.0" in line for line in lines)


def test_a_download_is_agreed_to_first(table, run, tmp_path, monkeypatch, archive):
    command = ("fetch", "idc", "--collection", "breast_mri_nact_pilot", "-o", tmp_path / "got")
    code, out, err = run(*command)
    assert code == 1 and "[FETCH-CONFIRM]" in err and "--yes" in err
    assert "CC BY 3.0" in out and "8 series in all" in out
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert run(*command)[0] == 2
    assert archive.asked == {} and not (tmp_path / "got").exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert run(*command)[0] == 0


def test_images_arrive_and_the_headers_are_counted(table, run, tmp_path):
    code, out, err = run(
        "fetch", "idc", "--collection", "breast_mri_nact_pilot", "--yes", "-o", tmp_path / "got"
    )
    assert (code, err.strip().count("\n")) == (0, 0)
    assert out.count("1.5 T") == 2 and "2  1.5 T (field)" in out.splitlines()[-3].strip()
    told = Jobs(tmp_path / "cache").progress(tmp_path / "got")
    assert told.state == "done" and told.stage.startswith("Downloading")


def test_a_series_that_fails_is_named(table, run, tmp_path, archive):
    archive.faults[f"idc-open-data/{table.loc[0, 'uuid']}/000.dcm"] = [404]
    code, _, err = run(
        "fetch", "idc", "--collection", "breast_mri_nact_pilot", "--yes", "-o", tmp_path / "got"
    )
    assert code == 3
    assert "not fetched: breast_mri_nact_pilot/UCSF-BR-01/exam1/dynamic_4: [FETCH-MISSING]" in err


def test_nothing_at_all_could_not_run(table, run, tmp_path, monkeypatch):
    monkeypatch.setenv("NODESCOPE_IDC", "http://127.0.0.1:1")
    code, _, err = run(
        "fetch", "idc", "--collection", "breast_mri_nact_pilot", "--yes", "-o", tmp_path / "got"
    )
    assert code == 2 and err.startswith("[FETCH-OFFLINE] 127.0.0.1:1 must be reachable")
    told = Jobs(tmp_path / "cache").progress(tmp_path / "got")
    assert told.state == "failed" and "FETCH-OFFLINE" in told.message


def test_xena_s_tables_become_an_expression_table(archive, run, tmp_path):
    code, out, err = run("fetch", "xena", "--yes", "-o", tmp_path / "x")
    assert code == 0, err
    assert "expression.tsv.gz: 5 genes of 7 rows x 16 patients" in out
    assert "primary tumour" in out
    assert pd.read_csv(tmp_path / "x" / "expression.tsv.gz", sep="\t").shape == (5, 17)


def test_a_folder_that_cannot_be_is_told_first(archive, run, tmp_path):
    (tmp_path / "file").write_text("")
    for command in (("idc", "--yes", "-o"), ("xena", "--yes", "-o"), ("liu2024", "--yes")):
        code, _, err = run("fetch", *command, tmp_path / "file")
        assert code == 2 and err.startswith("[WRITE]")
    code, _, err = run("fetch", "idc", "--yes")
    assert code == 1 and "[FETCH-FOLDER]" in err


def test_one_command_at_a_time_works_on_a_folder(table, run, tmp_path):
    with reporting(tmp_path / "got", tmp_path / "cache"):
        code, _, err = run(
            "fetch", "idc", "--collection", "breast_mri_nact_pilot", "--yes", "-o", tmp_path / "got"
        )
    assert code == 2 and err.startswith("[FETCH-BUSY]")


def test_a_disk_without_room_is_told_before_the_download(table, run, tmp_path, monkeypatch, archive):
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=1))
    code, _, err = run(
        "fetch", "idc", "--collection", "breast_mri_nact_pilot", "--yes", "-o", tmp_path / "got"
    )
    assert code == 2 and err.startswith("[FETCH-DISK]") and archive.asked == {}


def test_the_template_says_what_is_missing(archive, run, tmp_path, monkeypatch):
    monkeypatch.setenv("NODESCOPE_XENA", "http://127.0.0.1:1")
    monkeypatch.setattr("core.genomics.gene_set_source.download", lambda _name: "SET\tx\tESR1\n")
    code, out, err = run("fetch", "liu2024", tmp_path / "study", "--no-images", "--yes")
    assert code == 3
    assert "not fetched: [FETCH-OFFLINE]" in err
    assert "- Lymph-node status of Breast-MRI-NACT-Pilot (64)" in out
    assert "- Tumour masks of TCGA-BRCA (.les) (104)" in out


def test_a_launched_download_reports_to_the_pages(tmp_path, monkeypatch):
    monkeypatch.setenv("NODESCOPE_XENA", "http://127.0.0.1:1")
    jobs, target = Jobs(tmp_path / "cache"), tmp_path / "got"
    jobs.launch(target, ["fetch", "xena", "--yes", "-o", str(target)])
    assert jobs.progress(target).state == "running"
    jobs.cancel(target)
    assert json.loads(jobs.progress_path(target).read_text())["state"] == "cancelled"
