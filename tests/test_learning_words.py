"""Methods text names the selection and the learner that a study has, with their sources."""

import tomllib

import pandas as pd
import pytest

from core.methods import learning, model, overview, validation
from core.overrides import override
from core.settings import Settings, as_dict


def study(text: str = "") -> Settings:
    return override(Settings(), tomllib.loads(text))


def test_defaults() -> None:
    assert learning.selector(study()) == "ReliefF"
    assert learning.learner(study()) == "a random forest of 200 trees"
    assert learning.cited(study()) == learning.not_tuned(study()) == ""
    assert "z-score, PCA, ReliefF and forest were fitted inside the folds" in overview.methods(study())
    older = {
        "forest": {"trees": 60},
        "selection_radiomics": {"keep": 41},
    }  # of a model before there was a choice
    assert (learning.selector(older), learning.learner(older)) == ("ReliefF", "a random forest of 60 trees")


@pytest.mark.parametrize(
    ("method", "words"),
    [("surf", "Greene et al."), ("multisurf", "Urbanowicz et al."), ("fae", "Song et al., PLoS ONE 2020")],
)
def test_another_selection_is_named_and_cited(method: str, words: str) -> None:
    families = ("radiomics", "googlenet", "resnet50")
    every = study("\n".join(f'[selection_{f}]\nmethod = "{method}"' for f in families))
    one = study(f'selection_googlenet.method = "{method}"')
    assert learning.selector(every) == learning.WEIGHED[method]
    assert f"{learning.WEIGHED[method]} (googlenet)" in learning.selector(one)
    for settings in (every, one, as_dict(one)):
        assert words in learning.cited(settings)
    assert words in model.comparison(one) and words in overview.methods(one)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("logistic", "logistic regression (L2"),
        ("svm", "Platt's method"),
        ("boosting", "100 trees of depth 2"),
    ],
)
def test_another_learner_is_named(name: str, words: str) -> None:
    settings = study(f'learner.name = "{name}"')
    assert words in learning.learner(settings) and words in model.comparison(settings)
    assert words in learning.of_classifier(settings.classifier) and words in validation.methods(settings)
    assert learning.not_tuned(settings) == ""  # the tuning page follows it
    assert f"and {learning.SHORT[name]} were fitted inside the folds" in overview.methods(settings)


def test_a_search_is_told() -> None:
    settings = study("selection_radiomics.search = true")
    said = "kept (radiomics: the setting, its half, quarter and eighth) was chosen in each fold by an inner"
    assert said in learning.searched(settings) and said in validation.methods(settings)
    published = override(Settings(), {"selection_radiomics": {"search": True}}, "published")
    assert "once on all training patients" in model.comparison(published)
    assert "search" in learning.not_tuned(settings, "radiomics")
    assert learning.not_tuned(settings, "googlenet") == learning.searched(study()) == ""


def test_candidates_of_the_learner_are_told() -> None:
    text = 'search.c = [0.1, 1]\nsearch.min_leaf = [2, 5]\nsearch.keep = [20, 10]\nlearner.name = "svm"'
    said = learning.searched(study(text))
    assert (
        "The number of components kept (10, 20) and the inverse penalty C (0.1, 1) were chosen in each fold"
        in said
    )
    assert "leaf" not in said
    assert "(0.1, 1)" in learning.not_tuned(study(text), "googlenet")
    forest = learning.searched(study("search.min_leaf = [2, 5]"))
    assert " The smallest number of patients per leaf (2, 5) was chosen in each fold" in forest


def test_what_the_folds_chose_is_told() -> None:
    rows = [(1, 1, 6, 0.1), (1, 2, 12, 0.1), (1, 3, 6, 1.0), (0, 0, 12, 1.0)]
    chosen = pd.DataFrame(rows, columns=["repeat", "fold", "keep", "c"])
    assert learning.found(chosen) == (
        "components kept, chosen in each fold: 6 in 2, 12 in 1 of 3 folds; 12 in the refit; "
        "inverse penalty C, chosen in each fold: 0.1 in 2, 1 in 1 of 3 folds; 1 in the refit on "
        "all training patients"
    )
    assert learning.found(chosen.tail(1)).startswith("components kept, chosen once: 12; inverse penalty C")
    shown = learning.choices(chosen.assign(Signature="Radiomics"))
    assert shown.iloc[1].tolist() == ["Radiomics", "repeat 1, fold 2", "12", "0.1"]
    assert shown["Chosen in"].iloc[-1] == "refit on all"
