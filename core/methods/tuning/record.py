"""What the study keeps of tuning: configurations tried, looks at the validation cohort, promotion."""

from core.figures.text import listed
from core.tuning.record import PROMOTED, UNLOCKED, Record

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


def provenance(record: Record) -> str:
    """What exports say of the tuning of a study."""
    last = "" if not record.unlocks else f", last {record.unlocks[-1].when}"
    looks = f"validation cohort unlocked {_counted(len(record.unlocks), 'time')}{last}"
    return f"{_counted(len(record.tried), 'configuration')} tried, {looks}"


def unlocked(n: int, positives: int, auc: str, tried: int) -> str:
    """The validation result of unlocked settings."""
    before = f"looked at after {_counted(tried, 'configuration')} tried"
    return (
        f"Unlocked: AUC **{auc}** in the validation cohort (n = {n}, {positives} LNM positive), refitted on "
        f"the whole training cohort, {before}: no independent test of settings chosen after it."
    )


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


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
