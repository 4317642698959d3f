"""An uploaded table in the views of the model chapter: its values, its faults, and who may see it."""

from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.figures.text import estimate, number, p_number
from tests.evaluation.test_against_r import REFERENCE
from tests.pages.conftest import said, tables

PAGE = "pages/model/own_predictions.py"


def csv_of(**more: object) -> pd.DataFrame:
    parts = [pd.read_csv(REFERENCE / f"predictions_{c}.csv").assign(split=c) for c in ("train", "valid")]
    frame = pd.concat(parts, ignore_index=True).rename(columns={"y": "pCR"})
    frame.insert(0, "id", [f"Jane{i}" for i in range(len(frame))])
    return frame.assign(**more)


def upload(app: AppTest, frame: pd.DataFrame | bytes) -> AppTest:
    data = frame if isinstance(frame, bytes) else frame.to_csv(index=False).encode()
    return app.file_uploader(key="own_upload").set_value(("mine.csv", data, "text/csv")).run()


@pytest.fixture
def app(visit, started, tmp_path: Path) -> AppTest:
    return visit(tmp_path / "none", tmp_path / "cache")(PAGE)


def control(app: AppTest, kind: str, label: str):
    return next(widget for widget in getattr(app, kind) if widget.label == label)


def test_without_a_table_it_shows_what_one_looks_like(app: AppTest) -> None:
    assert not app.exception
    assert "forgotten when this page is reloaded or closed" in said(app)
    assert "model_a" in tables(app)[0]
    assert "Template" in [button.label for button in app.get("download_button")]
    assert not app.get("plotly_chart")


def test_values_are_r_s(app: AppTest) -> None:
    app = upload(app, csv_of())
    assert not app.exception
    assert not app.error
    r = pd.read_csv(REFERENCE / "statistics_valid.csv").set_index("name")["value"]
    table = next(t for t in tables(app) if "SEN" in t)
    row = table[(table["Cohort"] == "validation valid, n = 57") & (table["Model"] == "new")].iloc[0]
    assert row["AUC"] == estimate(r["auc_new"], r["auc_new_lo"], r["auc_new_hi"])
    assert row["Brier"] == number(r["brier"], 3)
    training = pd.read_csv(REFERENCE / "statistics_train.csv").set_index("name")["value"]
    assert row["Cut-off"] == number(training["youden_threshold"], 3)
    delong = next(t for t in tables(app) if "DeLong z (R's sign)" in t)
    row = delong[delong["Cohort"] == "valid"].iloc[0]
    assert (row["DeLong z (R's sign)"], row["P"]) == (number(r["delong_z"]), p_number(r["delong_p"]))
    net = next(t for t in tables(app) if "NRI" in t)
    assert net["NRI"].iloc[1].startswith(number(r["nri"]))
    assert net["IDI"].iloc[1].startswith(number(r["idi"], 3))
    assert "**0.95 (0.91-1.00)**" in said(app)
    assert "pCR positive" in said(app)
    assert any("DeLong D" in t for t in tables(app))
    assert len(app.get("plotly_chart")) == 6


def test_risk_cut_offs_add_the_categorical_nri(app: AppTest) -> None:
    app = upload(app, csv_of())
    control(app, "text_input", "Risk cut-offs of the categorical NRI").set_value("0.3 0.6").run()
    table = next(t for t in tables(app) if "Categorical NRI" in t)
    part = csv_of()[csv_of()["split"] == "valid"]
    y, (old, new) = (
        part["pCR"],
        (sum((part[c] >= cut).astype(int) for cut in (0.3, 0.6)) for c in ("old", "new")),
    )
    moved = (new - old).clip(-1, 1)
    expected = moved[y == 1].mean() - moved[y == 0].mean()
    assert table["Categorical NRI"].iloc[1].startswith(number(expected))
    control(app, "text_input", "Risk cut-offs of the categorical NRI").set_value("60 30").run()
    assert app.error[0].value.startswith("[EVAL-CUTOFFS]")


def test_bands_are_made_on_request_and_the_methods_say_so(app: AppTest) -> None:
    app = upload(app, csv_of())
    assert "bootstrap resamples" not in "".join(code.value for code in app.code)
    app.toggle[0].set_value(True).run()
    assert not app.exception
    assert not app.error
    assert "500 bootstrap resamples" in "".join(code.value for code in app.code)
    assert "AUC, bootstrap CI" in next(t for t in tables(app) if "SEN" in t)


def test_columns_can_be_chosen(app: AppTest) -> None:
    app = upload(app, csv_of())
    control(app, "selectbox", "Cohort").set_value("(none)").run()
    table = next(t for t in tables(app) if "SEN" in t)
    assert list(table["Cohort"].unique()) == ["cohort uploaded, n = 145"]
    assert "apparent" in said(app)
    control(app, "selectbox", "Positive value of pCR").set_value("0").run()
    auc = next(t for t in tables(app) if "SEN" in t)["AUC"]
    assert all(float(value[:4]) < 0.5 for value in auc)
    control(app, "multiselect", "Models: probabilities of the outcome").set_value([]).run()
    assert "at least one column" in app.info[0].value


def test_a_chosen_model_that_is_no_longer_shown_gives_way(app: AppTest) -> None:
    app = upload(app, csv_of(third=csv_of()["old"] / 2))
    groups = {group.label: group for group in app.button_group}
    groups["Model of the cut-off"].set_value("new")
    groups["Model"].set_value("new").run()
    assert not app.error
    models = next(group for group in app.button_group if group.label == "Models")
    models.set_value(["old", "third"]).run()
    assert not app.exception
    assert not app.error
    table = next(t for t in tables(app) if "SEN" in t)
    assert list(table["Model"]) == ["old", "third"] * 2
    next(group for group in app.button_group if group.label == "Models").set_value(["third"]).run()
    assert not app.exception
    assert not app.error
    assert len(app.get("plotly_chart")) == 4


def test_a_downloaded_table_can_be_uploaded_again(app: AppTest) -> None:
    frame = csv_of().astype({"new": object})
    frame.loc[0, "new"] = "high"
    app = upload(app, f"# Nodescope 0.2.0, research use only\n{frame.to_csv(index=False)}".encode())
    assert "row 3, new: high is no finite number" in app.error[0].value
    app = upload(app, f"# Nodescope 0.2.0, research use only\n{csv_of().to_csv(index=False)}".encode())
    assert not app.error
    assert "**0.95 (0.91-1.00)**" in said(app)


def test_one_model_alone_is_not_compared(app: AppTest) -> None:
    app = upload(app, csv_of()[["pCR", "new"]])
    assert not app.exception
    assert not app.error
    assert not any("DeLong z (R's sign)" in t for t in tables(app))
    assert len(app.get("plotly_chart")) == 4


def test_every_fault_is_listed_at_once(app: AppTest) -> None:
    frame = csv_of().astype({"new": object})
    frame.loc[0, "new"], frame.loc[4, "old"], frame.loc[6, "pCR"] = "high", 1.4, 7
    app = upload(app, frame)
    (error,) = app.error
    assert error.value.startswith("[PREDICTIONS-TABLE]")
    for fault in (
        "row 2, new: high is no finite number",
        "row 6, old: 1.4",
        "row 8, pCR: 7 is neither 1 nor 0",
    ):
        assert fault in error.value
    assert not app.get("plotly_chart")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "TABLE-READ"),
        (b"a,b\n", "TABLE-ROWS"),
        (b"a,a\n1,2\n", "TABLE-COLUMN"),
        (b"\xff\xfe\x00", "TABLE-READ"),
        (b"name,text\nu,v\n", "PREDICTIONS-COLUMNS"),
        (b"y;p\n1;0,4\n0;0,2\n", "TABLE-READ"),
    ],
)
def test_a_file_that_is_no_predictions_table(data: bytes, code: str, app: AppTest) -> None:
    app = upload(app, data)
    assert not app.exception
    assert app.error[0].value.startswith(f"[{code}]")
    assert len(app.error) == 1


def test_one_class_ties_and_ten_patients(app: AppTest) -> None:
    app = upload(app, csv_of(pCR=1))
    assert app.error[0].value.startswith("[EVAL-ONE-CLASS]")
    app = upload(app, pd.DataFrame({"y": [0, 1] * 5, "a": [0.1, 0.9, 0.2, 0.8, 0.3] * 2}))
    assert not app.exception
    assert not app.error
    frame = csv_of()
    frame.loc[frame["split"] == "valid", "pCR"] = 1
    app = upload(app, frame)
    assert not app.exception
    assert "no pCR negative of 57 patients" in app.info[0].value


def test_nothing_is_stored_cached_or_linked(app: AppTest, tmp_path: Path, monkeypatch) -> None:
    from pages._ui import access

    def shared(*_: object) -> None:
        raise AssertionError("a private table reached a cache that all sessions share")

    monkeypatch.setattr(access, "_derived", shared)
    app = upload(app, csv_of())
    app.toggle[0].set_value(True).run()
    assert not app.exception
    assert not app.error
    written = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert not any(b"Jane" in path.read_bytes() or b"0.758" in path.read_bytes() for path in written)
    assert not {"models", "own", "cutoff_new"} & set(app.query_params)
    assert "Jane" not in said(app) + "".join(str(t) for t in tables(app))


def test_downloads_name_the_table_and_not_the_study(visit, studies: Path, tmp_path: Path) -> None:
    from pages._ui import origin

    app = upload(visit(studies, tmp_path / "cache")(PAGE), csv_of())
    assert not app.error
    source = app.session_state["own_source"]
    assert source.startswith("an uploaded predictions table (sha256 ")
    st.session_state.update(own_source=source, alone=True)
    line = origin.line()
    st.session_state.clear()
    assert source in line
    assert "SYNTHETIC" not in line
