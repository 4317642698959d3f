"""Stage that asks which radiomics features two readers agree on, where a second one drew masks."""

from pathlib import Path

import pandas as pd

from core.settings import as_dict
from core.stages.cases import IMAGE_LIBRARIES, each_case, failures, image_and_mask, image_inputs, sound
from core.stages.region_cases import second_reader_case
from core.stages.stage import Context, Inputs, Stage
from core.store import Payload, Store
from core.study.manifest import Study

SECOND = "second"  # as ``reading`` of the overlap
MODULES = (
    "core.stages.case_work", "core.imaging.reading", "core.imaging.masks", "core.checks",
    "core.imaging.overlap", "core.features.radiomics",
)  # fmt: skip


def _readers(ctx: Context) -> Payload:
    """Where no ICC can be had the reason is a note: no result hangs on it, unless selection asks for it."""
    from core.features.reproducible import icc_or_note, side_by_side

    known = ctx.upstream("radiomics")["features"]
    twice = [p for p in sound(ctx) if p in known.index and ctx.study.second_mask_path(p)]
    cases = each_case(
        ctx, "case_second_reader", second_reader_case, ctx.settings.radiomics, MODULES, twice, _files
    )
    good = {p: entry for p, entry in cases.items() if "failure" not in entry}
    first = known.loc[list(good)]
    second = pd.DataFrame({p: e["features"]["value"] for p, e in good.items()}, index=known.columns).T
    overlaps = [e["overlap"].assign(patient=p, reading=SECOND) for p, e in good.items()]
    readings = side_by_side({"drawn": first, SECOND: second})
    found, note = icc_or_note(readings)
    return {
        "icc": found,
        "overlap": pd.concat(overlaps, ignore_index=True) if good else pd.DataFrame(),
        "readings": readings,
        "failures": failures(cases),
        "info": {"patients": len(good), "readings": ["drawn", SECOND], "note": note},
    }


def _files(study: Study, patient: str) -> tuple[Path, ...]:
    second = study.second_mask_path(patient)
    return (*image_and_mask(study, patient), *((second,) if second else ()))


def _inputs(study: Study, store: Store) -> Inputs:
    return image_inputs(study, store, _files)


READERS = Stage(
    "readers", "Two readers compared", _readers, ("masks", "radiomics"), lambda s: as_dict(s.radiomics),
    _inputs, (*MODULES, "core.features.reproducible"), IMAGE_LIBRARIES,
    when=lambda study: study.has_second_masks,
)  # fmt: skip
