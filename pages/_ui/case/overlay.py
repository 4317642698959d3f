"""The scan and its overlay, shown for confirmation before anything is computed."""

from dataclasses import replace
from functools import partial

import streamlit as st

from core.figures.slices import phases_figure, slice_figure
from pages._ui import show, state
from pages._ui.case import pictures, reading
from pages._ui.case.case import Case, first_post_contrast
from pages._ui.case.held import Held
from pages._ui.guard import guarded


def draw(one: Held) -> int | None:
    """Shows phases, recognised parts and the outline; number of the confirmed phase, None until then."""
    case, confirmed = one.case, one.phase is not None
    label = "Scan and overlay"
    if confirmed:
        st.markdown(f":green-badge[:material/check: Overlay confirmed] Scored on: {case.titles[one.phase]}.")
    with st.expander(label, expanded=not confirmed):
        if len(case.phases) > 1:
            figure = partial(phases_figure, pictures.phase_slices(case))
            show.chart(figure, "The key slice in each phase.", "phases", private=True)
        picture, facts = st.columns([3, 2], gap="large")
        with facts:
            reading.label(one)
            reading.part(one)
            _facts(case)
            phase = _phase(one)
            _buttons(one, phase)
        with picture:
            st.fragment(_viewer)(one, phase)
    return one.phase


def _buttons(one: Held, phase: int) -> None:
    changed = one.phase is not None and one.phase != phase
    label = "Score this phase instead" if changed else "The overlay is right"
    if (one.phase is None or changed) and st.button(label, type="primary", icon=":material/check:"):
        one.phase = phase
        one.results.clear()
        st.toast("Overlay confirmed.", icon=":material/check:")
        st.rerun()
    if one.case.maps is not None and st.button("Change the box", icon=":material/crop:"):
        one.renew(replace(one.case, mask=None, report=None))
        st.rerun()


def _facts(case: Case) -> None:
    phases = f"{len(case.phases)} DCE phases" if len(case.phases) > 1 else "one image"
    st.markdown(f"Recognised: {', '.join([phases, *case.recognised])}.")
    report = case.report
    st.markdown(f"**Tumour volume: {report.voxels:,} voxels, {report.volume_mm3 / 1000:.1f} cc**")
    span = "Largest diameter" if report.components == 1 else f"Extent over all {report.components} parts"
    st.markdown(f"{span} {report.diameter_mm:.0f} mm; key slice {case.key_slice + 1}.")
    warnings = [note for note in case.notes if note.startswith("[")]
    for note in case.notes:
        if note not in warnings:
            st.caption(note)
    for note in (*warnings, *report.notes):
        st.warning(note, icon=":material/warning:")


def _phase(one: Held) -> int:
    case = one.case
    if len(case.phases) == 1:
        return 0
    return st.radio(
        "Phase to score; the model expects the 1st post-contrast one",
        range(len(case.phases)),
        index=first_post_contrast(case),
        format_func=case.titles.__getitem__,
        key=one.key(state.CASE_PHASE),
    )


def _viewer(one: Held, phase: int) -> None:
    with guarded():
        case = one.case
        first, last = pictures.extent(case)
        index = case.key_slice
        if last > first:
            shown = st.slider("Slice", first + 1, last + 1, index + 1, key=one.key(state.CASE_SLICE))
            index = shown - 1
        outlined = st.toggle("Outline", value=True, key=state.CASE_OUTLINE)
        figure = partial(slice_figure, pictures.overlay(case, phase, index, outlined))
        show.chart(figure, f"Slice {index + 1} with the tumour outlined.", "overlay", private=True)
