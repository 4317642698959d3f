"""Whether the nomogram's covariates are known of enough patients, as a run asks before it fits."""

from core.faults import Faults
from core.stages.covariates import values
from core.study.folder import Study


def check_known(study: Study, faults: Faults) -> None:
    """Add COVARIATE-FEW and COVARIATE-CONSTANT of a run; nothing where the table itself is at fault."""
    names, clinical = study.settings.fusion.covariates, study.clinical
    unfit = any(problem.code == "STUDY-COVARIATE" for problem in faults.problems)
    if not names or unfit or clinical.empty or clinical["lnm"].isna().any():
        return
    with faults.noting(file="study.toml", key="settings.fusion.covariates"):
        values(study, clinical.set_index("patient")[["role", "lnm"]])
