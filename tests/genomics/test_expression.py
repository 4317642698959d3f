import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import StudyError, TableError
from core.genomics.expression import match_samples, prepare, read_expression
from core.settings import ExpressionSettings

AUTO = ExpressionSettings()
PATIENTS = [f"TCGA-AA-{i:04d}" for i in range(20)]


def table(genes=6, patients=PATIENTS, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.uniform(2, 9, (genes, len(patients))).round(4)
    return pd.DataFrame(values, [f"GENE{i}" for i in range(genes)], [f"{p}-01A" for p in patients])


def write(path, text, zipped=False):
    path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
    return path


@pytest.mark.parametrize(("separator", "zipped"), [("\t", True), ("\t", False), (",", False), (";", True)])
def test_reads_xena_layout_in_every_dress(tmp_path, separator, zipped):
    frame = table()
    path = write(tmp_path / "expression", frame.to_csv(sep=separator, index_label="Ensembl_ID"), zipped)
    pd.testing.assert_frame_equal(read_expression(path), frame, check_names=False)


def test_reads_a_header_without_corner_cell_and_missing_cells(tmp_path):
    found = read_expression(write(tmp_path / "e.tsv", "S1\tS2\nA\t1\tNA\nB\t2\t\n"))
    assert list(found.columns) == ["S1", "S2"]
    assert found["S2"].isna().all()
    assert found["S1"].tolist() == [1, 2]


def test_reads_gct(shared):
    found = read_expression(shared / "data/expression/leukemia.gct")
    assert found.shape == (9020, 48)
    assert found.loc["AADAC", "ALL_1"] == -121.2


def test_a_shortened_gct_is_found_out(shared, tmp_path):
    lines = (shared / "data/expression/leukemia.gct").read_text().splitlines()[:500]
    with pytest.raises(TableError, match="497 x 48 cells where line 2 declares 9020 x 48"):
        read_expression(write(tmp_path / "e.gct", "\n".join(lines)))


def test_lists_every_problem_at_once(tmp_path):
    text = "gene\tS1\tS2\tS2\nTP53\t1\tabc\t3\n\t1\t2\t3\nESR1\t1\t2\nMYC\tinf\t2\t3\n"
    with pytest.raises(TableError) as error:
        read_expression(write(tmp_path / "e.tsv", text))
    for part in (
        "row 2, column S2: 'abc'",
        "row 3 has no gene id",
        "row 4 has 2 values for 3 samples",
        "row 5, column S1: 'inf'",
        "sample S2 stands in several columns",
    ):
        assert part in str(error.value)
    assert str(tmp_path) not in str(error.value)


@pytest.mark.parametrize("text", ["", "gene\tS1\n", "gene\nTP53\n", "\n\n"])
def test_empty_tables(tmp_path, text):
    with pytest.raises(TableError):
        read_expression(write(tmp_path / "e.tsv", text))


def test_truncated_gzip_binary_and_absent_files(tmp_path):
    whole = gzip.compress(table(200).to_csv(sep="\t").encode())
    (tmp_path / "cut.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TableError, match="cut off or damaged"):
        read_expression(tmp_path / "cut.gz")
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    with pytest.raises(TableError, match="no text"):
        read_expression(tmp_path / "binary")
    with pytest.raises(TableError, match="cannot be opened"):
        read_expression(tmp_path / "absent.tsv")


def test_prepares_patients_in_order_and_counts():
    frame = table()
    frame.loc["GENE0"] = 0.5
    frame.loc["GENE1", frame.columns[3]] = np.nan
    found = prepare(frame, [*PATIENTS[::-1], "TCGA-ZZ-0001"], AUTO)
    assert list(found.values.columns) == PATIENTS[::-1]
    assert list(found.values.index) == ["GENE2", "GENE3", "GENE4", "GENE5"]
    np.testing.assert_array_equal(found.values, frame.iloc[2:, ::-1])
    expected = {
        "genes_read": 6, "genes_kept": 4, "dropped_by_mean": 1, "dropped_missing": 1, "samples": 20,
        "matched_patients": 20, "patients_without_expression": ["TCGA-ZZ-0001"], "duplicates_collapsed": 0,
        "scale": "log2",
    }  # fmt: skip
    assert expected.items() <= found.info.items()


def test_linear_scale_is_detected_and_logged():
    frame = table()
    found = prepare(2**frame - 1, PATIENTS, AUTO)
    assert found.info["scale"] == "linear"
    np.testing.assert_allclose(found.values, frame, atol=1e-12)
    forced = prepare(frame, PATIENTS, ExpressionSettings(scale="linear"))
    np.testing.assert_allclose(forced.values, np.log2(frame + 1))


def test_negative_values_of_a_linear_scale_are_counted(shared):
    frame = read_expression(shared / "data/expression/leukemia.gct")
    found = prepare(frame, list(frame.columns), AUTO)
    assert found.info["scale"] == "linear"
    assert found.info["negative_values"] == int((frame < 0).to_numpy().sum()) > 0
    assert found.values.to_numpy().min() >= 0


def test_versions_are_stripped_and_the_highest_mean_wins():
    frame = table(4)
    frame.index = ["ENSG00000141510.17", "ENSG00000141510.2", "HLA-DRB1.5", "ENSG00000000003.14"]
    frame.iloc[1] += 10
    found = prepare(frame, PATIENTS, AUTO)
    assert list(found.values.index) == ["ENSG00000141510", "HLA-DRB1.5", "ENSG00000000003"]
    np.testing.assert_array_equal(found.values.iloc[0], frame.iloc[1])
    assert found.info["duplicates_collapsed"] == 1


def test_too_few_patients_and_no_genes():
    with pytest.raises(StudyError, match="found 14 of 20"):
        prepare(table(patients=PATIENTS[:14]), PATIENTS, AUTO)
    with pytest.raises(StudyError, match="EXPRESSION-GENES"):
        prepare(table() * 0.01, PATIENTS, AUTO)


def test_sample_choice_follows_the_barcode():
    samples = [
        "P1-11A",
        "P1-06A",
        "P1-01B-11R",
        "P1-01A-12R",
        "P2-11A",
        "P3-06A",
        "P4",
        "P4-01A",
        "P5-x-01A",
        "P10-01A",
    ]
    found, normals = match_samples(samples, ["P1", "P2", "P3", "P4", "P5", "P5-x", "P10", "P"])
    assert found == {"P1": "P1-01A-12R", "P3": "P3-06A", "P4": "P4", "P5-x": "P5-x-01A", "P10": "P10-01A"}
    assert normals == 2


@settings(max_examples=50, deadline=None)
@given(st.permutations(range(20)), st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_order_of_file_and_of_patients_changes_nothing(order, absent, seed):
    frame = table(seed=seed)
    wanted = [PATIENTS[i] for i in order]
    shuffled = frame.sample(frac=1, axis=1, random_state=seed).iloc[:, absent:]
    found = prepare(shuffled, wanted, AUTO)
    kept = [p for p in wanted if f"{p}-01A" in shuffled]
    assert list(found.values.columns) == kept
    assert found.info["matched_patients"] == 20 - absent
    np.testing.assert_array_equal(found.values, frame[[f"{p}-01A" for p in kept]])
