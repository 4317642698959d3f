"""The steps of an import: what is ticked, and what each says before anybody was asked."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.importing import run as import_run
from core.sharing import export_study
from core.study.manifest import load_study
from tests.pages.conftest import texts
from tests.pages.importing import PAGE, SERVER, N, press, write_exam

TICK, OPEN = ":material/check:", ":material/more_horiz:"


def marks(app: AppTest) -> list[str]:
    """The sign before each step."""
    steps = next(g for g in app.get("button_group") if "Check and create" in g.options[-1])
    return [option.content_icon for option in steps.proto.options]


def test_a_step_is_ticked_when_it_was_seen_and_nothing_is_missing(begin, data: Path) -> None:
    app, draft = begin("study")
    # Expression and rules need nothing, but nobody has seen what they propose.
    assert marks(app) == [TICK, "", "", "", "", ""]
    app = press(app, "Next: Clinical table")
    assert marks(app) == [TICK, TICK, "", "", "", ""]
    app = press(app, "Next: Images and masks")
    assert marks(app) == [TICK, TICK, OPEN, "", "", ""]
    draft.put(opened=["study", "clinical", "images"], step="expression")
    assert marks(app.run()) == [TICK, TICK, OPEN, TICK, "", ""]


def test_masks_inside_exam_folders_are_not_said_to_be_found(begin, data: Path) -> None:
    for k in range(3):
        write_exam(data / "exams" / f"P{k:02d}" / "dce", k)
    layout = {"layout_training": "own", "own_images_training": "{patient}", "own_masks_training": ""}
    app, _ = begin("images", images_training_place="exams", **layout)
    assert not app.exception and not app.error
    text = "\n".join(m.value for m in app.markdown)
    assert "3 of 14 patients have an exam folder" in text and "not looked for yet" in text
    assert "an image and a mask" not in text
    table = app.dataframe[0].value.set_index("Patient")
    assert table["Mask"]["P00"] == "not looked for yet" and table["Mask"]["P09"] == ""


def test_an_archive_is_taken_in_while_the_page_goes_on(visit, studies: Path, tmp_path: Path) -> None:
    export_study((studies / "demo").resolve(), tmp_path / "demo.zip", None)
    app = visit(studies, tmp_path / "cache")(PAGE)
    zipped = ("demo.zip", (tmp_path / "demo.zip").read_bytes(), "application/zip")
    app = app.file_uploader(key="archive_upload").set_value(zipped).run()
    # The name is typed and the button pressed at once, as in a browser: one run for both.
    app.text_input(key="archive_name").set_value("twin")
    app = press(app, "Import it")
    arrival = app.session_state["archive_arrival"]
    for _ in range(300):
        if arrival.state != "running":
            break
        time.sleep(0.1)
    app = app.run()
    assert not app.exception and not app.error
    assert "twin is imported, with 0 results." in [s.value for s in app.success]
    app = press(app, "Open it")
    assert app.session_state["study"] == "twin" and not app.success
    app = press(app.file_uploader(key="archive_upload").set_value(zipped).run(), "Import it")
    while app.session_state["archive_arrival"].state == "running":
        time.sleep(0.1)
    assert any(e.value.startswith("[STUDY-EXISTS]") for e in app.run().error)


def test_another_table_says_the_cohorts(begin, data: Path) -> None:
    split = [f"P{k:02d},{'own' if k < 10 else 'other'}" for k in range(13)]
    (data / "split.csv").write_text("\n".join(["code,cohort", *split, "Z9,own"]) + "\n")
    app, draft = begin("clinical", cohort_way="file", cohorts_way=SERVER)
    assert not app.exception and not app.error
    assert "choose the table of the cohorts" in texts(app)
    draft.put(cohorts_place="split.csv")
    app = app.run()
    assert not app.exception and not app.error
    text = texts(app)
    assert "13 of 14 patients have a cohort" in text and "1 code of the file is of no patient" in text
    table = next(d.value for d in app.dataframe if "Code in the file" in d.value).set_index(
        "Code in the file"
    )
    assert table["Problem"]["Z9"] == "no patient of the clinical table"
    roles = [g.label for g in app.get("button_group") if ", n = " in g.label]
    assert roles == ["other, n = 3", "own, n = 10"]
    # Two cohorts for one code: said in its place, and the clinical table stands.
    (data / "split.csv").write_text("code,cohort\nP00,own\nP00,other\n")
    draft.put(look=1)
    app = app.run()
    assert [e.value[:13] for e in app.error] == ["[COHORT-FILE]"]
    assert "7 LNM positive, 7 negative" in texts(app)


def test_values_below_0_are_asked_for_and_the_answer_is_written(
    begin, data: Path, studies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages._ui.study.data.expression.FEWEST", N)
    rows = [f"G{g}," + ",".join(str(100 * g + k - 1) for k in range(N)) for g in range(3)]
    (data / "genes.csv").write_text("\n".join(["gene," + ",".join(f"P{k:02d}" for k in range(N)), *rows]))
    (data / "sets.gmt").write_text("A\t\tG0\tG1\n")
    genes = {"expression_way": SERVER, "expression_place": "genes.csv", "scale": "linear"}
    sets = {"has_expression": True, "genesets_way": SERVER, "genesets_place": "sets.gmt"}
    app, draft = begin("expression", **genes, **sets)
    assert any(e.value.startswith("[EXPRESSION-NEGATIVE]") for e in app.error)
    assert "say what values below 0 mean" in texts(app)
    app = next(r for r in app.radio if r.label == "Values below 0").set_value("zero").run()
    assert not app.error and "Still to do here" not in texts(app)
    draft.put(step="images")
    app = press(press(app.run(), "Show this case"), "Yes, it lies on the tumour")
    draft.put(step="create")
    press(app.run(), "Create the study")
    while import_run.run_of(draft.number).state == "running":
        time.sleep(0.1)
    assert import_run.run_of(draft.number).error is None
    written = load_study(studies / "mine").settings.expression
    assert (written.scale, written.negatives) == ("linear", "zero")
