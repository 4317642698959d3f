"""Covariates of the nomogram from the clinical table to the stages: who has them, and enough of whom."""

from collections.abc import Mapping

import pandas as pd

from core.digests import digest
from core.errors import NodescopeError, StudyError
from core.settings import Settings
from core.stages.stage import Inputs
from core.store import Store
from core.study.covariates import LEAST, covariates
from core.study.manifest import Study

Left = Mapping[str, NodescopeError]
PER_TERM = 10  # patients of the smaller class for each coefficient (Peduzzi et al., J Clin Epidemiol 1996)


def inputs(study: Study, _store: Store) -> Inputs:
    """Digest of the covariates in the clinical table."""
    names = study.settings.fusion.covariates
    return {"covariates": digest(covariates(study.clinical, names).to_csv())} if names else {}


def values(study: Study, patients: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Covariates of the patients who have them all, and who is left out: [patient, code, message].

    ``patients``: [role, lnm] by patient. Raises StudyError where too few remain (COVARIATE-FEW), or too few
    values (COVARIATE-CONSTANT).
    """
    from core.models.covariates import unusable

    table = covariates(study.clinical, study.settings.fusion.covariates).loc[patients.index]
    out = unusable(table, patients["role"] == "training", LEAST)
    kept = table.drop(index=list(out))
    _check_enough(patients, patients.loc[kept.index], study.settings, out)
    _check_varying(kept[patients.loc[kept.index, "role"] == "training"])
    rows = [(patient, error.code, str(error)) for patient, error in out.items()]
    return kept, pd.DataFrame(rows, columns=["patient", "code", "message"])


def note(settings: Settings, terms: int, y: "pd.Series[int]") -> str:
    """That the fit has few patients for its ``terms`` coefficients, where covariates have added to them."""
    fewer = int(y.value_counts().min())
    if not settings.fusion.covariates or fewer >= PER_TERM * terms:
        return ""
    return (
        f"{terms} coefficients on {fewer} patients of the smaller class: fewer than {PER_TERM} for each, so "
        "that they are unsteady."
    )


def _check_enough(before: pd.DataFrame, after: pd.DataFrame, settings: Settings, out: Left) -> None:
    """Of each role that lost patients, enough of both classes must be left: for the folds, or any."""
    for role, least in (("training", max(settings.resampling.folds, 3)), ("validation", 1)):
        there, left = (table.loc[table["role"] == role, "lnm"] for table in (before, after))
        positive, negative = int((left == 1).sum()), int((left == 0).sum())
        if len(left) < len(there) and min(positive, negative) < least:
            raise StudyError(
                "COVARIATE-FEW",
                f"{least} or more LNM-positive and -negative {role} patients must have a value of "
                + ", ".join(settings.fusion.covariates),
                f"{positive} and {negative} ({len(there) - len(left)} left out)",
                f"The first left out: {next(str(out[p]) for p in there.index if p in out)}",
            )


def _check_varying(training: pd.DataFrame) -> None:
    flat = [str(name) for name in training if training[name].nunique() < 2]
    if flat:
        raise StudyError(
            "COVARIATE-CONSTANT",
            "A covariate must differ among the training patients that are left",
            f"one value of {', '.join(flat)}",
            "Take it out of settings.fusion.covariates.",
        )
