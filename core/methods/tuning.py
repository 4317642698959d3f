"""Words of the tuning page: what each setting does, what a change is worth, methods text."""

from core.figures.text import estimate, listed, p_value
from core.methods.learning import SHORT, WEIGHED, of_classifier
from core.methods.model import resampling as folds_text
from core.settings import Classifier, ForestSettings, ResamplingSettings, SelectionSettings
from core.tuning.configuration import Configuration
from core.tuning.record import PROMOTED, UNLOCKED, Record

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
    "How many of the components with the highest weights the learner sees, in each fold its own. Few: a "
    "simpler model that may miss signal. Many: components that separate the classes by chance come in. "
    "More than there are keeps all."
)
HELP_TREES = (
    "More trees make the probabilities steadier, not the model more flexible: beyond some hundred the AUC "
    "should hardly move. A setting that looks good only with few trees is luck."
)
HELP_LEARNER = (
    "What learns on the components kept. The forest grows in blocks of trees that are reused; another "
    "learner is fitted anew in every fold, with the settings that `[settings.learner]` of the study gives it."
)
HELP_BASELINE = (
    "Every change is shown beside it: the study's settings, a named configuration, or one tried in this "
    "session. The link of the page holds it."
)
HELP_PIN = "From now on every change is shown beside the settings that are shown now."
HELP_NAME = "Kept with the study, for all who open it. Name no patient."
HISTORY = "Tried in this session, in the order first shown; out-of-fold AUC with DeLong's 95% CI."
WHY_TRAINING_ONLY = (
    "No result in the validation cohort is shown on this page until it is unlocked: settings chosen by it "
    "would leave nothing to test them."
)
UNLOCK_COST = (
    "Locked: the validation result of tuned settings. To look costs its independence: settings chosen, or "
    "dropped, after a look have been picked on these patients, and no AUC in this cohort is then an honest "
    "test of them. One look opens these settings alone, and is recorded with the study: when, at what, and "
    "after how many configurations. Exports say so."
)
STUDYS_OWN = "The validation result of the study's own settings stands on the page Comparison."
HOW = {UNLOCKED: "unlocked here", PROMOTED: "became the study's"}


def components(value: int | float | None) -> str:
    """``all possible``, ``12``, ``95% of the variance``."""
    if value is None:
        return "all possible"
    return f"{100 * value:g}% of the variance" if 0 < value < 1 else f"{value:g}"


def named(configuration: Configuration) -> str:
    """``PCA all possible, 10 neighbours, 41 kept, 200 trees``, or the learner in place of the trees."""
    return (
        f"PCA {components(configuration.components)}, {configuration.neighbours} neighbours, "
        f"{configuration.keep} kept, {learned(configuration)}"
    )


def learning(configuration: Configuration, folds: int, step: int) -> str:
    """What is under way."""
    if configuration.learner == "forest":
        return f"Growing {configuration.trees} trees in each of {folds} folds: block {step}"
    return f"Fitting {SHORT[configuration.learner]} in each of {folds} folds"


def fitted_anew(classifier: Classifier) -> str:
    """What another learner than the forest is, and what a move costs."""
    said = of_classifier(classifier)
    return f"{said[:1].upper()}{said[1:]}, as `[settings.learner]` has it. Fitted anew after every move."


def learned(configuration: Configuration) -> str:
    """``200 trees``, ``SVM``."""
    forest = configuration.learner == "forest"
    return f"{configuration.trees} trees" if forest else SHORT[configuration.learner]


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


def tried(count: int, session: int = 0) -> str:
    """How many settings were looked at in the study, and what that does to the best of them."""
    if count == 0:
        return "No other settings tried in this study."
    here = f", {session} of them in this session" if session != count else ""
    if count == 1:
        return f"1 configuration tried in this study{here}."
    limit = f"{0.05 / count:.2g}"
    return (
        f"**{count} configurations tried in this study**{here}. The best of several looks better than it is: "
        f"to count as progress it would need P < {limit} (0.05 / {count}) and patients not used here."
    )


def no_neighbours(selection: SelectionSettings) -> str:
    """Why there is no slider of the neighbours."""
    near = "one nearest hit and miss" if selection.method == "fae" else "all patients within a distance"
    return f"{WEIGHED[selection.method]}, the study's method, goes by {near}: no number of neighbours to set."


def provenance(record: Record) -> str:
    """What exports say of the tuning of a study."""
    last = "" if not record.unlocks else f", last {record.unlocks[-1].when}"
    looks = f"validation cohort unlocked {_counted(len(record.unlocks), 'time')}{last}"
    return f"{_counted(len(record.tried), 'configuration')} tried, {looks}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def effect(stages: list[str]) -> str:
    """What of the study would change with these settings."""
    if not stages:
        return ""
    return (
        f"As the study's settings these would change {listed(stages)}: they would be marked out of date and "
        "computed again in the background. What the page Validation shows, if it was computed, would be out "
        "of date until it is asked for again. The rest stays."
    )


def promotion(label: str, validation: bool) -> str:
    """What happens when a configuration becomes the study's."""
    look = (
        " Every page then shows its result in the validation cohort, so this is recorded as a look at it."
        if validation
        else ""
    )
    return (
        f"These settings of {label} and the learner, which all signatures share, go into study.toml; "
        f"its comments stay. The former ones stay among the baselines, to go back to.{look}"
    )


def unlocked(n: int, positives: int, auc: str, tried: int) -> str:
    """The validation result of unlocked settings."""
    before = f"looked at after {_counted(tried, 'configuration')} tried"
    return (
        f"Unlocked: AUC **{auc}** in the validation cohort (n = {n}, {positives} LNM positive), refitted on "
        f"the whole training cohort, {before}: no independent test of settings chosen after it."
    )


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
