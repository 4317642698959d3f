"""Words for the selection and the learner of the signatures, of a study or of a frozen model."""

from typing import Any

from core.settings import Settings, as_dict

WEIGHED = {"relieff": "ReliefF", "surf": "SURF", "multisurf": "MultiSURF", "fae": "Relief as of FAE"}
CITED = {
    "surf": "SURF (Greene et al., BioData Mining 2009) weighs by all pairs of patients nearer than average",
    "multisurf": "MultiSURF (Urbanowicz et al., J Biomed Inform 2018) weighs by all patients within a radius "
    "of each patient's own",
    "fae": "Relief as of FAE (FeAture Explorer; Song et al., PLoS ONE 2020): components divided by their L2 "
    "norm over the patients, one nearest hit and miss, ranked by the size of the weight whatever its sign",
}
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
    """How the number of components was searched for, with a space before; '' where it was not."""
    values = _plain(settings)
    families = [f for f in _methods(values) if values[f"selection_{f}"].get("search")]
    if not families:
        return ""
    place = "once on all training patients" if values.get("preset") == "published" else "in each fold"
    return (
        f" The number of components kept ({', '.join(families)}) was chosen {place} by an inner stratified "
        "3-fold cross-validation of the training patients, all steps refitted: of the setting, its half, "
        "quarter and eighth that of the highest mean AUC, of equal ones the smallest."
    )


def not_tuned(settings: Settings, family: str = "radiomics") -> str:
    """What of the study's settings the tuning page does not follow; '' where it follows all."""
    if settings.learner.name == "forest":
        if not settings.selection(family).search:
            return ""
        return (
            "The study's folds search for the number of components to keep. This page keeps the number that "
            "is set here in every fold: its numbers are not those of the study's signature."
        )
    return (
        f"The study's learner is {learner(settings)}. This page tunes the random forest of "
        "`[settings.forest]` in its place: its numbers are not those of the study's signatures."
    )


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
