"""Stage that asks which radiomics features two readers agree on, where a second one drew masks."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.settings import as_dict
from core.stages.cases import IMAGE_LIBRARIES, each_case, failures, image_and_mask, image_inputs, sound
from core.stages.region_cases import second_reader_case
from core.stages.stage import Context, Inputs, Stage
from core.store import Payload, Store
from core.study.manifest import Study

SECOND = "second"  # as ``reading`` of the overlap
MODULES = (
    "core.stages.case_work", "core.imaging.volumes", "core.imaging.masks", "core.checks",
    "core.imaging.overlap", "core.features.radiomics",
)  # fmt: skip


def _readers(ctx: Context) -> Payload:
    """``first`` and ``second``: features (patients x features) by the masks of each reader."""
    known = ctx.upstream("radiomics")["features"]
    twice = [p for p in sound(ctx) if p in known.index and ctx.study.second_mask_path(p)]
    cases = each_case(
        ctx, "case_second_reader", second_reader_case, ctx.settings.radiomics, MODULES, twice, _files
    )
    good = {p: entry for p, entry in cases.items() if "failure" not in entry}
    first = known.loc[list(good)]
    second = pd.DataFrame({p: e["features"]["value"] for p, e in good.items()}, index=known.columns).T
    overlaps = [e["overlap"].assign(patient=p, reading=SECOND) for p, e in good.items()]
    return {
        "icc": _icc(first, second),
        "overlap": pd.concat(overlaps, ignore_index=True) if good else pd.DataFrame(),
        "first": first,
        "second": second,
        "failures": failures(cases),
        "info": {"patients": len(good), "readings": ["drawn", SECOND]},
    }


def _icc(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """ICC of each feature; no rows below two patients, who are too few for one."""
    from core.features.reliability import icc

    if len(first) < 2:
        return pd.DataFrame(columns=["feature", "icc", "low", "high"])
    return icc(np.stack([first.to_numpy(), second.to_numpy()]), list(first.columns))


def _files(study: Study, patient: str) -> tuple[Path, ...]:
    second = study.second_mask_path(patient)
    return (*image_and_mask(study, patient), *((second,) if second else ()))


def _inputs(study: Study, store: Store) -> Inputs:
    return image_inputs(study, store, _files)


def _has_second_masks(study: Study) -> bool:
    return any(cohort.second_masks for cohort in study.cohorts)


READERS = Stage(
    "readers", "Two readers compared", _readers, ("masks", "radiomics"), lambda s: as_dict(s.radiomics),
    _inputs, (*MODULES, "core.features.reliability"), IMAGE_LIBRARIES, _has_second_masks,
)  # fmt: skip
