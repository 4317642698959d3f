"""Words for the selection and the learner of the signatures, of a study or of a frozen model."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from core.figures.text import listed
from core.settings import SEARCHED, Classifier, ForestSettings, Settings, as_dict

WEIGHED = {"relieff": "ReliefF", "surf": "SURF", "multisurf": "MultiSURF", "fae": "Relief as of FAE"}
CITED = {
    "surf": "SURF (Greene et al., BioData Mining 2009) weighs by all pairs of patients nearer than average",
    "multisurf": "MultiSURF (Urbanowicz et al., J Biomed Inform 2018) weighs by all patients within a radius "
    "of each patient's own",
    "fae": "Relief as of FAE (FeAture Explorer; Song et al., PLoS ONE 2020): components divided by their L2 "
    "norm over the patients, one nearest hit and miss, ranked by the size of the weight whatever its sign",
}
NAMES = {
    "keep": "components kept", "min_leaf": "smallest number of patients per leaf", "c": "inverse penalty C",
    "rate": "learning rate", "depth": "depth of the trees",
}  # fmt: skip
SHORT = {"forest": "forest", "logistic": "logistic regression", "svm": "SVM", "boosting": "gradient boosting"}


def selector(settings: Settings | dict[str, Any]) -> str:
    """``ReliefF``, or which family is weighed by what where they differ."""
    methods = _methods(_plain(settings))
    if len(set(methods.values())) == 1:
        return WEIGHED[next(iter(methods.values()))]
    return " or ".join(f"{WEIGHED[method]} ({family})" for family, method in methods.items())


def short_learner(settings: Settings | dict[str, Any]) -> str:
    """``forest``, or what stands in its place."""
    return SHORT[_learner(_plain(settings))["name"]]


def learner(settings: Settings | dict[str, Any]) -> str:
    """``a random forest of 200 trees``, or what stands in its place with its settings."""
    values = _plain(settings)
    chosen = _learner(values)
    if chosen["name"] == "logistic":
        return f"a logistic regression (L2 penalty, C = {chosen['c']:g}, balanced classes)"
    if chosen["name"] == "svm":
        return (
            f"a support vector machine (RBF kernel, C = {chosen['c']:g}, balanced classes; probabilities by "
            "Platt's method, 3-fold within the patients that it learns from)"
        )
    if chosen["name"] == "boosting":
        return (
            f"gradient boosting ({chosen['rounds']} trees of depth {chosen['depth']}, learning rate "
            f"{chosen['rate']:g})"
        )
    return f"a random forest of {values['forest']['trees']} trees"


def cited(settings: Settings | dict[str, Any]) -> str:
    """What other selections than ReliefF are, with a space before; '' where there is none."""
    used = dict.fromkeys(_methods(_plain(settings)).values())
    return "".join(f" {CITED[method]}." for method in used if method in CITED)


def searched(settings: Settings | dict[str, Any]) -> str:
    """What was searched for and how, with a space before; '' where nothing was."""
    values = _plain(settings)
    grid = [*_keeps(values), *_candidates(values)]
    if not grid:
        return ""
    place = "once on all training patients" if values.get("preset") == "published" else "in each fold"
    said, verb = listed(grid), "was" if len(grid) == 1 else "were"
    return (
        f" {said[0].upper()}{said[1:]} {verb} chosen {place} by an inner stratified 3-fold cross-validation "
        "of the training patients, all steps refitted: the combination of the highest mean AUC, of equal "
        "ones that of the fewest components, then the first."
    )


def found(choices: pd.DataFrame) -> str:
    """What the folds of a signature chose: frame [repeat, fold, a column per setting], repeat 0 the refit."""
    names = [name for name in NAMES if name in choices]
    folds, refit = choices[choices["repeat"] > 0], choices[choices["repeat"] == 0].iloc[0]
    parts = []
    for name in names:
        counts = folds[name].value_counts().sort_index()
        each = ", ".join(f"{value:g} in {n}" for value, n in counts.items())
        said = f"{each} of {len(folds)} folds; {refit[name]:g} in the refit" if each else f"{refit[name]:g}"
        parts.append(f"{NAMES[name]}, chosen {'in each fold' if each else 'once'}: {said}")
    return "; ".join(parts) + " on all training patients"


def choices(raw: pd.DataFrame) -> pd.DataFrame:
    """Choices of the folds [Signature, repeat, fold, ...] as printed; repeat 0 is the refit on all."""
    place = [f"repeat {r.repeat}, fold {r.fold}" if r.repeat else "refit on all" for r in raw.itertuples()]
    heads = {name: said[0].upper() + said[1:] for name, said in NAMES.items() if name in raw}
    shown = raw[list(heads)].map(lambda value: "" if pd.isna(value) else f"{value:g}").rename(columns=heads)
    shown.insert(0, "Signature", raw["Signature"])
    shown.insert(1, "Chosen in", place)
    return shown


def of_classifier(classifier: Classifier) -> str:
    """The same of a learner's own settings."""
    name = "forest" if isinstance(classifier, ForestSettings) else "learner"
    return learner({name: as_dict(classifier)})


def not_tuned(settings: Settings, family: str = "radiomics") -> str:
    """What of the study's settings the tuning page does not follow; '' where it follows all."""
    values = _plain(settings)
    wanted = settings.selection(family).search or settings.search.keep
    grid = [*(_keeps(values) if wanted else []), *_candidates(values)]
    if not grid:
        return ""
    return (
        f"The study's folds search: {listed(grid)}. This page takes the values that are set here in every "
        "fold: its numbers are not those of the study's signature."
    )


def _keeps(values: dict[str, Any]) -> list[str]:
    """The search for the number of components."""
    given = values.get("search", {}).get("keep")
    if given:
        return [f"The number of components kept ({_listed(sorted(given))})"]
    families = [f for f in _methods(values) if values[f"selection_{f}"].get("search")]
    among = "the setting, its half, quarter and eighth"
    return [f"The number of components kept ({', '.join(families)}: {among})"] if families else []


def _candidates(values: dict[str, Any]) -> list[str]:
    """The search for settings of the learner."""
    given, names = values.get("search", {}), SEARCHED[_learner(values)["name"]]
    return [f"the {NAMES[name]} ({_listed(given[name])})" for name in names if given.get(name)]


def _listed(candidates: Iterable[float]) -> str:
    return ", ".join(f"{value:g}" for value in candidates)


def _plain(settings: Settings | dict[str, Any]) -> dict[str, Any]:
    return as_dict(settings) if isinstance(settings, Settings) else settings


def _learner(values: dict[str, Any]) -> dict[str, Any]:
    return values.get("learner", {"name": "forest"})  # a model frozen before there was a choice


def _methods(values: dict[str, Any]) -> dict[str, str]:
    ring = values.get("peritumoral", {}).get("width_mm")
    names = [name for name in values if name.startswith("selection_")]
    families = [name.removeprefix("selection_") for name in names]
    return {
        f: values[f"selection_{f}"].get("method", "relieff") for f in families if f != "peritumoral" or ring
    }
