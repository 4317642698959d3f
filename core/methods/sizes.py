"""How often what is random was repeated, and how to have it as often as a paper should."""

from core.figures.text import listed
from core.settings import PAPER, Settings

NAMES = {
    "trees": "trees", "repeats": "repeats of the folds", "bootstraps": "bootstrap samples",
    "permutations": "permutations",
}  # fmt: skip
HOW = '`sizes = "paper"` in `[settings.reporting]` of study.toml'


def sizes(settings: Settings, refits: bool) -> str:
    """The sizes of a study beside those for a paper, in a sentence or two.

    ``refits``: whether bootstrap samples and permutations are spoken of.
    """
    own = {
        name: (getattr(getattr(settings, stage), name), least)
        for stage, names in PAPER.items()
        if (stage != "validation" or refits) and (stage != "forest" or settings.learner.name == "forest")
        for name, least in names.items()
    }
    said = f"Sizes: {listed([_counted(name, used) for name, (used, _) in own.items()])}."
    few = [_counted(name, least) for name, (used, least) in own.items() if used < least]
    if not few:
        return f"{said} They are large enough for a paper."
    return f"{said} For a paper: at least {listed(few)}, which {HOW} gives."


def _counted(name: str, size: int) -> str:
    return f"{size:,} {NAMES[name]}"
