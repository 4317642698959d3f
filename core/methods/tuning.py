"""Words of the tuning page: what each setting does, what a change is worth, methods text."""

from core.figures.text import estimate, p_value
from core.methods.learning import WEIGHED
from core.methods.model import resampling as folds_text
from core.settings import ForestSettings, ResamplingSettings, SelectionSettings

HELP_COMPONENTS = (
    "How many principal components of the z-scored features ReliefF may choose from. Few: only the broad "
    "directions in which tumours differ. All possible: also directions of little variance, most of them "
    "noise, which ReliefF then has to leave out."
)
HELP_NEIGHBOURS = (
    "Each patient is compared with this many of the most similar patients of its own and of the other "
    "class. Few: weights follow local detail and jump from fold to fold. Many: steadier, closer to a test "
    "of one component at a time. At most the smallest class of a fold - 1."
)
HELP_KEEP = (
    "How many of the components with the highest weights the forest sees, in each fold its own. Few: a "
    "simpler model that may miss signal. Many: components that separate the classes by chance come in. "
    "More than there are keeps all."
)
HELP_TREES = (
    "More trees make the probabilities steadier, not the model more flexible: beyond some hundred the AUC "
    "should hardly move. A setting that looks good only with few trees is luck."
)
WHY_TRAINING_ONLY = (
    "The validation cohort is not shown on this page: settings chosen by it would leave nothing to test them."
)


def components(value: int | float | None) -> str:
    """``all possible``, ``12``, ``95% of the variance``."""
    if value is None:
        return "all possible"
    return f"{100 * value:g}% of the variance" if 0 < value < 1 else f"{value:g}"


def change(difference: float, low: float, high: float, p: float, same: bool) -> str:
    """The change in AUC against the study's settings, and whether it can be told from noise."""
    if same:
        return "These are the study's settings."
    verdict = "more than noise by this one test" if p < 0.05 else "not to be told from noise"
    signed = f"{'+' if difference > 0 else ''}{estimate(difference, low, high, 3)}"
    return f"Change in AUC **{signed}**, paired DeLong {p_value(p)}: {verdict}."


def resampled(repeats: int) -> str:
    """Caption of the ROC: how it was resampled here, and how in the study."""
    more = f" (the study averages {repeats})" if repeats > 1 else ""
    return f"Out-of-fold, one repeat{more}. AUC: DeLong's 95% CI."


def tried(count: int) -> str:
    """How many settings were looked at, and what that does to the best of them."""
    if count == 0:
        return "No other settings tried in this session."
    if count == 1:
        return "1 configuration tried in this session."
    limit = f"{0.05 / count:.4f}".rstrip("0")
    return (
        f"**{count} configurations tried in this session.** The best of several looks better than it is: "
        f"to count as progress it would need P < {limit} (0.05 / {count}) and patients not used here."
    )


def no_neighbours(selection: SelectionSettings) -> str:
    """Why there is no slider of the neighbours."""
    near = "one nearest hit and miss" if selection.method == "fae" else "all patients within a distance"
    return f"{WEIGHED[selection.method]}, the study's method, goes by {near}: no number of neighbours to set."


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
    now: tuple[SelectionSettings, ForestSettings],
    study: tuple[SelectionSettings, ForestSettings],
    resampling: ResamplingSettings,
    n: int,
    positives: int,
    count: int,
    prepared: str = "",
) -> str:
    """Methods text for a paper: settings shown, the study's settings, resampling, patients, number tried.

    ``prepared``: what ``preparation.before`` says of the study.
    """
    number = {0: "No other configuration was", 1: "1 other configuration was"}.get(
        count, f"{count} other configurations were"
    )
    return (
        f"{family} signature of {n} training patients ({positives} LNM positive): z-score, PCA, "
        f"{WEIGHED[now[0].method]} and random forest, all fitted inside the folds of a "
        f"{folds_text(resampling)} (seed {resampling.seed})."
        f"{prepared} "
        f"Settings: {_settings(*now)}. Settings of the study, evaluated in the same folds: "
        f"{_settings(*study)}. AUC with DeLong's 95% CI; the change in AUC by DeLong's test for paired "
        "curves; accuracy, sensitivity, specificity, PPV and NPV with Wilson's 95% CI at Youden's cut-off of "
        "the same out-of-fold probabilities, so optimistic. Scree plot and weights: medians over the "
        "folds, taken by component number, though component i of one fold only roughly is that of another. "
        f"{number} looked at; the validation cohort was not used."
    )


def _settings(selection: SelectionSettings, forest: ForestSettings) -> str:
    name, near = WEIGHED[selection.method], f" with {selection.neighbours} neighbours"
    return (
        f"PCA components {components(selection.components)}; {name}{near if name == 'ReliefF' else ''}, "
        f"{selection.keep} components kept; {forest.trees} trees, {forest.min_leaf} or more patients per leaf"
    )
