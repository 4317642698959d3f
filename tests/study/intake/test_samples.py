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


def test_what_is_no_expression_file(tmp_path):
    for data in (b"", b"one\n", bytes(range(256)), gzip.compress(TABLE.encode())[:20]):
        (tmp_path / "secret.tsv").write_bytes(data)
        with pytest.raises(TableError, match="EXPRESSION-FILE"):
            sample_names(tmp_path / "secret.tsv")
    with pytest.raises(TableError, match="EXPRESSION-FILE"):
        sample_names(tmp_path / "absent.tsv")
