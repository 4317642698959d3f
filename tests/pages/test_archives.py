"""The archives page: the same for every study and without one; what it launches; what it says offline."""

from pathlib import Path

import pytest

from core.importing.rebuild import look
from core.jobs import Jobs, ProgressFile
from core.study.archives import liu2024
from tests.pages.conftest import said, tables

PAGE = "pages/study/archives.py"


@pytest.fixture
def launched(monkeypatch):
    """Commands that the page asked for; none is really started."""
    asked = []
    monkeypatch.setattr(Jobs, "launch", lambda _, target, command: asked.append((target, list(command))))
    return asked


@pytest.fixture
def empty(visit, tmp_path: Path):
    return visit(tmp_path / "studies", tmp_path / "cache")


def test_without_a_study_the_index_is_counted(empty, launched):
    app = empty(PAGE)
    assert not app.exception and not app.error
    assert "168 patients, 927 series, 21.8 GB, CC BY 3.0; data release 25" in said(app)
    assert "Not yet known: 1.5 T, Sagittal, Visit before treatment." in said(app)
    contents = tables(app)[0]
    assert contents.loc[contents["Kind"] == "segmentations (SEG)", "Patients"].tolist() == [64]
    assert launched == []


def test_beside_the_demo_study(visit, studies, tmp_path, launched):
    app = visit(studies, tmp_path / "cache")(PAGE)
    assert not app.exception and not app.error
    assert "21.8 GB" in said(app)


def test_the_download_of_one_collection(empty, launched, tmp_path):
    app = empty(PAGE)
    app.button_group(key="collections").set_value(["breast_mri_nact_pilot"]).run()
    assert "64 patients, 512 series, 3.8 GB" in said(app)
    app.button(key="fetch").click().run()
    target = tmp_path / "studies" / "archive_idc"
    assert launched == [
        (target, ["fetch", "idc", "--collection", "breast_mri_nact_pilot", "--yes", "-o", str(target)])
    ]


def test_no_collection_is_no_error(empty):
    app = empty(PAGE)
    app.button_group(key="collections").set_value([]).run()
    assert not app.exception and "Choose a collection" in said(app)


@pytest.mark.parametrize(
    ("state", "message", "shown", "button"),
    [
        ("failed", "[FETCH-OFFLINE] s3 must be reachable; found no connection", "no connection", "Go on"),
        ("cancelled", "Cancelled; finished work is kept.", "finished work is kept", "Go on"),
        ("done", "3 series not fetched: [FETCH-MISSING] x", "3 series not fetched", "Download 21.8 GB"),
        ("done", "", "Everything is there", "Download 21.8 GB"),
    ],
)
def test_how_the_last_download_ended(empty, tmp_path, state, message, shown, button):
    ProgressFile(Jobs(tmp_path / "cache").progress_path(tmp_path / "studies" / "archive_idc")).finish(
        state, message
    )
    app = empty(PAGE)
    assert shown in said(app)
    assert app.button(key="fetch").label == button


def test_a_running_download_shows_progress_and_can_be_cancelled(empty, tmp_path, monkeypatch):
    target = tmp_path / "studies" / "archive_idc"
    ProgressFile(Jobs(tmp_path / "cache").progress_path(target)).report(
        "Downloading TCGA-BRCA, MB", 412, 21757
    )
    cancelled = []
    monkeypatch.setattr(Jobs, "cancel", lambda _, study: cancelled.append(study))
    app = empty(PAGE)
    assert not app.exception
    assert any("412 of 21,757" in str(part.proto) for part in app.main if part.type == "progress")
    app.button(key="cancel_fetch").click().run()
    assert cancelled == [target]


def test_xena_out_of_reach_is_said_and_nothing_is_offered(empty, monkeypatch):
    monkeypatch.setenv("NODESCOPE_XENA", "http://127.0.0.1:1")
    app = empty(PAGE, archive="UCSC Xena")
    assert "not yet known" in str(tables(app)[0])
    app.button[-1].click().run()
    assert not app.exception
    assert "[FETCH-OFFLINE]" in app.error[0].value and "127.0.0.1:1 must be reachable" in app.error[0].value
    assert not [b for b in app.button if b.key == "fetch"]


def test_the_paper_s_template_lists_what_is_missing(empty, launched, tmp_path):
    app = empty(PAGE, archive="Liu et al. 2024")
    assert not app.exception and not app.error
    missing = tables(app)[0]
    assert missing["Missing"].tolist()[0] == "Lymph-node status of Breast-MRI-NACT-Pilot"
    assert "cancerimagingarchive.net" in missing["From"].str.cat()
    app.button(key="fetch").click().run()
    target = tmp_path / "studies" / "liu2024"
    assert launched == [(target, ["fetch", "liu2024", str(target), "--yes", "--no-images"])]
    assert not target.exists()


def test_it_works_beside_a_study_whose_labels_are_still_missing(visit, launched, tmp_path):
    (tmp_path / "studies" / "liu2024").mkdir(parents=True)
    liu2024.write_study(tmp_path / "studies" / "liu2024")
    look(tmp_path / "studies" / "liu2024")
    app = visit(tmp_path / "studies", tmp_path / "cache")(PAGE, archive="Liu et al. 2024")
    assert not app.exception and not [e for e in app.error if "TABLE-ROWS" not in e.value]  # in the frame
    assert app.button(key="fetch").label == "Go on with the study folder"
    assert len(tables(app)[0]) == 5
