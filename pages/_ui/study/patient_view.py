"""One patient's images, signatures and place on the nomogram."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.figures.nomogram import nomogram_figure
from core.figures.palette import models_of
from core.figures.patient import signatures_figure
from core.figures.slices import Slice, slice_figure
from core.figures.text import number
from core.figures.tumour import Box, key_slice_figure, surface_figure
from core.models.nomogram import axis_names
from core.models.readings import readings
from core.store import Entry
from core.study.standing import risk_table
from pages._ui import access, later, patients, show
from pages._ui.imaging.tumour import surface
from pages._ui.model.nomogram import marked

if TYPE_CHECKING:
    from core.imaging.surface import Surface

SIDE = 350


def left_out(patient: str) -> str:
    """Why there is nothing to show of a patient."""
    failures = access.failures().set_index("patient")["message"]
    return str(failures.get(patient, "It is not known why."))


def images(slices: Entry, patient: str) -> None:
    """Key slice, patch and tumour surface, side by side."""
    rows = rows_of(slices, patient)
    if rows.empty:
        st.info(f"There is no key slice of {patient}. {left_out(patient)}", icon=":material/hide_image:")
        return
    row = rows.iloc[0]
    solid = surface(patient, int(row["slice"]))
    plane, patch, box = _slices(slices, rows.index[0], row, solid)
    first, second, third = st.columns([1.15, 1, 1.15])
    with first:
        said = f"Key slice {row['slice'] + 1}; outline: tumour; frame: the patch."
        show.chart(partial(key_slice_figure, plane, box), said, "key_slice", caption=said)
    with second:
        size = patch.image.shape[0]
        said = f"The patch that GoogLeNet and ResNet50 see ({size} x {size})."
        show.chart(partial(slice_figure, patch, height=SIDE), said, "patch", caption=said)
    with third:
        draw = partial(surface_figure, solid.vertices, solid.faces, solid.plane)
        said = f"Tumour surface, {number(solid.voxel_mm3 / 1000, 2)} cc; shaded: plane of the key slice."
        make = partial(show.chart, draw, said, "surface", caption=said)
        later.draw(make, "surface", SIDE)  # without a GPU a browser takes half a second for it


def rows_of(slices: Entry, patient: str) -> pd.DataFrame:
    """The patient's row of the key slices, if any, indexed by its place in their arrays."""
    index = access.value(slices, "index").reset_index(drop=True)
    return index[index["patient"] == patient]


def patch_of(slices: Entry, patient: str) -> Slice:
    """The patch of a patient who has a key slice, with the tumour in it."""
    from core.imaging.viewing import on_patch

    rows = rows_of(slices, patient)
    row = rows.iloc[0]
    plane, patch, box = _slices(slices, rows.index[0], row, surface(patient, int(row["slice"])))
    return replace(patch, mask=on_patch(plane.mask, box, len(patch.image)).astype("uint8"))


def _slices(slices: Entry, at: int, row: pd.Series, solid: "Surface") -> tuple[Slice, Slice, Box]:
    """Key slice, patch, and the patch's frame in pixels of the key slice."""
    from core.imaging.key_slice import square_box
    from core.imaging.viewing import edges

    part = (at, slice(int(row["height"])), slice(int(row["width"])))
    image, mask = access.value(slices, "images")[part], access.value(slices, "masks")[part]
    spacing = float(row["row_mm"]), float(row["col_mm"])
    box = square_box(mask > 0, spacing, access.study().settings.patch.margin)
    patch = (access.value(slices, "patches")[at] * 255).round().astype("uint8")
    mm = (box[2] - box[0]) * spacing[0] / patch.shape[0]
    letters = edges(solid.direction)
    return Slice(image, mask, *spacing, edges=letters), Slice(patch, patch * 0, mm, mm, edges=letters), box


def risk_groups(fusion: Entry, patient: str) -> None:
    """High or low risk by each signature."""
    risk = _risk(fusion, patient)
    high = [row["model"] for row in risk.to_dict("records") if row["high"]]
    by = "by the training median"
    st.markdown(f"High risk {by}: {', '.join(high)}." if high else f"Low risk {by}: every signature.")
    show.weights()
    printed = pd.DataFrame(
        {
            "Signature": risk["model"],
            "Probability": [number(v) for v in risk["value"]],
            "Training median": [number(v) for v in risk["median"]],
            "Risk group": ["high" if h else "low" for h in risk["high"]],
        }
    )
    show.table(printed, "patient_signatures", risk)
    st.caption(
        "High risk by the training median: above the median of the training patients, as on the biology "
        "pages. Predict tells high risk by the cut-off (Youden) instead."
    )


def signatures(fusion: Entry, patient: str) -> None:
    """Signatures beside those of the others."""
    shown = patients.only(access.value(fusion, "predictions"))
    said = f"{patient} among {len(shown)} patients; bar: training median, which splits the risk groups."
    draw = partial(signatures_figure, shown, _risk(fusion, patient), patient)
    show.chart(draw, said, "signatures", caption=said, lasso=True)


def _risk(fusion: Entry, patient: str) -> pd.DataFrame:
    predictions = access.value(fusion, "predictions")
    make = partial(risk_table, predictions, patient, models_of(predictions))
    return access.derive(make, fusion.key, patient)


def nomogram(fusion: Entry, patient: str) -> None:
    """The patient's points and probability."""
    row = access.derive(partial(_read, fusion), fusion.key).loc[patient]
    case = marked(row, axis_names(access.value(fusion, "axes")))
    caption = f"{number(case.total, 1)} points: probability {number(case.probability)}."
    if row["role"] == "training":
        caption += (
            f" This patient helped to fit the nomogram; out-of-fold, without this patient, DLRN is "
            f"{number(row['stacked'])}."
        )
    show.chart(
        partial(nomogram_figure, access.value(fusion, "axes"), case=case),
        caption,
        "nomogram",
        caption=caption,
    )


def _read(fusion: Entry) -> pd.DataFrame:
    parts = ("predictions", "coefficients", "axes", "covariate_values")
    found = readings(*(access.value(fusion, name) for name in parts))
    return found.set_index("patient", drop=False)
