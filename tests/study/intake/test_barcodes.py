"""The join of patient codes to names: the first rule that finds one, and every doubt shown."""

from hypothesis import given
from hypothesis import strategies as st

from core.study.intake.barcodes import match, sample_type


def test_each_rule_in_turn():
    names = ["A1", "b2", "C_3", "TCGA-AO-A03M-01A-11R", "NACT_007", "sub-K9_mri", "11"]
    found = match(["A1", "B2", "C-3", "TCGA-AO-A03M", "NACT_7", "K9", "UCSF-BR-11"], names)
    assert found.pairs == dict(zip(found.table["patient"], names, strict=True))
    assert list(found.table["rule"]) == ["exact", "case", "separators", "tcga", "padding", "affix", "part"]
    assert not found.unused and not found.unmatched


def test_tumour_samples_first_and_normal_ones_never():
    names = ["TCGA-AO-A03M-11A-01R", "TCGA-AO-A03M-06A-01R", "TCGA-AO-A03M-01B-01R", "TCGA-AO-A03M-01A-03R"]
    found = match(["TCGA-AO-A03M"], names)
    assert found.pairs == {"TCGA-AO-A03M": "TCGA-AO-A03M-01A-03R"}
    assert "TCGA-AO-A03M-11A-01R" in found.unused
    only = match(["TCGA-AO-A03M", "TCGA-AO-A03N"], ["TCGA-AO-A03M-11A", "TCGA.AO.A03N.01A.21R"])
    assert only.pairs == {"TCGA-AO-A03N": "TCGA.AO.A03N.01A.21R"}
    assert list(only.ambiguous["problem"]) == ["normal samples only"]


def test_several_names_are_not_guessed():
    found = match(["P1", "P2", "P3"], ["P1_pre", "P1_post", "p2"])
    assert found.pairs == {"P2": "p2"} and found.unmatched == ("P3",)
    assert found.ambiguous.iloc[0]["candidates"] == "P1_pre, P1_post"
    assert match(["P1"], ["P1_pre", "P1_post"], {"P1": "P1_pre"}).pairs == {"P1": "P1_pre"}


def test_a_name_that_two_patients_claim_goes_to_neither():
    found = match(["P1", "P01"], ["P001"])
    assert found.pairs == {} and len(found.ambiguous) == 2
    assert match(["P1", "P01"], ["P01", "P001"]).pairs == {"P1": "P001", "P01": "P01"}


def test_numbers_are_not_beginnings_of_longer_ones():
    assert match(["P1"], ["P10", "P11"]).pairs == {}


def test_sample_types():
    assert [sample_type(n) for n in ("TCGA-AO-A03M-01A-11R", "TCGA.AO.A03M.11", "TCGA-AO-A03M", "P1")] == [
        "01A", "11", "", "",
    ]  # fmt: skip


@given(
    st.lists(st.text(min_size=1, max_size=6), max_size=12),
    st.lists(st.text(min_size=1, max_size=6), max_size=12),
)
def test_every_patient_once_and_no_name_twice(patients, names):
    found = match(patients, names)
    assert list(found.table["patient"]) == list(dict.fromkeys(patients))
    given_away = list(found.pairs.values())
    assert len(given_away) == len(set(given_away)) and set(given_away) <= set(names)
    assert set(given_away) | set(found.unused) == set(names)
    assert all(found.pairs.get(p) == p for p in patients if p in names)
