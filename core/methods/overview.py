"""Methods text of the overview: a pure function of settings."""

from core.families import DEEP
from core.figures.text import listed
from core.methods.learning import cited, searched, selector, short_learner
from core.methods.preparation import before
from core.settings import Settings

CITED = "Liu et al., BMC Medical Imaging 2024, DOI 10.1186/s12880-024-01255-y"


def methods(settings: Settings) -> str:
    """How the headline came about, in the preset of the study."""
    folds = settings.resampling
    repeats = f", {folds.repeats} repeats" if folds.repeats > 1 else ""
    selection = (
        f"z-score, PCA and {selector(settings)} were fitted once on the whole training cohort, as published, "
        "which makes training results optimistic"
        if settings.preset == "published"
        else f"z-score, PCA, {selector(settings)} and {short_learner(settings)} were fitted inside the folds"
    )
    names = [DEEP.get(name, name) for name in settings.fusion.signatures]
    given = settings.fusion.covariates
    return (
        f"Signature of a training patient: the out-of-fold probability of lymph-node metastasis (stratified "
        f"{folds.folds}-fold{repeats}, the mean over the repeats); {selection}."
        f"{before(settings)}{cited(settings)}{searched(settings)} "
        "Of anyone else: the probability from the pipeline refitted on the whole training cohort. DLRN "
        f"(deep learning radiomics nomogram): logistic regression of the {listed(names, ' and the ')} "
        f"signature{f' with {listed(given)}' if given else ''}. "
        "AUC with DeLong's 95% CI. Cut-offs are Youden's on the training cohort and carried "
        "unchanged. "
        f"Method: {CITED}."
    )
