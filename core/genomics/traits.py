"""What modules and pathways are held against: node status, clinical covariates, image signatures."""

import re

import pandas as pd

from core.families import MODELS
from core.titles import title

HIGH_RISK = " high risk"
LNM = "LNM"
NO_COVARIATES = ("patient", "cohort", "role", "lnm")
STAGED = re.compile(r"^[A-Za-z]{0,5} ?(\d)[a-z]?$")  # T2, N1a, G3, grade 2


def present(table: pd.DataFrame) -> list[str]:
    """Signatures that are columns of a table, in the fixed order."""
    return [name for name in MODELS if name in table]


def is_clinical(trait: str) -> bool:
    """Whether a column of a trait table is a clinical covariate."""
    return trait != LNM and trait.removesuffix(HIGH_RISK) not in MODELS


def trait_table(predictions: pd.DataFrame, clinical: pd.DataFrame) -> pd.DataFrame:
    """Patients x [LNM, <signature>, <signature> high risk, covariates] of the training cohorts, all numeric.

    ``predictions`` [patient, role, lnm, and what it has of the models]; ``clinical`` [patient and more], see
    `covariates`. High risk is 1 above the median signature of all training patients: a later filter does not
    move the cut.
    """
    training = predictions.loc[predictions["role"] == "training"].set_index("patient")
    traits = training[["lnm"]].rename(columns={"lnm": LNM}).astype(float)
    for name in present(predictions):
        traits[name] = training[name]
        traits[f"{name}{HIGH_RISK}"] = (training[name] > training[name].median()).astype(float)
    own = covariates(clinical.set_index("patient").reindex(traits.index).reset_index())
    return traits.join(own.drop(columns=[name for name in own if name in traits]))


def covariates(clinical: pd.DataFrame) -> pd.DataFrame:
    """Clinical covariates as numbers, by patient; those that do not vary are left out.

    Numbers stand as they are; of two texts the later in the alphabet is 1 and names the column (``ER
    positive``); texts such as T2 or G3 become their number. Other texts, those of many values, have no order
    and are left out.
    """
    table, found = clinical.set_index("patient"), {}
    for column in table.columns.difference(NO_COVARIATES, sort=False):
        name, values = _numbers(str(column), table[column])
        if values is not None and values.nunique() > 1:
            found[name] = values
    return pd.DataFrame(found, index=table.index)


def _numbers(column: str, values: pd.Series) -> tuple[str, pd.Series | None]:
    name, known = title(column), values.dropna()
    if pd.api.types.is_numeric_dtype(values):
        return name, values.astype("Float64").astype(float)
    texts = sorted(map(str, known.unique()))
    if len(texts) == 2 and not all(map(STAGED.match, texts)):
        return f"{name} {texts[1]}", values.map(dict(zip(texts, (0.0, 1.0), strict=True))).astype(float)
    stages = {text: STAGED.match(text) for text in texts}
    if not texts or not all(stages.values()):
        return name, None
    numbers = {text: float(match[1]) for text, match in stages.items() if match}
    return name, values.map(numbers).astype(float)
