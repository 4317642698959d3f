import numpy as np
import pandas as pd
import pytest

from core.figures.palette import DARK, LIGHT, model_colour
from core.figures.tuning import THESE, scree_figure, tuned_roc_figure, weights_figure


@pytest.fixture
def scree() -> pd.DataFrame:
    share = np.array([0.5, 0.3, 0.15, 0.05])
    return pd.DataFrame(
        {"component": [1, 2, 3, 4], "share": share, "low": share - 0.01, "high": share + 0.01,
         "cumulative": share.cumsum()}
    )  # fmt: skip


@pytest.fixture
def weights() -> pd.DataFrame:
    weight = np.array([0.2, 0.1, 0.05, -0.01])
    return pd.DataFrame(
        {"component": [1, 4, 2, 3], "weight": weight, "low": weight - 0.01, "high": weight + 0.02,
         "kept": [5, 3, 2, 0], "folds": [5, 5, 4, 5]}
    )  # fmt: skip


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_scree_marks_the_cut(scree: pd.DataFrame, theme) -> None:
    figure = scree_figure(scree, 3, "Radiomics", theme)
    used, left_out, cumulative = figure.data
    assert list(used.x) == [1, 2, 3]
    assert list(left_out.x) == [4]
    assert used.marker.color == model_colour("Radiomics", theme)
    assert cumulative.y == pytest.approx([50, 80, 95, 100])
    assert figure.layout.shapes[0].x0 == 3.5
    assert not scree_figure(scree, 4, "Radiomics", theme).layout.shapes


def test_weights_say_in_how_many_folds_a_component_is_kept(weights: pd.DataFrame) -> None:
    every, some, none = weights_figure(weights, 2, "GoogLeNet", LIGHT).data
    assert list(every.x) == [1]
    assert list(some.x) == [2, 3]
    assert list(none.x) == [4]
    assert every.y[0] == 0.2
    assert some.customdata.tolist()[1][-2:] == [2, 4]
    assert weights_figure(weights, 2, "GoogLeNet", LIGHT).layout.shapes[0].x0 == 2.5
    assert not weights_figure(weights, 9, "GoogLeNet", LIGHT).layout.shapes


def test_the_roc_leads_with_the_moved_settings() -> None:
    grid = np.linspace(0, 1, 5)
    curves = [
        pd.DataFrame({"threshold": 1 - grid, "fpr": grid, "tpr": grid**power, "model": model})
        for model, power in (("now", 0.5), ("before", 0.8))
    ]
    metrics = pd.DataFrame(
        {"model": ["now", "before"], "auc": [0.7, 0.6], "auc_low": [0.6, 0.5], "auc_high": [0.8, 0.7]}
    )
    figure = tuned_roc_figure(pd.concat(curves), metrics, "Training, n = 8", "ResNet50", LIGHT)
    lines = {trace.name: trace for trace in figure.data}
    now, before = (lines[name] for name in (THESE, "baseline"))
    assert now.line.width > before.line.width
    assert (now.line.color, before.line.color) == (model_colour("ResNet50", LIGHT), LIGHT.quiet)
    assert list(now.y) == list(grid**0.5)
    assert [note.text for note in figure.layout.annotations if "0.70 (0.60-0.80)" in note.text]
