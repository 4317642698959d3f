"""Expression files: names of their samples, and the copy named by patient codes."""

import gzip

import pytest

from core.errors import TableError
from core.genomics.expression_file import read_expression
from core.study.intake.samples import copy_named, ending, sample_names

TABLE = "gene\tp_1\tp_2\nG1\t1.5\t2\nG2\t3\t4\n"
GCT = "#1.2\n2\t2\nNAME\tDescription\tp_1\tp_2\nG1\tna\t1.5\t2\nG2\tna\t3\t4\n"


@pytest.mark.parametrize(
    ("text", "name"), [(TABLE, "e.tsv"), (TABLE.replace("\t", ","), "e.csv"), (GCT, "e.gct")]
)
@pytest.mark.parametrize("zipped", [False, True])
def test_samples_are_named_anew(text, name, zipped, tmp_path):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
    assert sample_names(path) == ("p_1", "p_2")
    target = tmp_path / f"copy{ending(path)}"
    assert target.name.endswith(".gz") == zipped
    copy_named(path, target, {"p_1": "P1"})
    before, after = read_expression(path), read_expression(target)
    assert list(after.columns) == ["P1", "p_2"] and (after.to_numpy() == before.to_numpy()).all()
    copy_named(path, target, {})
    assert target.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("kind", ["not UTF-8", "cut off", "altered"])
def test_a_fault_below_the_header_is_told(kind, tmp_path):
    rows = TABLE + "".join(f"G{k}\t{k % 97 / 7}\t{k % 89 / 3}\n" for k in range(3, 20_000))
    packed = gzip.compress(rows.encode())
    half = len(packed) // 2
    faults = {
        "not UTF-8": gzip.compress(rows.encode() + b"\xe9\t1\t2\n"),
        "cut off": packed[:half],
        "altered": packed[:half] + bytes(range(256)) + packed[half + 256 :],
    }
    path = tmp_path / "e.tsv.gz"
    path.write_bytes(faults[kind])
    with pytest.raises(TableError, match="EXPRESSION-FILE"):
        copy_named(path, tmp_path / "copy.tsv.gz", {"p_1": "P1"})


def test_what_is_no_expression_file(tmp_path):
    for data in (b"", b"one\n", bytes(range(256)), gzip.compress(TABLE.encode())[:20]):
        (tmp_path / "secret.tsv").write_bytes(data)
        with pytest.raises(TableError, match="EXPRESSION-FILE"):
            sample_names(tmp_path / "secret.tsv")
    with pytest.raises(TableError, match="EXPRESSION-FILE"):
        sample_names(tmp_path / "absent.tsv")
