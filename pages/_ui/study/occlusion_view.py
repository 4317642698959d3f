"""Where the deep signature of a study's patient looks."""

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.figures.text import number
from core.store import Entry
from pages._ui import access, occlusion, wait
from pages._ui.guard import guarded
from pages._ui.study import patient_view

if TYPE_CHECKING:
    from core.stages.occlusion import PatientOcclusion


def draw(slices: Entry, fusion: Entry, patient: str) -> None:
    """The map on demand; once computed it is kept for everyone. The rest of the page stays as it is."""
    st.fragment(_draw)(slices, fusion, patient)


def _draw(slices: Entry, fusion: Entry, patient: str) -> None:
    with guarded():
        title = occlusion.choice()
        row = access.value(fusion, "predictions").set_index("patient").loc[patient]
        work = _work(slices, patient, occlusion.BACKBONES[title])
        found = work.found() or occlusion.on_demand(work.computed, f"occlusion_{patient}")
        if found is not None:
            shown = patient_view.patch_of(slices, patient)
            occlusion.draw(title, found, shown, _note(patient, row, title))


def _work(slices: Entry, patient: str, backbone: Any) -> "PatientOcclusion":
    from core.models.case.features import same_weights
    from core.stages.occlusion import PatientOcclusion

    deep, signature = wait.need(backbone, f"signature_{backbone}")
    settings, store = access.study().settings, access.pipeline().store
    chosen = same_weights(access.value(deep, "info"), backbone, settings.deep, store.root / "weights")
    patch = access.value(slices, "patches")[patient_view.rows_of(slices, patient).index[0]]
    return PatientOcclusion(store, chosen, signature, patch, settings.occlusion)


def _note(patient: str, row: pd.Series, title: str) -> str:
    if row["role"] != "training":
        return f"{patient} played no part in fitting this signature."
    return (
        f"**{patient} helped to fit this signature**: it is the one refitted on all training patients, and "
        f"the map may show what it remembers of this patient. Out-of-fold P(LNM+) is {number(row[title])}."
    )
