"""Figures of the validation page draw what their frames say."""

import numpy as np
import pandas as pd
import pytest

from core.figures.agreement import groups_figure, level_name, subgroups_figure
from core.figures.palette import DARK, LIGHT, MODELS, model_colour
from core.figures.validation import curve_figure, kinds_figure, permutation_figure, presets_figure

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    values = {"apparent": 1.0, "corrected": 0.9, "plus": 0.75, "out_of_fold": 0.7, "external": 0.65}
    rows = [
        {"model": m, "kind": kind, "cohort": "B" if kind == "external" else "A", "n": 88, "positives": 41,
         "auc": area, "low": area - 0.1, "high": min(area + 0.1, 1)}
        for m in MODELS for kind, area in values.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def null() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = [
        {"permutation": i, "preset": preset, "model": m, "auc": 0.8 if i == 0 else rng.normal(middle, 0.05)}
        for m in MODELS
        for preset, middle, most in (("leak_free", 0.5, 30), ("published", 0.7, 5))
        for i in range(most + 1)
    ]
    return pd.DataFrame(rows)


@THEMES
def test_all_kinds_stand_side_by_side(areas: pd.DataFrame, theme) -> None:
    figure = kinds_figure(areas, theme)
    assert [trace.name.split(" (")[0] for trace in figure.data] == [
        "apparent", "optimism-corrected", ".632+ bootstrap", "out-of-fold",
        "external cohort B, n = 88, 41 positive",
    ]  # fmt: skip
    for trace, area in zip(figure.data, (1.0, 0.9, 0.75, 0.7, 0.65), strict=True):
        assert set(trace.x) == {area} and len(trace.x) == len(MODELS)
        assert list(trace.marker.color) == [model_colour(m, theme) for m in MODELS[::-1]]
    assert sum("0.75 (0.65-0.85)" in note.text for note in figure.layout.annotations) == len(MODELS)
    # From above: the model's five estimates in the order of the legend.
    assert [trace.y[0] for trace in figure.data] == sorted((t.y[0] for t in figure.data), reverse=True)


def test_before_the_refits_there_are_two_kinds(areas: pd.DataFrame) -> None:
    figure = kinds_figure(areas[areas["kind"].isin(["out_of_fold", "external"])], LIGHT)
    assert len(figure.data) == 2


@THEMES
def test_the_real_labels_stand_in_the_permuted(null: pd.DataFrame, theme) -> None:
    found = pd.DataFrame(
        [
            {"model": m, "preset": "leak_free", "observed": 0.8, "p": 1 / 31, "permutations": 30}
            for m in MODELS
        ]
    )
    figure = permutation_figure(null, found, theme)
    assert [len(trace.x) for trace in figure.data] == [30] * len(MODELS)
    assert [shape.x0 for shape in figure.layout.shapes] == [0.8] * len(MODELS)
    assert all("P = 0.03" in note.text for note in figure.layout.annotations)


@THEMES
def test_presets_share_their_permutations(null: pd.DataFrame, theme) -> None:
    figure = presets_figure(null, theme)
    assert len(figure.data) == 2 * len(MODELS)
    assert all(len(trace.x) == 5 for trace in figure.data)
    leak_free = null[(null["preset"] == "leak_free") & null["permutation"].between(1, 5)]
    assert figure.layout.xaxis.dtick == 0.1 and figure.layout.xaxis.tickformat == ".1f"
    notes = [note for note in figure.layout.annotations if "mean" in note.text]
    assert len(notes) == 2 * len(MODELS) and figure.layout.margin.r >= 150  # room for them beside the plot
    shown = figure.data[len(MODELS) - 1]  # the first model is drawn last, at the top
    assert sorted(shown.x) == sorted(leak_free.loc[leak_free["model"] == MODELS[0], "auc"])


@THEMES
def test_the_learning_curve_rises_with_the_patients(theme) -> None:
    rows = [
        {"model": m, "share": s, "n": 70 * s, "repeats": 5, "auc": 0.5 + s / 4, "low": 0.4, "high": 0.9,
         "least": 0.45 + s / 4, "most": 0.55 + s / 4}
        for m in MODELS for s in (1.0, 0.5)
    ]  # fmt: skip
    figure = curve_figure(pd.DataFrame(rows), theme)
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [list(trace.x) for trace in lines] == [[35, 70]] * len(MODELS)
    assert list(lines[0].y) == [0.625, 0.75]


@THEMES
def test_image_types_stand_beside_their_share_of_features(theme) -> None:
    groups = pd.DataFrame(
        {"group": ["wavelet", "original"] * 3, "features": [80, 20] * 3, "fit": [0, 0, 1, 1, 2, 2],
         "share": [0.7, 0.3, 0.6, 0.4, 0.8, 0.2]}
    )  # fmt: skip
    figure = groups_figure(groups, "Radiomics", theme)
    found, expected = figure.data
    assert list(found.x) == pytest.approx([30, 70]) and list(expected.x) == pytest.approx([20, 80])
    assert list(found.error_x.array) == pytest.approx([10, 10])


@THEMES
def test_subgroups_without_an_auc_are_named_without_a_dot(theme) -> None:
    rows = [
        {"column": c, "level": level, "cohort": cohort, "role": role, "model": "DLRN", "n": 20,
         "positives": 9, "auc": area, "low": area - 0.1, "high": area + 0.1, "p": 0.5}
        for cohort, role in (("A", "training"), ("B", "validation"))
        for c, level, area in (("all", "all", 0.7), ("er", "neg", 0.6), ("er", "pos", np.nan))
    ]  # fmt: skip
    figure = subgroups_figure(pd.DataFrame(rows), "DLRN", theme)
    assert [list(trace.x) for trace in figure.data] == [[0.6, 0.7]] * 2
    assert list(figure.layout.yaxis.ticktext) == ["ER: pos", "ER: neg", "All patients"]
    assert [list(trace.y) for trace in figure.data] == [[1, 2]] * 2
    assert sum("too few" in note.text for note in figure.layout.annotations) == 2
    assert level_name("clinical_t", "2") == "Clinical T: 2"
