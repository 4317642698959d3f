"""The data page: studies side by side, and every step of an import with good and with wrong input."""

import shutil
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from core.importing import run as import_run
from core.importing.drafts import Drafts
from core.study.manifest import load_study
from tests.pages.conftest import texts
from tests.pages.importing import PAGE, SERVER, STAGES, N, fresh, press, write_exam


def test_no_study_yet(visit, started, tmp_path: Path) -> None:
    app = visit(tmp_path / "none", tmp_path / "cache")(PAGE)
    assert not app.exception and not app.error
    assert "No study yet" in texts(app)
    assert "New study" in [b.label for b in app.button]


def test_studies_stand_side_by_side_and_one_at_fault_says_why(visit, studies: Path, tmp_path: Path) -> None:
    (studies / "broken").mkdir()
    (studies / "broken" / "study.toml").write_text("[study\n")
    app = visit(studies, tmp_path / "cache")(PAGE)
    assert not app.exception and not app.error
    table = app.table[0].value
    assert list(table["Study"]) == ["demo", "broken"]
    assert "STUDY-TOML" in table["Name"][1]


def test_an_import_is_begun_kept_and_discarded(visit, studies: Path, tmp_path: Path) -> None:
    opened = visit(studies, tmp_path / "cache")
    app = opened(PAGE)
    app = press(app, "New study")
    name = next(field for field in app.text_input if field.label == "Name")
    app = name.set_value("Mine, 2015").run()
    assert "mine_2015" in texts(app)
    (draft,) = Drafts(tmp_path / "cache").all()
    again = opened(PAGE)  # another session: the tab was closed
    assert "Mine, 2015" in texts(again)
    again = again.button(key=f"discard_{draft.number}").click().run()
    assert Drafts(tmp_path / "cache").all() == []
    assert "Import under way" not in texts(again)


def test_a_good_table_is_read_and_what_identifies_is_left_out(begin, data: Path) -> None:
    app, _ = begin("clinical")
    assert not app.exception and not app.error
    text = texts(app)
    assert "7 LNM positive, 7 negative" in text
    assert "surgery_date" in text and "left out" in text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bytes(range(256)) * 20, "TABLE-READ"),
        (b"", "TABLE-EMPTY"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "TABLE-READ"),
        (b"id,pathologic_N\nA,#REF!\nB,N0\n", "TABLE-CELLS"),
    ],
)
def test_a_garbage_table_is_one_clear_error_and_loses_nothing(
    content: bytes, code: str, begin, data: Path
) -> None:
    (data / "table.csv").write_bytes(content)
    app, draft = begin("clinical")
    assert not app.exception
    assert [e.value[: len(code) + 2] for e in app.error] == [f"[{code}]"]
    assert str(data) not in texts(app)
    assert "choose a table that can be read" in texts(app)
    assert fresh(draft)["clinical_place"] == "table.csv"


def test_another_sheet_can_be_chosen(begin, data: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "notes"
    book.active.append(["what", "when"])
    book.active.append(["a scan", "soon"])
    sheet = book.create_sheet("patients")
    for row in pd.read_csv(data / "table.csv").itertuples(index=False):
        sheet.append([str(value) for value in row]) if sheet.max_row > 1 else None
    sheet.append(["id", "pathologic_N"])
    for k in range(N):
        sheet.append([f"P{k:02d}", STAGES[k % 2]])
    book.save(data / "book.xlsx")
    app, draft = begin("clinical", clinical_place="book.xlsx")
    assert not app.exception
    assert "Still to do here" in texts(app)
    chooser = next(box for box in app.selectbox if box.label == "Sheet")
    app = chooser.set_value("patients").run()
    assert not app.exception and not app.error
    assert "7 LNM positive, 7 negative" in texts(app)
    assert fresh(draft)["sheet"] == "patients"


def test_one_class_is_said(begin, data: Path) -> None:
    text = (data / "table.csv").read_text().replace("N1a", "N0")
    (data / "table.csv").write_text(text)
    app, _ = begin("clinical")
    assert not app.exception
    assert "one class is empty" in texts(app)


def test_a_column_that_identifies_needs_a_word(begin, data: Path) -> None:
    app, draft = begin("clinical", map_covariates=["surgery_date"])
    assert [e.value[:15] for e in app.error] == ["[TABLE-PRIVACY]"]
    assert "Still to do here" in texts(app)
    field = next(m for m in app.multiselect if "Which of them do not" in m.label)
    app = field.set_value(["surgery_date"]).run()
    assert not app.error
    assert fresh(draft)["map_confirmed"] == ["surgery_date"]


@pytest.mark.parametrize("place", ["/etc/passwd", "../secret", "/root"])
def test_a_place_outside_is_refused_without_naming_it(place: str, begin, data: Path) -> None:
    app, _ = begin("clinical", clinical_place=place)
    assert not app.exception
    assert any(e.value.startswith("[PLACE-OUTSIDE]") for e in app.error)
    assert str(data.parent) not in texts(app)


def test_no_image_matches(begin, data: Path) -> None:
    shutil.rmtree(data / "images")
    (data / "images" / "holiday").mkdir(parents=True)
    (data / "images" / "holiday" / "beach.txt").write_text("x")
    app, draft = begin("images")
    assert not app.exception and not app.error
    assert "No usual layout matches" in texts(app)
    assert fresh(draft)["images_training_place"] == "images"


def test_a_pattern_that_is_none_is_said(begin, data: Path) -> None:
    app, _ = begin("images", layout_training="own", own_images_training="dce_{n}.nii.gz")
    assert not app.exception
    assert any(e.value.startswith("[IMPORT-PATTERN]") for e in app.error)


def test_missing_masks_and_ambiguous_names_are_told_patient_by_patient(begin, data: Path) -> None:
    (data / "images" / "P03" / "mask.nii.gz").unlink()
    write_exam(data / "images" / "P-04", 4)
    shutil.move(data / "images" / "P04", data / "images" / "P_04")
    layout = {
        "own_images_training": "{patient}/dce_{phase}.nii.gz",
        "own_masks_training": "{patient}/mask.nii.gz",
    }
    app, draft = begin("images", layout_training="own", **layout)
    assert not app.exception and not app.error
    assert "12 of 14 patients have an image and a mask" in texts(app)
    table = app.dataframe[0].value.set_index("Patient")
    assert table["Problem"]["P03"] == "no mask"
    assert table["Problem"]["P04"]
    box = next(box for box in app.selectbox if box.label == "P04")
    app = box.set_value("P_04").run()
    assert "13 of 14 patients have an image and a mask" in texts(app)
    assert fresh(draft)["chosen_training"] == {"P04": "P_04"}


def test_the_overlay_must_be_confirmed_and_again_after_a_change(begin, data: Path) -> None:
    app, draft = begin("images")
    assert "look at one case of training" in texts(app)
    app = press(app, "Show this case")
    assert not app.exception and not app.error
    assert "Tumour:" in texts(app)
    app = press(app, "Yes, it lies on the tumour")
    assert "Confirmed" in texts(app)
    assert "look at one case" not in texts(app)
    layout = next(radio for radio in app.radio if radio.label == "How the files are named")
    layout.set_value("own").run()
    assert "seen_training" in fresh(draft)


@pytest.mark.parametrize(
    ("content", "code"), [("gene,a\nTP53,x\n", "EXPRESSION-TABLE"), ("", "EXPRESSION-FILE")]
)
def test_a_faulty_expression_file(content: str, code: str, begin, data: Path) -> None:
    (data / "expression.csv").write_text(content)
    chosen = {"expression_way": SERVER, "expression_place": "expression.csv"}
    app, _ = begin("expression", has_expression=True, **chosen)
    assert not app.exception
    assert any(e.value.startswith(f"[{code}]") for e in app.error)
    assert str(data) not in texts(app)


def test_the_scale_is_asked_for_and_few_samples_are_said(begin, data: Path) -> None:
    header = ",".join(["gene", *(f"P{k:02d}" for k in range(N))])
    rows = [f"G{g}," + ",".join(str(100 * g + k) for k in range(N)) for g in range(3)]
    (data / "expression.csv").write_text("\n".join([header, *rows]) + "\n")
    chosen = {"expression_way": SERVER, "expression_place": "expression.csv"}
    app, _ = begin("expression", has_expression=True, **chosen)
    assert any(e.value.startswith("[EXPRESSION-SCALE]") for e in app.error)
    scale = next(radio for radio in app.radio if radio.label == "Scale of the values")
    app = scale.set_value("linear").run()
    assert not app.error
    assert "14 of 14 training patients have a sample" in texts(app)
    assert "samples of 15 training patients" in texts(app)


def test_rules_leave_out_and_too_few_are_said(begin, data: Path) -> None:
    rule = {"source": "column", "column": "age", "values": [], "low": "50", "high": "", "unknown": "keep"}
    named = {
        "pattern_training": "{patient}/dce_{phase}.nii.gz",
        "mask_pattern_training": "{patient}/mask.nii.gz",
    }
    app, draft = begin("rules", rules=[rule], **named)
    assert not app.exception
    assert "at least 5" in texts(app)
    app = press(app, "Remove")
    assert fresh(draft)["rules"] == []
    assert "at least 5" not in texts(app)


def test_what_is_missing_is_listed_before_a_study_can_be_created(begin, data: Path) -> None:
    app, _ = begin("create", images_training_place="")
    assert "choose the folder of the images of training" in texts(app)
    assert "Create the study" not in [b.label for b in app.button]


@pytest.mark.parametrize("way", [SERVER, "Upload"])
def test_from_choices_to_a_study_that_can_be_edited(way: str, begin, data: Path, studies: Path) -> None:
    app, draft = begin("study", settings="[forest]\ntrees = 20\n", images_training_way=way)
    if way == "Upload":
        shutil.copytree(data / "images", draft.files / "images_training")
        draft.put(images_training_file="images_training")
    draft.put(step="images")
    app = app.run()
    app = press(app, "Show this case")
    app = press(app, "Yes, it lies on the tumour")
    draft = Drafts(draft.folder.parents[1]).load(draft.number)
    draft.put(step="create")
    app = app.run()
    app = press(app, "Create the study")
    for _ in range(300):
        if import_run.run_of(draft.number).state != "running":
            break
        time.sleep(0.1)
    app = app.run()
    assert not app.exception
    assert import_run.run_of(draft.number).error is None
    assert f"{N} patients are in the study" in " ".join(s.value for s in app.success)
    study = load_study(studies / "mine")
    assert study.settings.forest.trees == 20
    assert "surgery_date" not in study.clinical.columns
    app = press(app, "Open it and compute")
    assert app.session_state["study"] == "mine"
    # What was uploaded of the images is in the study, and nowhere else.
    assert not (draft.files / "images_training").exists()
    app.session_state["draft"] = ""
    app = app.run()
    app = press(app, "Go through the import again")
    assert not app.exception and not app.error
    assert fresh(draft)["made"] == "mine"


def test_any_study_can_be_gone_through_again(visit, small_study: Path, studies: Path, tmp_path: Path) -> None:
    app = visit(studies, tmp_path / "cache")(PAGE, study="demo")
    app = press(app, "Go through the import again")
    assert not app.exception and not app.error
    assert "of 24 patients" not in texts(app)
    assert "LNM positive" in texts(app)
    (draft,) = Drafts(tmp_path / "cache").all()
    draft.put(step="images")
    app = app.run()
    assert not app.exception and not app.error
    assert "24 of 24 patients have an image and a mask" in texts(app)


def test_a_study_is_edited_and_its_comments_stay(visit, data: Path, studies: Path, tmp_path: Path) -> None:
    own = studies / "own"
    shutil.copytree((studies / "demo").resolve(), own, ignore=shutil.ignore_patterns("images", "masks"))
    manifest = own / "study.toml"
    manifest.write_text("# by hand\n" + manifest.read_text())
    app = visit(studies, tmp_path / "cache")(PAGE, study="own")
    name = next(field for field in app.text_input if field.label == "Name")
    name.set_value("Renamed")
    app = press(app, "Save the changes")
    assert not app.exception and not app.error
    assert manifest.read_text().startswith("# by hand\n")
    assert load_study(own).name == "Renamed"
    role = next(box for box in app.selectbox if box.label.startswith("Role of sim-brca"))
    role.set_value("validation")
    before = manifest.read_text()
    app = press(app, "Save the changes")
    assert any(e.value.startswith("[STUDY-") for e in app.error)
    assert manifest.read_text() == before


def test_an_uploader_says_how_much_it_takes(begin, data: Path) -> None:
    app, draft = begin("clinical", clinical_way="Upload")
    assert "CSV, GZ, TSV, TXT, XLSX; up to 200 MB." in texts(app)
    draft.put(step="images", clinical_way=SERVER, images_training_way="Upload")
    app = app.run()
    assert "ZIP; up to 600 MB each, 4 GB unpacked, 10 at a time." in texts(app)
