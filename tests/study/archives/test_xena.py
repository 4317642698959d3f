"""Xena's files from a local hub, and the study's tables made of them."""

import gzip

import numpy as np
import pandas as pd
import pytest

from core.errors import CannotRun, TableError
from core.genomics.expression import read_expression
from core.genomics.gene_ids import one_row_per_gene
from core.study.archives import xena
from core.study.archives.xena_tables import read_clinical, read_probemap, write_expression
from tests.study.archives import xena_files

NAME = "TCGA-BRCA.star_fpkm.tsv.gz"


@pytest.fixture
def paths(archive, client, tmp_path):
    return xena.download("star_fpkm", tmp_path / "xena", client=client, host=xena_files.put(archive))


def test_three_files_come_once_and_go_on_after_a_cut(archive, client, tmp_path):
    host = xena_files.put(archive)
    archive.faults[f"download/{NAME}"] = [None, "cut", "cut", "cut"]  # the first answer is to HEAD
    with pytest.raises(CannotRun, match="FETCH-CUT"):
        xena.download("star_fpkm", tmp_path, client=client, host=host)
    assert not (tmp_path / NAME).exists()
    told = []
    paths = xena.download("star_fpkm", tmp_path, lambda *r: told.append(r), client=client, host=host)
    assert set(paths) == {"probemap", "clinical", "expression"}
    assert all(path.is_file() for path in paths.values())
    assert not list(tmp_path.glob(".*"))
    served = archive.bytes_served()
    xena.download("star_fpkm", tmp_path, client=client, host=host)
    assert archive.bytes_served() == served
    assert told[-1] == ("Downloading TCGA-BRCA from UCSC Xena, MB", 0, 0)


def test_the_retired_dataset_has_names_of_its_own(archive, client, tmp_path):
    host = xena_files.put(archive)
    with pytest.raises(CannotRun, match=r"FETCH-MISSING.*gencode\.v22"):
        xena.download("htseq_fpkm", tmp_path, client=client, host=host)


def test_expression_of_the_primary_tumours_by_symbol(paths, tmp_path):
    written = write_expression(paths["expression"], paths["probemap"], tmp_path / "e.tsv.gz")
    table, raw = read_expression(tmp_path / "e.tsv.gz"), xena_files.expression()
    assert list(table.columns) == xena_files.PATIENTS == list(written.patients)
    assert set(table.index) == {"ESR1", "MKI67", "ERBB2", "XG", "ENSG00000000099"}
    assert (
        table.loc["ESR1", xena_files.PATIENTS[0]]
        == raw.loc["ENSG00000000001.15", f"{xena_files.PATIENTS[0]}-01A"]
    )
    assert (written.rows, written.genes, written.without_symbol, written.samples) == (7, 5, 1, 18)


@pytest.mark.parametrize("seed", range(5))
def test_symbols_collapse_as_any_expression_table_does(paths, tmp_path, seed):
    raw = xena_files.expression(seed)
    paths["expression"].write_bytes(gzip.compress(raw.to_csv(sep="\t").encode()))
    wanted = xena_files.PATIENTS[3:12]
    write_expression(paths["expression"], paths["probemap"], tmp_path / "e.tsv.gz", wanted)
    symbols = read_probemap(paths["probemap"])
    named = raw.rename(index=lambda gene: symbols.get(gene.partition(".")[0], gene))
    expected, _ = one_row_per_gene(named[[f"{p}-01A" for p in wanted]].set_axis(wanted, axis=1))
    found = read_expression(tmp_path / "e.tsv.gz")
    pd.testing.assert_frame_equal(found, expected.loc[found.index], check_names=False)
    assert len(found) == len(expected)


def test_a_table_that_is_cut_off_is_set_aside_and_asked_for_again(paths, archive, client, tmp_path):
    whole = paths["expression"].read_bytes()
    paths["expression"].write_bytes(whole[: len(whole) // 2])
    for name in (f"{NAME}.damaged", f"{NAME}.damaged2"):
        with pytest.raises(CannotRun, match=rf"FETCH-DAMAGED.*cut off, now {name}\. Run it again"):
            write_expression(paths["expression"], paths["probemap"], tmp_path / "e.tsv.gz")
        assert paths["expression"].with_name(name).read_bytes() == whole[: len(whole) // 2]
        assert not paths["expression"].exists()
        assert not list(tmp_path.glob("*e.tsv.gz*"))
        paths["expression"].write_bytes(whole[: len(whole) // 2])
    again = xena.download("star_fpkm", tmp_path / "xena", client=client, host=f"{archive.url}/download")
    assert again["expression"].read_bytes() == whole
    assert paths["expression"].with_name(f"{NAME}.earlier").read_bytes() == whole[: len(whole) // 2]


def test_another_table_in_its_place_is_set_aside_and_the_same_one_is_not(paths, tmp_path):
    target = tmp_path / "e.tsv.gz"
    target.write_bytes(b"mine")
    assert write_expression(paths["expression"], paths["probemap"], target).earlier == "e.tsv.gz.earlier"
    assert (tmp_path / "e.tsv.gz.earlier").read_bytes() == b"mine"
    assert write_expression(paths["expression"], paths["probemap"], target).earlier == ""
    assert sorted(p.name for p in tmp_path.glob("*e.tsv*")) == ["e.tsv.gz", "e.tsv.gz.earlier"]


def test_a_disk_that_is_full_halfway_leaves_what_was_there(paths, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    (tmp_path / "e.tsv.gz").write_bytes(b"mine")
    monkeypatch.setattr("core.study.archives.xena_tables.gzip.GzipFile.write", full)
    with pytest.raises(CannotRun, match="FETCH-DISK"):
        write_expression(paths["expression"], paths["probemap"], tmp_path / "e.tsv.gz")
    assert [p.name for p in tmp_path.glob("*e.tsv*")] == ["e.tsv.gz"]
    assert (tmp_path / "e.tsv.gz").read_bytes() == b"mine"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\tb\n",
        "gene\tTCGA-A1-A0SB-01A\nENSG1.1\tx\n",
        "gene\tTCGA-A1-A0SB-01A\nENSG1.1\n",
        "g\tP-1\nE\t1\n",
    ],
)
def test_another_table_is_refused(paths, tmp_path, text):
    paths["expression"].write_bytes(gzip.compress(text.encode()))
    with pytest.raises(TableError, match="XENA-TABLE"):
        write_expression(paths["expression"], paths["probemap"], tmp_path / "e.tsv.gz")


def test_blank_lines_mean_nothing(paths, tmp_path):
    text = gzip.decompress(paths["expression"].read_bytes()).replace(b"\nENSG", b"\n\nENSG")
    paths["expression"].write_bytes(gzip.compress(text + b"\n"))
    written = write_expression(paths["expression"], paths["probemap"], tmp_path / "e.tsv.gz")
    assert (written.rows, written.genes) == (7, 5)
    assert "ERBB2" in read_expression(tmp_path / "e.tsv.gz").index


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("probemap", b"ESR1", b'"E\nS\tR"', "row 2 with a control character"),
        ("expression", b"ENSG00000000099.1", b'"E\x1b[31m"', "row 8 with a control character"),
        ("expression", b"Ensembl_ID", b"E" * 3000, "a line of more than 2,000"),
    ],
)
def test_what_no_table_holds(paths, tmp_path, monkeypatch, name, old, new, found):
    monkeypatch.setattr("core.study.archives.xena_tables.LONGEST", 2000)
    data = paths[name].read_bytes()
    packed = paths[name].suffix == ".gz"
    data = (gzip.decompress(data) if packed else data).replace(old, new)
    paths[name].write_bytes(gzip.compress(data) if packed else data)
    with pytest.raises(TableError, match=rf"XENA-TABLE.*{found}"):
        write_expression(paths["expression"], paths["probemap"], tmp_path / "e.tsv.gz")
    assert not (tmp_path / "e.tsv.gz").exists()


def test_a_disk_without_room_is_said_before_anything_comes(archive, client, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "core.study.archives.faults.shutil.disk_usage", lambda _: type("Disk", (), {"free": 10})
    )
    with pytest.raises(CannotRun, match=r"FETCH-DISK.*must have room"):
        xena.download("star_fpkm", tmp_path, client=client, host=xena_files.put(archive))
    assert archive.bytes_served() == 0


def test_clinical_has_one_row_per_patient(paths):
    table = read_clinical(paths["clinical"])
    assert list(table["patient"]) == sorted(xena_files.PATIENTS)
    assert table["sample"].str.endswith("-01A").all()
    assert table.loc[2, "ajcc_pathologic_n.diagnoses"] == "N0 (i+)"
    assert np.isfinite(table["age_at_index.demographic"].astype(float)).all()
