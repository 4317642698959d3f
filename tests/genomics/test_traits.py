"""Clinical covariates as the numbers that eigengenes are held against."""

import numpy as np
import pandas as pd

from core.genomics.traits import covariates, is_clinical, trait_table

TABLE = pd.DataFrame(
    {
        "patient": list("abcd"),
        "cohort": "one",
        "role": "training",
        "lnm": [0, 1, 1, 0],
        "age": [50, 60, np.nan, 70],
        "er": ["positive", "negative", None, "positive"],
        "clinical_t": ["T2", "T1", "T3", None],
        "n_stage": ["N0", "N1a", "N1", "N0"],
        "grade": pd.array([1, 3, None, 2], dtype="Int64"),
        "smoker": [True, False, True, True],
        "subtype": ["luminal", "basal", "her2", "luminal"],
        "site": ["A", "A", "A", "A"],
        "her2": [0, 0, 0, 0],
    }
)


def test_numbers_two_texts_and_stages_are_covariates() -> None:
    found = covariates(TABLE)
    assert list(found) == ["Age", "ER positive", "Clinical T", "N stage", "Grade", "Smoker"]
    nan = np.nan
    np.testing.assert_array_equal(found["ER positive"], [1, 0, nan, 1])
    np.testing.assert_array_equal(found["Clinical T"], [2, 1, 3, nan])
    np.testing.assert_array_equal(found["N stage"], [0, 1, 1, 0])
    np.testing.assert_array_equal(found["Grade"], [1, 3, nan, 2])
    np.testing.assert_array_equal(found["Smoker"], [1, 0, 1, 1])
    assert set(found.dtypes.astype(str)) == {"float64"}


def test_traits_of_the_training_patients_end_with_their_covariates() -> None:
    predictions = TABLE[["patient", "role", "lnm"]].assign(Radiomics=[0.1, 0.8, 0.7, 0.2])
    predictions.loc[3, "role"] = "validation"
    traits = trait_table(predictions, TABLE)
    assert list(traits) == ["LNM", "Radiomics", "Radiomics high risk", "Age", "ER positive", "Clinical T",
                            "N stage", "Grade", "Smoker"]  # fmt: skip
    assert list(traits.index) == list("abc")
    assert [name for name in traits if is_clinical(name)] == list(traits)[3:]


def test_a_column_named_as_a_signature_does_not_replace_it() -> None:
    predictions = TABLE[["patient", "role", "lnm"]].assign(DLRN=[0.1, 0.8, 0.7, 0.2])
    traits = trait_table(predictions, TABLE[["patient"]].assign(DLRN=[9, 8, 7, 6]))
    np.testing.assert_array_equal(traits["DLRN"], predictions["DLRN"])
