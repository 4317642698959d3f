"""Series from a local S3: whole or not there, taken up where they stopped, then counted by their headers."""

from dataclasses import replace

import pandas as pd
import pytest

from core.errors import CannotRun
from core.study.archives import idc
from core.study.archives.headers import read_headers
from core.study.archives.series_folder import series_of
from tests.study.archives.cohort import nact_like, plan_of

HOME = "breast_mri_nact_pilot/UCSF-BR-01/exam1"


@pytest.fixture
def table(archive, tmp_path):
    return nact_like(archive, tmp_path / "made")


@pytest.fixture
def fetched(archive, client, table, tmp_path):
    """Download into one folder, as often as called."""

    def run(folder="got", **options):
        return idc.download(plan_of(table), tmp_path / folder, client=client, host=archive.url, **options)

    return run


def whole_series(folder):
    """Folders that carry a final name."""
    return sorted(p for p in folder.glob("*/*/*/*") if p.is_dir() and not p.name.startswith("."))


def test_series_arrive_with_maps_segmentation_and_record(archive, fetched, tmp_path):
    told = []
    outcome = fetched(progress=lambda *report: told.append(report))
    assert outcome.complete == 8 and outcome.failed.empty
    names = sorted(p.name for p in (tmp_path / "got" / HOME).iterdir())
    assert names == ["dynamic_4", "pe1_41001", "seg_42101", "ser_41000"]
    assert len(list((tmp_path / "got" / HOME / "dynamic_4").glob("*.dcm"))) == 12
    record = pd.read_csv(tmp_path / "got" / "series.csv")
    assert list(record["folder"])[0] == f"{HOME}/dynamic_4"
    assert "CC BY 3.0, https://doi.org/10.1/x" in (tmp_path / "got" / "ATTRIBUTION.txt").read_text()
    assert told[-1][0] == "Downloading Breast-MRI-NACT-Pilot, MB"
    assert archive.asked["?"] >= 8


def test_interrupted_halfway_nothing_partial_has_a_name_and_the_rest_comes_later(archive, fetched, tmp_path):
    total = sum(map(len, archive.files.values()))
    got = tmp_path / "got"
    stopping = iter(range(10_000))
    with pytest.raises(CannotRun, match="FETCH-STOPPED"):
        fetched(cancelled=lambda: next(stopping) > 60)
    before, served = whole_series(got), archive.bytes_served()
    assert 0 < len(before) < 8 and 0 < served < total
    for folder in before:
        assert len(list(folder.glob("*.dcm"))) in (1, 4, 12)
    assert fetched().complete == 8
    assert archive.bytes_served() <= total + 8 * 65_536  # at most what was under way is asked for twice
    assert not list(got.rglob(".*"))
    again = archive.bytes_served(), archive.asked["?"]
    assert fetched().complete == 8
    assert (archive.bytes_served(), archive.asked["?"]) == again


def test_a_series_that_lost_an_instance_is_completed(archive, fetched, tmp_path):
    fetched()
    served = archive.bytes_served()
    lost = tmp_path / "got" / HOME / "dynamic_4" / "003.dcm"
    size = lost.stat().st_size
    lost.unlink()
    assert fetched().complete == 8
    assert archive.bytes_served() == served + size
    assert lost.exists()


def test_what_fails_is_named_and_the_others_go_on(archive, fetched, table, tmp_path):
    uuid = table.loc[0, "uuid"]
    archive.faults[f"idc-open-data/{uuid}/002.dcm"] = ["wrong"] * 9
    outcome = fetched()
    assert outcome.complete == 7
    assert outcome.failed[["patient", "folder"]].values.tolist() == [["UCSF-BR-01", f"{HOME}/dynamic_4"]]
    assert "FETCH-DAMAGED" in outcome.failed["message"][0]
    assert not (tmp_path / "got" / HOME / "dynamic_4").exists()
    archive.faults.clear()
    assert fetched().complete == 8


@pytest.mark.parametrize(
    ("fault", "code"), [(404, "FETCH-MISSING"), (500, "FETCH-SERVER"), ("hang", "FETCH-TIMEOUT")]
)
def test_one_instance_that_cannot_be_had(archive, fetched, table, fault, code):
    archive.faults[f"idc-open-data/{table.loc[1, 'uuid']}/000.dcm"] = [fault] * 3
    outcome = fetched()
    assert outcome.complete == 7
    assert code in outcome.failed["message"][0]


def test_no_network_is_said_once_for_all_without_waiting_for_each(archive, client, table, tmp_path):
    asked = []
    deaf = replace(client, timeout=0.2)
    outcome = idc.download(
        plan_of(table), tmp_path / "got", lambda *r: asked.append(r), client=deaf, host="http://127.0.0.1:1"
    )
    assert outcome.complete == 0
    assert outcome.failed["message"].str.contains("FETCH-OFFLINE").all() and len(outcome.failed) == 8
    assert whole_series(tmp_path / "got") == []


def test_an_archive_that_holds_less_than_its_index_says_is_refused(archive, fetched, table):
    del archive.files[f"idc-open-data/{table.loc[0, 'uuid']}/005.dcm"]
    outcome = fetched()
    assert outcome.complete == 7
    assert "FETCH-SERIES" in outcome.failed["message"][0]
    assert "12 files" in outcome.failed["message"][0]


def test_headers_decide_what_the_index_cannot(archive, fetched, table, tmp_path):
    assert plan_of(table).flow["n"].isna().sum() == 3
    fetched()
    headers = read_headers(series_of(plan_of(table).series), tmp_path / "got")
    read = headers[headers["tesla"] > 0]
    assert len(read) == 6  # of a segmentation's header nothing is asked
    assert set(read["tesla"]) == {1.5}  # 15000 gauss
    assert set(read["orientation"]) == {"sagittal"} and set(read["visit"]) == {"MRI_1"}
    flow = plan_of(table, headers).flow
    assert flow["n"].tolist() == [2] * 8


def test_the_real_patient_s_headers(shared, tmp_path):
    own = shared / "data" / "nact_pilot" / "UCSF-BR-06"
    files = sorted(p for p in (own / "image_dce_3dfgre_orig").rglob("*") if p.is_file())
    place = tmp_path / "breast_mri_nact_pilot/UCSF-BR-06/exam1/dynamic_2"
    place.mkdir(parents=True)
    (place / "0.dcm").write_bytes(files[0].read_bytes())
    row = {
        "collection": "breast_mri_nact_pilot", "patient": "UCSF-BR-06", "exam": 1, "kind": "dynamic",
        "number": 2, "instances": 1, "bytes": files[0].stat().st_size, "bucket": "b", "uuid": "u",
    }  # fmt: skip
    found = read_headers(series_of(pd.DataFrame([row])), tmp_path)
    assert found.values.tolist() == [["u", 1.5, "sagittal", "MRI_1"]]
