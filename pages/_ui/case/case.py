"""A decoded case of this session: its images, what of its mask is measured, its score.

Its images stay in this session's memory only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import streamlit as st

from core.paths import cache_folder
from core.store import Entry
from pages._ui import access

if TYPE_CHECKING:
    import numpy as np
    import SimpleITK as sitk
    from numpy.typing import NDArray

    from core.checks import MaskReport
    from core.imaging.box import Box, Maps
    from core.models.bundle import Bundle
    from core.models.case.prediction import Prediction

ALL = -1
MEASURED = "Measured:"


@dataclass(frozen=True, eq=False)
class Case:
    """A decoded case: phases and mask on one grid, and what was recognised in the upload.

    ``choices``: the series that could be the dynamic one, with a picture of each in ``previews``; ``choice``:
    number of the one that was read. ``drawn``: the mask with all its labels and parts (``labels``: voxels by
    label, ``parts``: voxels of each part of ``label``); ``mask`` (0 or 1): what of it is measured. Without a
    mask of its own it has ``maps`` and a box to begin with; the mask then comes from the box.
    """

    phases: tuple["sitk.Image", ...]
    titles: tuple[str, ...]
    recognised: tuple[str, ...]
    notes: tuple[str, ...]
    mask: "sitk.Image | None" = None
    choices: tuple[str, ...] = ()
    previews: tuple["NDArray[np.uint8]", ...] = ()
    choice: int = 0
    drawn: "sitk.Image | None" = None
    labels: dict[int, int] = field(default_factory=dict)
    label: int = 1
    parts: tuple[int, ...] = ()
    report: "MaskReport | None" = None
    key_slice: int = 0
    maps: "Maps | None" = None
    start: "Box | None" = None


def with_mask(case: Case, drawn: "sitk.Image", label: int | None = None, number: int = ALL) -> Case:
    """The case measured on a mask: one label of it, all its parts or one (0 the largest).

    Without a ``label`` it is 1 where the mask holds it, else the largest. Raises MaskError or ImageError.
    """
    from core.checks import check_pair
    from core.imaging.key_slice import key_slice
    from core.imaging.parts import labels_of, lesions, likely_label, part, sizes_of_parts

    chosen = likely_label(drawn) if label is None else label
    check_pair(case.phases[0], drawn, chosen)
    mask = lesions(drawn, chosen)[0] if number == ALL else part(drawn, number, chosen)
    report = check_pair(case.phases[0], mask)
    labels, parts = labels_of(drawn), sizes_of_parts(drawn, chosen)
    others = [note for note in case.notes if not note.startswith(MEASURED)]
    return replace(
        case, drawn=drawn, labels=labels, label=chosen, parts=parts, mask=mask, report=report,
        key_slice=key_slice(mask), notes=(*others, *_measured(labels, chosen, len(parts), number)),
    )  # fmt: skip


def _measured(labels: dict[int, int], label: int, parts: int, number: int) -> tuple[str, ...]:
    """What of a mask was measured, where there was a choice: the report must say so."""
    said = [f"label {label} of {', '.join(map(str, labels))}"] if list(labels) != [1] else []
    said += [f"part {number + 1} of {parts}, counted from the largest"] if number != ALL else []
    return (f"{MEASURED} {'; '.join(said)}.",) if said else ()


def first_post_contrast(case: Case) -> int:
    """Number of the phase that the model is meant for, from 0."""
    from core.imaging.case_folder import default_phase

    return default_phase(len(case.phases))


def score(
    entry: Entry,
    case: Case,
    phase: int,
    batch: str | None,
    covariates: dict[str, float | str],
    say: Callable[[str], None],
) -> "Prediction":
    """Prediction for a confirmed case; ``say`` is told each step. Raises NodescopeError."""
    from core.models.case.predict import predict_case

    model = bundle(str(entry.folder))
    image, weights = case.phases[phase], cache_folder() / "weights"
    return predict_case(model, image, case.mask, weights, say, batch, covariates.items())


@st.cache_resource(max_entries=4, show_spinner=False)
def bundle(folder: str) -> "Bundle":
    """The frozen model of a study, by its place in the store."""
    from core.models.bundle import from_bundle_bytes

    return from_bundle_bytes(access.by_folder(folder)["bundle"])
