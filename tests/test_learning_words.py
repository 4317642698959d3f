"""Methods text names the selection and the learner that a study has, with their sources."""

import tomllib

import pytest

from core.methods import learning, model, overview
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
    assert words in learning.not_tuned(settings)
    assert f"and {learning.SHORT[name]} were fitted inside the folds" in overview.methods(settings)


def test_a_search_is_told() -> None:
    settings = study("selection_radiomics.search = true")
    assert "(radiomics) was chosen in each fold by an inner" in learning.searched(settings)
    published = override(Settings(), {"selection_radiomics": {"search": True}}, "published")
    assert "once on all training patients" in model.comparison(published)
    assert "search" in learning.not_tuned(settings, "radiomics")
    assert learning.not_tuned(settings, "googlenet") == learning.searched(study()) == ""
