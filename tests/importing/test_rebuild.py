"""The paper's study as a template: offline, with one host alone, and continued; labels are never made up."""

import gzip
import shutil

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from core.errors import CannotRun, NodescopeError, StudyError, TableError
from core.importing import rebuild as module
from core.importing.rebuild import look, rebuild
from core.study.archives import idc
from core.study.archives.series_folder import series_of
from core.study.archives.transfer import Client
from core.study.manifest import load_study
from tests.study.archives import cohort, xena_files
from tests.study.archives.server import running

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def archive():
    with running() as server:
        yield server


@pytest.fixture
def small(archive, tmp_path, monkeypatch):
    """17 TCGA-like patients, one without a tumour sample in Xena, and three NACT-like ones."""
    patients = [*xena_files.PATIENTS, "TCGA-ZZ-0001"]
    table = pd.concat(
        [
            cohort.tcga_like(archive, tmp_path / "tcga", patients),
            cohort.nact_like(archive, tmp_path / "nact", 3),
        ],
        ignore_index=True,
    )

    def read(collections):
        return table[table["collection"].isin(collections)].reset_index(drop=True)

    monkeypatch.setattr(idc, "read_index", read)
    monkeypatch.setattr(module, "read_index", read)
    monkeypatch.setenv("NODESCOPE_IDC", archive.url)
    monkeypatch.setenv("NODESCOPE_XENA", xena_files.put(archive))
    monkeypatch.setattr("core.genomics.gene_set_source.download", lambda _name: "SET\tx\tESR1\tMKI67\n")
    return tmp_path / "study"


@pytest.fixture
def quick():
    return Client(timeout=2, pauses=(0,))


def steps(found, cohort_name):
    rows = found.flow[found.flow["cohort"] == cohort_name]
    return dict(zip(rows["rule"], [None if pd.isna(n) else int(n) for n in rows["n"]], strict=True))


def test_without_a_network_the_folder_stands_and_says_what_was_not_fetched(small, quick, monkeypatch):
    monkeypatch.setenv("NODESCOPE_IDC", NOWHERE)
    monkeypatch.setenv("NODESCOPE_XENA", NOWHERE)
    found = rebuild(small, client=quick)
    assert len(found.not_fetched) == 2 and all("FETCH-OFFLINE" in text for text in found.not_fetched)
    assert {"study.toml", "clinical.csv", "exclusions.csv", "MISSING.md"} <= {p.name for p in small.iterdir()}
    table = pd.read_csv(small / "clinical.csv")
    assert len(table) == 20 and table["lnm"].isna().all()
    assert steps(found, "TCGA-BRCA")["first_exam"] == 17
    assert steps(found, "TCGA-BRCA")["expression"] is None
    text = (small / "MISSING.md").read_text()
    assert "not fetched yet" in text and "cancerimagingarchive.net" in text


@pytest.mark.parametrize(
    "mine",
    [b"gene\tP1\n", gzip.compress(b"gene\tP1\n")[:15], gzip.compress(b"g\t\xff\n")],
    ids=["not packed", "cut off", "not UTF-8"],
)
def test_an_expression_table_that_does_not_read_stays_where_it_is(small, quick, mine):
    small.mkdir()
    (small / "expression.tsv.gz").write_bytes(mine)
    for _ in range(2):
        with pytest.raises(TableError, match=r"EXPRESSION-FILE.*move it away"):
            rebuild(small, client=quick)
        assert [path.name for path in small.glob("expression*")] == ["expression.tsv.gz"]
        assert (small / "expression.tsv.gz").read_bytes() == mine


def test_what_the_user_wrote_into_the_clinical_table_stays_or_is_set_aside(small):
    small.mkdir()
    look(small)
    table = pd.read_csv(small / "clinical.csv")
    patients = list(table["patient"])
    table.assign(lnm=1, grade=range(len(table))).to_csv(small / "clinical.csv", index=False)
    look(small)
    found = pd.read_csv(small / "clinical.csv")
    assert list(found["grade"]) == list(range(len(table))) and not list(small.glob("*.earlier"))
    (small / "exclusions.csv").write_text(f"patient,reason\n{patients[3]},moved\n")
    look(small)
    assert patients[3] not in set(pd.read_csv(small / "clinical.csv")["patient"])
    kept = pd.read_csv(small / "clinical.csv.earlier").set_index("patient")
    assert kept.loc[patients[3], "lnm"] == 1 and kept.loc[patients[3], "grade"] == 3
    look(small)
    assert len(list(small.glob("*.earlier*"))) == 1


def test_one_host_alone_gives_what_it_has(small, quick, monkeypatch):
    monkeypatch.setenv("NODESCOPE_IDC", NOWHERE)
    found = rebuild(small, client=quick)
    assert len(found.not_fetched) == 1
    table = pd.read_csv(small / "clinical.csv").set_index("patient")
    stages = dict(
        zip(xena_files.PATIENTS, xena_files.clinical()["ajcc_pathologic_n.diagnoses"][1:], strict=True)
    )
    assert "TCGA-ZZ-0001" not in table.index
    assert not any(stages[p] == "NX" for p in table.index[table["cohort"] == "tcga_brca"])
    own = table[table["cohort"] == "tcga_brca"]
    expected = [int(stages[p] not in ("N0", "N0 (i+)")) for p in own.index]
    assert own["lnm"].tolist() == expected
    assert table.loc[table["cohort"] == "nact_pilot", "lnm"].isna().all()
    flow = steps(found, "TCGA-BRCA")
    assert (flow["mr"], flow["expression"], flow["node_status"], flow["field"]) == (17, 16, 14, None)


def test_it_goes_on_and_asks_for_nothing_twice(small, quick, archive, monkeypatch):
    monkeypatch.setattr(module, "_pictures", lambda *_: [])
    monkeypatch.setenv("NODESCOPE_IDC", NOWHERE)
    rebuild(small, client=quick)
    monkeypatch.setenv("NODESCOPE_IDC", archive.url)
    found = rebuild(small, client=quick)
    assert found.not_fetched == []
    assert archive.bytes_served() == sum(map(len, archive.files.values()))
    assert steps(found, "TCGA-BRCA")["sagittal"] == 14
    assert steps(found, "Breast-MRI-NACT-Pilot")["baseline"] == 3
    before = archive.bytes_served()
    rebuild(small, client=quick)
    assert archive.bytes_served() == before


def test_labels_and_exclusions_of_the_user_stay(small, quick, monkeypatch):
    monkeypatch.setenv("NODESCOPE_IDC", NOWHERE)
    rebuild(small, client=quick)
    table = pd.read_csv(small / "clinical.csv")
    table["lnm"] = (
        table["lnm"].mask(table["patient"] == "UCSF-BR-01", 1).mask(table["patient"] == "UCSF-BR-03", 0)
    )
    table.to_csv(small / "clinical.csv", index=False)
    (small / "exclusions.csv").write_text("patient,reason\nUCSF-BR-02,lesion not found\n")
    found = rebuild(small, client=quick)
    after = pd.read_csv(small / "clinical.csv").set_index("patient")["lnm"]
    assert after["UCSF-BR-01"] == 1 and "UCSF-BR-02" not in after.index
    assert steps(found, "Breast-MRI-NACT-Pilot")["excluded"] == 2
    study = load_study(small)
    assert [c.role for c in study.cohorts] == ["training", "validation"]
    assert len(study.patients("training")) == 14
    (small / "clinical.csv").write_text("patient,cohort,lnm\nUCSF-BR-01,nact_pilot,2\n")
    with pytest.raises(StudyError, match="LIU-LABEL"):
        look(small)


def test_a_patient_s_only_lesion_file_is_taken_as_it_comes(small, quick, monkeypatch):
    monkeypatch.setenv("NODESCOPE_IDC", NOWHERE)
    rebuild(small, client=quick)
    one, two = xena_files.PATIENTS[0], xena_files.PATIENTS[1]
    for name in (f"{one}-S2-1", f"{two}-S1-1", f"{two}-S1-2"):
        (small / "masks" / f"{name}.les").write_bytes(b"lesion")
    found = rebuild(small, client=quick)
    assert (small / "masks" / f"{one}.les").read_bytes() == b"lesion"
    assert not (small / "masks" / f"{two}.les").exists()
    masks = next(item for item in found.missing if ".les" in item.what)
    assert masks.count == 14 - 1


def test_stopping_stops(small, quick):
    with pytest.raises(CannotRun, match="FETCH-STOPPED"):
        rebuild(small, cancelled=lambda: True, client=quick)
    assert (small / "study.toml").is_file()


def test_the_real_patient_becomes_phases_and_the_known_tumour_volume(shared, tmp_path):
    own = shared / "data" / "nact_pilot" / "UCSF-BR-06"
    kinds = {
        "dynamic": ("image_dce_3dfgre_orig", 2, "Sagittal-IR_3DFGRE"), "pe1": ("image_dce_pe1", 21001, ""),
        "ser": ("image_dce_ser", 21000, ""), "seg": ("mask", 22101, module.SEG),
    }  # fmt: skip
    rows = []
    for kind, (name, number, text) in kinds.items():
        files = sorted(path for path in (own / name).rglob("*") if path.is_file())
        rows.append(
            {
                "collection": "breast_mri_nact_pilot", "patient": "UCSF-BR-06", "exam": 1, "kind": kind,
                "number": number, "description": text, "instances": len(files), "bucket": "", "uuid": kind,
                "bytes": sum(path.stat().st_size for path in files),
            }
        )  # fmt: skip
        place = tmp_path / "archives/idc" / series_of(pd.DataFrame(rows[-1:]))[0].folder
        place.mkdir(parents=True)
        for k, path in enumerate(files):
            shutil.copy(path, place / f"{k:03d}.dcm")
    (tmp_path / "images").mkdir()
    (tmp_path / "masks").mkdir()
    module._picture(tmp_path, "UCSF-BR-06", pd.DataFrame(rows))
    assert sorted(p.name for p in (tmp_path / "images").iterdir()) == [
        f"UCSF-BR-06_{k}.nii.gz" for k in range(3)
    ]
    mask = sitk.GetArrayFromImage(sitk.ReadImage(tmp_path / "masks/UCSF-BR-06.nii.gz"))
    assert np.count_nonzero(mask) == 41_105


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("exclusions.csv", b"\xff\xfe\x00", "TABLE-READ"),
        ("exclusions.csv", b"\xe4\xf6,x\n1,2\n", "TABLE-READ"),
        ("exclusions.csv", b"a,b\n1,2\n", "TABLE-COLUMNS"),
        ("clinical.csv", b"a,lnm\n1,1\n", "TABLE-COLUMNS"),
        ("images", b"", "LIU-FOLDER"),
        ("clinical.csv", None, "LIU-FOLDER"),
        ("exclusions.csv", None, "LIU-FOLDER"),
        ("MISSING.md", None, "LIU-FOLDER"),
        ("study.toml", None, "LIU-FOLDER"),
        ("masks/TCGA-AA-0001-S1-1.les", None, "LIU-FOLDER"),
    ],
)
def test_a_folder_with_something_in_the_way(small, quick, name, content, code):
    """``content`` None: a folder of that name. What stands there stays."""
    (small / name).parent.mkdir(parents=True, exist_ok=True)
    (small / name).mkdir() if content is None else (small / name).write_bytes(content)
    with pytest.raises(NodescopeError) as caught:
        rebuild(small, images=False, client=quick)
    assert caught.value.code == code and "must" in str(caught.value) and str(small) not in str(caught.value)
    assert (small / name).is_dir() if content is None else (small / name).read_bytes() == content
