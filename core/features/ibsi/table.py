"""Every reference value of IBSI's digital phantom beside the engine's value.

IBSI: Zwanenburg et al., Radiology 2020 (10.1148/radiol.2020191145), reference manual arXiv:1612.07003.
``reference_values.csv`` is IBSI's file as published; ``features.csv`` names every feature and holds the
formula that leads from PyRadiomics' values (van Griethuysen et al., Cancer Res. 2017) to IBSI's.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import SimpleITK as sitk

from core.features.ibsi.formula import evaluate, is_name, names_in
from core.features.ibsi.phantom import measure, phantom

HERE = Path(__file__).parent
DATA = (HERE / "reference_values.csv", HERE / "features.csv")
WITHIN, BRIDGED, OUTSIDE = "within tolerance", "within by formula", "outside tolerance"
SETTING, UNDEFINED, UNPRINTED = "another setting", "not in PyRadiomics", "no reference value"
STATUSES = (WITHIN, BRIDGED, OUTSIDE, SETTING, UNDEFINED, UNPRINTED)
FAMILIES = {
    "morph": "Morphology", "loc": "Local intensity", "stat": "Intensity statistics",
    "ih": "Intensity histogram", "ivh": "Intensity-volume histogram", "cm": "GLCM", "rlm": "GLRLM",
    "szm": "GLSZM", "dzm": "GLDZM", "ngt": "NGTDM", "ngl": "NGLDM (GLDM)",
}  # fmt: skip


class Aggregation(NamedTuple):
    """How a texture value is put together: IBSI's id and words, and PyRadiomics' setting for it.

    ``setting``: "" where it is the one that Nodescope uses, None where PyRadiomics has none.
    """

    id: str
    name: str
    setting: str | None


_FLAT, _MERGED = "force2D: true", "weightingNorm: no_weighting"
AGGREGATIONS = {
    "": Aggregation("", "", ""),
    "2D": Aggregation("8QNN", "2D, mean over slices", None),
    "2_5D": Aggregation("62GR", "2.5D, slices merged", _FLAT),
    "3D": Aggregation("KOBO", "3D", ""),
    "2D_avg": Aggregation("BTW3", "2D, mean over slices and directions", None),
    "2D_comb": Aggregation("SUJT", "2D, directions merged, mean over slices", None),
    "2_5D_avg": Aggregation("JJUI", "2.5D, slices merged, mean over directions", _FLAT),
    "2_5D_comb": Aggregation("ZW7Z", "2.5D, slices and directions merged", f"{_FLAT}, {_MERGED}"),
    "3D_avg": Aggregation("ITBB", "3D, mean over directions", ""),
    "3D_comb": Aggregation("IAZD", "3D, directions merged", _MERGED),
}


def ibsi_table(pair: tuple[sitk.Image, sitk.Image] | None = None) -> pd.DataFrame:
    """The whole table, of the phantom kept here or of an image and its mask; columns as of ``compare``."""
    return compare(measure(*(pair or phantom())))


def compare(values: Mapping[str, float]) -> pd.DataFrame:
    """Every reference value beside what ``values``, PyRadiomics' by class and name, give for it.

    Returns:
        [tag, id, family, name, aggregation, aggregation_id, reference, tolerance, allowed, value, deviation,
        status, formula, inputs, note]: in the order of IBSI's file. ``allowed`` is the larger of the
        tolerance and half a unit of the third digit, to which references are rounded; ``deviation`` of the
        value from the reference in units of it; ``inputs`` are the values that the formula takes, as text.
    """
    rows = [_row(row, values) for row in references().to_dict("records")]
    return pd.DataFrame(rows)


def references() -> pd.DataFrame:
    """IBSI's file with what ``features.csv`` says of each: [tag, reference, tolerance, feature, suffix, id,
    name, formula, note].
    """
    printed = pd.read_csv(DATA[0], sep=";").rename(columns={"reference value": "reference"})
    parts = printed["tag"].str.extract(r"^(?P<feature>\w+?)(?:_(?P<suffix>(?:2D|2_5D|3D)(?:_avg|_comb)?))?$")
    features = pd.read_csv(DATA[1], keep_default_na=False)
    return pd.concat([printed, parts.fillna("")], axis=1).merge(features, on="feature", how="left")


def headline(table: pd.DataFrame) -> str:
    """How many values are within tolerance, and what became of the others."""
    n = table["status"].value_counts().reindex(STATUSES, fill_value=0)
    good, measured = n[WITHIN] + n[BRIDGED], n[WITHIN] + n[BRIDGED] + n[OUTSIDE]
    return (
        f"{good} of {measured} measured values lie within IBSI's tolerance, {n[BRIDGED]} of "
        f"them by a stated formula; of IBSI's other {len(table) - measured}, PyRadiomics does not define "
        f"{n[UNDEFINED]} and gives {n[SETTING]} under another setting, and {n[UNPRINTED]} have no value."
    )


def without_counterpart(names: list[str]) -> list[str]:
    """Those of PyRadiomics' features (class and name) that no formula takes."""
    used = {n for formula in references()["formula"] if formula for n in names_in(formula)}
    return [name for name in names if name not in used]


def _row(row: dict[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    how, reference = AGGREGATIONS[row["suffix"]], row["reference"]
    formula = "" if how.setting is None else row["formula"]
    taken = names_in(formula) if formula and not how.setting else []
    value = evaluate(formula, values) if taken else np.nan
    allowed = max(row["tolerance"], _half_unit(reference))
    deviation = (value - reference) / allowed
    return {
        "tag": row["tag"], "id": row["id"], "family": FAMILIES[row["tag"].split("_")[0]],
        "name": row["name"], "aggregation": how.name, "aggregation_id": how.id, "reference": reference,
        "tolerance": row["tolerance"], "allowed": allowed, "value": value, "deviation": deviation,
        "status": _status(reference, formula, how, deviation), "formula": formula,
        "inputs": ", ".join(f"{name} = {values[name]:.10g}" for name in taken), "note": _note(row, how),
    }  # fmt: skip


def _status(reference: float, formula: str, how: Aggregation, deviation: float) -> str:
    if np.isnan(reference):
        return UNPRINTED
    if not formula:
        return UNDEFINED
    if how.setting:
        return SETTING
    if not abs(deviation) <= 1:  # so that NaN is outside
        return OUTSIDE
    return WITHIN if is_name(formula) else BRIDGED


def _note(row: dict[str, Any], how: Aggregation) -> str:
    if row["formula"] and how.setting is None:
        return "PyRadiomics takes no mean over slices"
    return f"PyRadiomics with {how.setting}" if row["formula"] and how.setting else str(row["note"])


def _half_unit(reference: float) -> float:
    """Half a unit of the third digit of a number, of the second decimal of 0."""
    if np.isnan(reference):
        return np.nan
    return 0.5 * float(10.0 ** (np.floor(np.log10(abs(reference) or 1.0)) - 2))
