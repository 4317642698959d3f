"""The scan and its overlay, shown for confirmation before anything is computed."""

import streamlit as st

from core.figures.slices import phases_figure, slice_figure
from pages._ui import case as cases
from pages._ui import show, state
from pages._ui.case import Case
from pages._ui.guard import guarded
from pages._ui.theme import colours


def draw(case: Case) -> int | None:
    """Shows phases, recognised parts and the outline; number of the confirmed phase, None until then."""
    confirmed = st.session_state.get(state.CASE_CONFIRMED) == case.upload
    with st.expander("Scan and overlay", expanded=not confirmed):
        if len(case.phases) > 1:
            figure = phases_figure(cases.phase_slices(case), colours())
            show.chart(figure, "The key slice in each phase.", "phases")
        picture, facts = st.columns([3, 2], gap="large")
        with facts:
            _facts(case)
            phase = _phase(case)
            if not confirmed and st.button("The overlay is right", type="primary", icon=":material/check:"):
                st.session_state[state.CASE_CONFIRMED] = case.upload
                st.rerun()
        with picture:
            st.fragment(_viewer)(case, phase)
    return phase if confirmed else None


def _facts(case: Case) -> None:
    phases = f"{len(case.phases)} DCE phases" if len(case.phases) > 1 else "one image"
    st.markdown(f"Recognised: {', '.join([phases, *case.recognised])}.")
    report = case.report
    st.markdown(f"**Tumour volume: {report.voxels:,} voxels, {report.volume_mm3 / 1000:.1f} cc**")
    span = "Largest diameter" if report.components == 1 else f"Extent over all {report.components} parts"
    st.markdown(f"{span} {report.diameter_mm:.0f} mm; key slice {case.key_slice + 1}.")
    for note in case.notes:
        st.caption(note)
    for note in report.notes:
        st.warning(note, icon=":material/warning:")


def _phase(case: Case) -> int:
    if len(case.phases) == 1:
        return 0
    return st.radio(
        "First post-contrast phase: is it this one?",
        range(len(case.phases)),
        index=cases.first_post_contrast(case),
        format_func=case.labels.__getitem__,
        key=_key(state.CASE_PHASE, case),
    )


def _viewer(case: Case, phase: int) -> None:
    with guarded():
        first, last = cases.extent(case)
        index = case.key_slice
        if last > first:
            index = (
                st.slider("Slice", first + 1, last + 1, case.key_slice + 1, key=_key(state.CASE_SLICE, case))
                - 1
            )
        outlined = st.toggle("Outline", value=True, key=state.CASE_OUTLINE)
        figure = slice_figure(cases.overlay(case, phase, index, outlined), colours())
        show.chart(figure, f"Slice {index + 1} with the tumour outlined.", "overlay")


def _key(name: str, case: Case) -> str:
    """Each case has its own controls: the slice of one may not exist in the next."""
    return "-".join([name, *case.upload])
