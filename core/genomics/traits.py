"""What modules and pathways are held against: node status, age and the image signatures of a cohort."""

import pandas as pd

SIGNATURES = ("Radiomics", "Peritumoral", "GoogLeNet", "ResNet50", "DLRN")
HIGH_RISK = " high risk"


def present(table: pd.DataFrame) -> list[str]:
    """Signatures that are columns of a table, in the fixed order."""
    return [name for name in SIGNATURES if name in table]


def trait_table(predictions: pd.DataFrame, clinical: pd.DataFrame) -> pd.DataFrame:
    """Patients x [LNM, Age, <signature>, <signature> high risk] of the training cohorts, all numeric.

    ``predictions`` [patient, role, lnm, and what it has of SIGNATURES]; ``clinical`` [patient, age if known].
    High risk is 1 above the median signature of all training patients: a later filter does not move the cut.
    """
    training = predictions.loc[predictions["role"] == "training"].set_index("patient")
    traits = training[["lnm"]].rename(columns={"lnm": "LNM"}).astype(float)
    if "age" in clinical:
        traits["Age"] = clinical.set_index("patient")["age"].reindex(traits.index)
    for name in present(predictions):
        traits[name] = training[name]
        traits[f"{name}{HIGH_RISK}"] = (training[name] > training[name].median()).astype(float)
    return traits
