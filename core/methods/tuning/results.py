"""What a change of settings is worth: its AUC beside the baseline's, captions, methods text."""

from core.figures.text import estimate, p_value
from core.methods.learning import SHORT, WEIGHED, of_classifier
from core.methods.model import resampling as folds_text
from core.methods.tuning.controls import components
from core.settings import Classifier, ForestSettings, ResamplingSettings, SelectionSettings
from core.tuning.configuration import Configuration


def learning(configuration: Configuration, folds: int, step: int) -> str:
    """What is under way."""
    if configuration.learner == "forest":
        return f"Growing {configuration.trees} trees in each of {folds} folds: block {step}"
    return f"Fitting {SHORT[configuration.learner]} in each of {folds} folds"


def change(
    difference: float, low: float, high: float, p: float, against: str, itself: bool, same: bool
) -> str:
    """The change in AUC against the baseline, and whether it can be told from noise.

    ``itself``: they are the baseline; ``same``: every patient has the same probability by both.
    """
    if itself:
        return f"These are {against}."
    if same:
        return f"Every patient has the same probability as by {against}: nothing changes."
    verdict = "more than noise by this one test" if p < 0.05 else "within noise"
    signed = f"{'+' if difference > 0 else ''}{estimate(difference, low, high, 3)}"
    return (
        f"Change in AUC against {against} **{signed}: {verdict}** (paired DeLong {p_value(p)}, same patients "
        "and folds)."
    )


def resampled(repeats: int) -> str:
    """Caption of the ROC: how it was resampled here, and how in the study."""
    more = f" (the study averages {repeats})" if repeats > 1 else ""
    return f"Out-of-fold, one repeat{more}. AUC: DeLong's 95% CI."


def scree(used: tuple[int, int], there: tuple[int, int], folds: int) -> str:
    """Components of a fold that are used, of those there are; each as fewest and most of a fold."""
    if used == there:
        return f"All {_span(there)} components of a fold; median over {folds} folds."
    return f"{_span(used)} of {_span(there)} components of a fold; median over {folds} folds."


def weights(keep: int, there: tuple[int, int]) -> str:
    """What each fold keeps, and how to read the weights."""
    what = f"each fold keeps {keep}" if keep < there[0] else f"all {_span(there)} kept"
    return f"Median and range over the folds; {what}."


def _span(counts: tuple[int, int]) -> str:
    least, most = counts
    return f"{least}" if least == most else f"{least} to {most}"


def methods(
    family: str,
    now: tuple[SelectionSettings, Classifier],
    baseline: tuple[SelectionSettings, Classifier],
    resampling: ResamplingSettings,
    n: int,
    positives: int,
    count: int,
    prepared: str = "",
    looks: int = 0,
) -> str:
    """Methods text for a paper: settings shown, the baseline's, resampling, patients, number tried.

    ``prepared``: what ``preparation.before`` says of the study; ``looks`` at the validation cohort.
    """
    number = {0: "No other configuration was", 1: "1 other configuration was"}.get(
        count, f"{count} other configurations were"
    )
    return (
        f"{family} signature of {n} training patients ({positives} LNM positive): z-score, PCA, "
        f"{WEIGHED[now[0].method]} and learner, all fitted inside the folds of a "
        f"{folds_text(resampling)} (seed {resampling.seed})."
        f"{prepared} "
        f"Settings: {_settings(*now)}. Compared with, in the same folds: "
        f"{_settings(*baseline)}. AUC with DeLong's 95% CI; the change in AUC by DeLong's test for paired "
        "curves; accuracy, sensitivity, specificity, PPV and NPV with Wilson's 95% CI at Youden's cut-off of "
        "the same out-of-fold probabilities, so optimistic. Scree plot and weights: medians over the "
        "folds, taken by component number, though component i of one fold only roughly is that of another. "
        f"{number} looked at; {_looks(looks)}."
    )


def _looks(count: int) -> str:
    if count == 0:
        return "the validation cohort was not used"
    times = "once" if count == 1 else f"{count} times"
    return f"the validation result of a tuned configuration was looked at {times}"


def _settings(selection: SelectionSettings, classifier: Classifier) -> str:
    name, near = WEIGHED[selection.method], f" with {selection.neighbours} neighbours"
    leaf = (
        f", {classifier.min_leaf} or more patients per leaf" if isinstance(classifier, ForestSettings) else ""
    )
    return (
        f"PCA components {components(selection.components)}; {name}{near if name == 'ReliefF' else ''}, "
        f"{selection.keep} components kept; {of_classifier(classifier)}{leaf}"
    )
