"""What each setting that can be tuned does, and configurations in words."""

from core.methods.learning import SHORT, WEIGHED, of_classifier
from core.settings import Classifier, SelectionSettings
from core.tuning.configuration import Configuration

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


def learned(configuration: Configuration) -> str:
    """``200 trees``, ``SVM``."""
    forest = configuration.learner == "forest"
    return f"{configuration.trees} trees" if forest else SHORT[configuration.learner]


def fitted_anew(classifier: Classifier) -> str:
    """What another learner than the forest is, and what a move costs."""
    said = of_classifier(classifier)
    return f"{said[:1].upper()}{said[1:]}, as `[settings.learner]` has it. Fitted anew after every move."


def no_neighbours(selection: SelectionSettings) -> str:
    """Why there is no slider of the neighbours."""
    near = "one nearest hit and miss" if selection.method == "fae" else "all patients within a distance"
    return f"{WEIGHED[selection.method]}, the study's method, goes by {near}: no number of neighbours to set."
