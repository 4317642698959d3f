import gzip
import math
import statistics

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import StudyError, TableError
from core.genomics.expression import connectivity, match_samples, prepare, read_expression, repairs
from core.genomics.gene_ids import restored_symbol
from core.genomics.samples import genes_in_rows
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
        "row 3: no gene id",
        "row 4: 2 values for 3 samples",
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


def test_a_linear_scale_is_asked_for_then_logged():
    frame = table()
    with pytest.raises(StudyError, match=r"\[EXPRESSION-SCALE\] .*, none below 0: linear by their size"):
        prepare(2**frame - 1, PATIENTS, AUTO)
    found = prepare(2**frame - 1, PATIENTS, ExpressionSettings(scale="linear"))
    assert found.info["scale"] == "linear" and not found.info["scale_detected"]
    np.testing.assert_allclose(found.values, frame, atol=1e-12)
    assert prepare(frame, PATIENTS, AUTO).info["scale_detected"]
    with pytest.raises(StudyError, match="neither linear nor log2"):
        prepare(frame - 5, PATIENTS, AUTO)


def test_negative_values_of_a_linear_scale_are_asked_for(shared):
    frame = read_expression(shared / "data/expression/leukemia.gct")
    everyone, below = list(frame.columns), frame < 0
    count, genes = int(below.to_numpy().sum()), int(below.any(axis=1).sum())
    with pytest.raises(StudyError, match=f"EXPRESSION-SCALE.*{count:,} of .* below 0") as asked:
        prepare(frame, everyone, AUTO)
    assert 'scale = "log2" or "linear"' in str(asked.value) and 'negatives = "zero"' in str(asked.value)
    with pytest.raises(StudyError, match=f"EXPRESSION-NEGATIVE.*{count:,} of .* in {genes:,} of 9,020 genes"):
        prepare(frame, everyone, ExpressionSettings(scale="linear"))
    zeroed = prepare(frame, everyone, ExpressionSettings(scale="linear", negatives="zero"))
    assert zeroed.values.to_numpy().min() >= 0
    assert zeroed.info["negative_values"] == zeroed.info["negatives_to_zero"] == count
    assert repairs(zeroed.info)[0].endswith(f"before the logarithm: {count:,}")
    dropped = prepare(frame, everyone, ExpressionSettings(scale="linear", negatives="drop"))
    assert dropped.info["dropped_negative"] == genes and not below.loc[dropped.values.index].any(axis=None)


def test_versions_are_stripped_and_the_highest_mean_wins():
    frame = table(4)
    frame.index = ["ENSG00000141510.17", "ENSG00000141510.2", "HLA-DRB1.5", "ENSG00000000003.14"]
    frame.iloc[1] += 10
    found = prepare(frame, PATIENTS, AUTO)
    assert list(found.values.index) == ["ENSG00000141510", "HLA-DRB1.5", "ENSG00000000003"]
    np.testing.assert_array_equal(found.values.iloc[0], frame.iloc[1])
    assert found.info["duplicates_collapsed"] == 1 and found.info["versions_stripped"] == 3
    assert len(repairs(found.info)) == 2


def test_genes_that_excel_made_dates():
    frame = table(6)
    frame.index = ["2-Sep", "1-Mar", "SEPT2", "1-Mar", "2023-12-01 00:00:00", "TP53"]
    frame.loc["SEPT2"] += 1
    found = prepare(frame, PATIENTS, AUTO)
    assert list(found.values.index) == ["SEPT2", "DEC1", "TP53"]
    np.testing.assert_array_equal(found.values.loc["SEPT2"], frame.loc["SEPT2"])
    counts = {"dates_restored": 2, "dates_dropped": 2, "duplicates_collapsed": 1}
    assert counts.items() <= found.info.items()


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("3-Mar", "MARCH3"), ("03-Mar-21", "MARCH3"), ("Sep-14", "SEPT14"), ("2021-09-02", "SEPT2"),
        ("1-Dec", "DEC1"), ("1-Mar", None), ("15-Sep", None), ("9/2/2023", None), ("4-Oct", None),
        ("MARCH1", "MARCH1"), ("SEPTIN2", "SEPTIN2"), ("HLA-A", "HLA-A"), ("7-Abc", "7-Abc"),
        ("unc-22", "unc-22"), ("dec-1", "dec-1"), ("2021-13-02", "2021-13-02"),
    ],
)  # fmt: skip
def test_what_a_date_was(written, symbol):
    assert restored_symbol(written) == symbol


def test_a_turned_table_is_turned_back():
    frame = table()
    found = prepare(frame.T, PATIENTS, AUTO)
    assert found.info["transposed"] and "turned" in repairs(found.info)[0]
    np.testing.assert_array_equal(found.values, prepare(frame, PATIENTS, AUTO).values)
    with pytest.raises(TableError, match="EXPRESSION-SAMPLES"):
        prepare(pd.concat([frame.T, frame.T.iloc[:2]]), PATIENTS, AUTO)


def test_a_turned_table_without_patients_is_told_by_ids_then_by_shape():
    ids = [f"ENSG0000000000{i}.2" for i in range(6)]
    wide = table(6).set_axis(ids, axis=0)  # 6 genes x 20 barcodes: more columns than rows, yet right
    assert not genes_in_rows(wide)[1] and genes_in_rows(wide.T)[1]
    barcodes = table(6).set_axis([f"gene {i}" for i in range(6)], axis=0)
    assert not genes_in_rows(barcodes)[1] and genes_in_rows(barcodes.T)[1]
    plain = pd.DataFrame(np.zeros((9, 4)))
    assert not genes_in_rows(plain)[1] and genes_in_rows(plain.T)[1]


def test_samples_apart_are_shown_and_dropped_only_on_request():
    frame = table(40)
    frame["TCGA-AA-0007-01A"] = frame["TCGA-AA-0007-01A"].sample(frac=1, random_state=1).to_numpy() + 3
    shown = prepare(frame, PATIENTS, AUTO)
    assert shown.info["samples_apart"] == ["TCGA-AA-0007"]
    assert shown.info["samples_dropped"] == [] and shown.values.shape[1] == 20
    assert shown.samples.set_index("sample")["z"].idxmin() == "TCGA-AA-0007"
    found = prepare(frame, PATIENTS, ExpressionSettings(min_z=-2.5))
    assert found.info["samples_dropped"] == ["TCGA-AA-0007"]
    assert list(found.values.columns) == [p for p in PATIENTS if p != "TCGA-AA-0007"]
    assert len(found.samples) == 20 and found.samples["dropped"].sum() == 1


def test_connectivity_is_wgcnas_z_k_by_its_definition():
    values = table(30, PATIENTS[:7], seed=3)
    found = connectivity(values)
    columns = [values[c].to_numpy() for c in values]
    d = [[math.dist(a, b) for b in columns] for a in columns]
    most = max(map(max, d))
    k = [sum(1 - (d[i][j] / most) ** 2 for j in range(7) if j != i) for i in range(7)]
    np.testing.assert_allclose(found["connectivity"], k)
    mean, sd = statistics.mean(k), statistics.stdev(k)
    np.testing.assert_allclose(found["z"], [(v - mean) / sd for v in k])
    assert (connectivity(values.iloc[:, [0, 0, 0]])["z"] == 0).all()


def test_too_few_patients_and_no_genes():
    with pytest.raises(StudyError, match="found 14 of 20"):
        prepare(table(patients=PATIENTS[:14]), PATIENTS, AUTO)
    with pytest.raises(StudyError, match="EXPRESSION-GENES"):
        prepare(table() * 0.01, PATIENTS, AUTO)


def test_samples_of_other_patients_are_told():
    with pytest.raises(StudyError, match=r"EXPRESSION-PATIENTS.*found 0 of 20\. Name the samples by"):
        prepare(table(), [f"OTHER-{i}" for i in range(20)], AUTO)


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
