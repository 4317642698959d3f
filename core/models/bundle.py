"""Everything fitted, frozen in one file: what a new case needs to be scored, and no patient."""

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import sklearn

from core.errors import BundleError
from core.models.combat import Harmony
from core.models.covariates import KNOWN
from core.models.domain import Domain
from core.models.resampled import Resampled
from core.models.sealed_zip import DAMAGED, LARGEST, seal, unreadable, unseal
from core.parquet import read_frame
from core.regular import regular

# What knows no ComBat, or no covariates, must not score with a model that has them.
FORMAT, FORMAT_VERSION, WITH_COMBAT, WITH_COVARIATES = "nodescope-bundle", 1, 2, 3
VALUES: dict[str, Any] = {"study": str, "synthetic": bool, "preset": str, "settings": dict, "version": str}
VALUES |= {"thresholds": dict, "weights": dict, "phase": object}
TABLES = {"coefficients": ["name", "coef"], "axes": ["axis", "value", "points"], "training": ["lnm"]}
DOMAIN = ("features", "training", "limits")
MEDIANS = ["family", "component", "median"]
CELLS = 50_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """A frozen model.

    ``models``: feature family -> pipeline as bytes of ``persist.to_bytes``; ``coefficients`` and
    ``axes`` as in ``FusionFit``; ``thresholds``: model name -> cut-off; ``training``: one row per
    training patient [lnm, a column per signature, DLRN], without codes; ``weights``: backbone ->
    {"kind", "identity", "label"}; ``settings``: plain values of the study's settings; ``resampled``:
    family -> the models of its folds; ``medians``: frame [family, component, median] of the components
    that each pipeline keeps, over the training patients. Files made before these two hold neither.
    ``harmonies``: family -> ComBat that its pipeline takes its features from, none without ComBat.
    ``covariates``: of ``covariates.describe``, no row where the nomogram has none.
    """

    study: str
    synthetic: bool
    preset: str
    settings: dict[str, Any]
    models: dict[str, bytes]
    coefficients: pd.DataFrame
    axes: pd.DataFrame
    thresholds: dict[str, float]
    training: pd.DataFrame
    domain: Domain
    weights: dict[str, dict[str, Any]]
    phase: Any = None
    version: str = ""
    resampled: dict[str, Resampled] = field(default_factory=dict)
    medians: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=MEDIANS))
    harmonies: dict[str, Harmony] = field(default_factory=dict)
    covariates: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=KNOWN))


def save_bundle(path: Path, bundle: Bundle) -> None:
    """Write a bundle; the folder must exist."""
    path.write_bytes(to_bundle_bytes(bundle))


def load_bundle(path: Path) -> Bundle:
    """Read a bundle.

    Raises BundleError: BUNDLE-READ (no file, or no bundle), BUNDLE-ALTERED, BUNDLE-VERSION (another
    format, or other scikit-learn) or BUNDLE-DOMAIN. Its pipelines are read by ``persist.from_bytes``.
    """
    try:
        data = regular(path).read_bytes() if path.stat().st_size <= LARGEST else b""
    except (OSError, ValueError):
        raise unreadable("no readable file") from None
    return from_bundle_bytes(data)


def to_bundle_bytes(bundle: Bundle) -> bytes:
    """A bundle as one sealed zip: JSON values, parquet tables, skops models."""
    members = {f"models/{family}.skops": data for family, data in bundle.models.items()}
    tables = {name: getattr(bundle, name) for name in TABLES}
    tables["training"] = bundle.training.select_dtypes(["number", "bool"])  # no code of a patient
    members |= {f"tables/{name}.parquet": _parquet(table) for name, table in tables.items()}
    members |= {f"domain/{name}.parquet": _parquet(part) for name, part in bundle.domain.to_frames().items()}
    members["tables/medians.parquet"] = _parquet(bundle.medians)
    if len(bundle.covariates):
        members["tables/covariates.parquet"] = _parquet(bundle.covariates)
    for family, kept in bundle.resampled.items():
        members |= {f"resampled/{family}/{name}.parquet": _parquet(f) for name, f in kept.to_frames().items()}
    members |= {f"combat/{family}.parquet": _parquet(h.to_frame()) for family, h in bundle.harmonies.items()}
    content = {name: getattr(bundle, name) for name in VALUES}
    version = WITH_COMBAT if bundle.harmonies else FORMAT_VERSION
    version = WITH_COVARIATES if len(bundle.covariates) else version
    made_by = {"format": FORMAT, "format_version": version, "scikit-learn": sklearn.__version__}
    return seal(content | made_by, members)


def from_bundle_bytes(data: bytes) -> Bundle:
    """Bundle of ``to_bundle_bytes``; raises as ``load_bundle``."""
    content, members = unseal(data)
    _check_version(content)
    try:
        parts: dict[str, Any] = {
            name: _frame(members[f"tables/{name}.parquet"], needed) for name, needed in TABLES.items()
        }
        domain = {name: _frame(members[f"domain/{name}.parquet"]) for name in DOMAIN}
        parts |= {name: _typed(content[name], kind) for name, kind in VALUES.items()}
        if (medians := members.get("tables/medians.parquet")) is not None:
            parts["medians"] = _frame(medians, MEDIANS)
        if (covariates := members.get("tables/covariates.parquet")) is not None:
            parts["covariates"] = _covariates(_frame(covariates, KNOWN), parts["axes"])
        resampled = _resampled(members)
        combat = _frames(r"combat/(\w+)\.parquet", members)
    except DAMAGED:
        raise unreadable() from None
    return Bundle(
        models=_named(r"models/(\w+)\.skops", members),
        domain=Domain.from_frames(domain),
        resampled={family: Resampled.from_frames(frames) for family, frames in resampled.items()},
        harmonies={family: Harmony.from_frame(frame) for family, frame in combat.items()},
        **parts,
    )


def _named(pattern: str, members: dict[str, bytes]) -> dict[str, bytes]:
    """Members by the family in their name."""
    return {m[1]: data for name, data in members.items() if (m := re.fullmatch(pattern, name))}


def _resampled(members: dict[str, bytes]) -> dict[str, dict[str, pd.DataFrame]]:
    families = _named(r"resampled/(\w+)/\w+\.parquet", members)
    return {family: _frames(rf"resampled/{family}/(\w+)\.parquet", members) for family in sorted(families)}


def _frames(pattern: str, members: dict[str, bytes]) -> dict[str, pd.DataFrame]:
    return {name: _frame(data) for name, data in _named(pattern, members).items()}


def _covariates(table: pd.DataFrame, axes: pd.DataFrame) -> pd.DataFrame:
    """The table of covariates, each of which must have its axis, and a level its tick."""
    ticks = set(zip(axes["axis"], axes.get("level", pd.Series("", axes.index)), strict=True))
    if not set(zip(table["covariate"], table["level"], strict=True)) <= ticks:
        raise ValueError
    return table.astype({"n": int, "low": float, "high": float})


def _typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError
    return value


def _check_version(content: dict[str, Any]) -> None:
    if content.get("format") != FORMAT:
        raise unreadable()
    made_by, here = str(content.get("scikit-learn")), sklearn.__version__
    known = content.get("format_version") in (FORMAT_VERSION, WITH_COMBAT, WITH_COVARIATES)
    if not known or made_by.split(".")[:2] != here.split(".")[:2]:
        expected = f"A model file of format 1 to {WITH_COVARIATES}, made with scikit-learn {here}"
        found = f"format {content.get('format_version')}, scikit-learn {made_by}"
        raise BundleError("BUNDLE-VERSION", expected, found, "Freeze the model again with this Nodescope.")


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.reset_index(drop=True).to_parquet(buffer)
    return buffer.getvalue()


def _frame(data: bytes, needed: list[str] | None = None) -> pd.DataFrame:
    size = pq.read_metadata(io.BytesIO(data))
    if size.num_rows * size.num_columns > CELLS:
        raise ValueError
    frame = read_frame(data)
    return frame if needed is None else frame[[*needed, *frame.columns.drop(needed)]]
