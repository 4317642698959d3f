"""A new case, from upload to a probability on the nomogram."""

import streamlit as st

from core.figures.slices import phases_figure, slice_figure
from pages._ui import case as cases
from pages._ui import prediction, show, state, wait
from pages._ui.guard import guarded

KINDS = {"A case as zip": ("zip",), "An image and its mask": ("image", "mask")}
VOLUMES = ["nii", "gz", "nrrd", "mha"]

show.header("Predict a case")
(model,) = wait.need("bundle")
st.markdown(
    "The zip of a case folder (DICOM: DCE phases with PE1, SER and SEG; or an image with its mask), "
    "or one DCE phase and its tumour mask as NIfTI or NRRD. Uploads stay in this session's memory and "
    "are not kept."
)
kind = show.choice("Upload", list(KINDS), state.CASE_KIND)
columns = st.columns(len(KINDS[kind]))
files = [
    column.file_uploader(
        part.capitalize(), type=["zip"] if part == "zip" else VOLUMES, key=f"{state.CASE_UPLOAD}_{part}"
    )
    for column, part in zip(columns, KINDS[kind], strict=True)
]
case = cases.current([f for f in files if f] if all(files) else [])
if case is None:
    st.stop()

confirmed = st.session_state.get(state.CASE_CONFIRMED) == case.upload
with st.expander("Scan and overlay", expanded=not confirmed):
    found = [f"{len(case.phases)} DCE phases" if len(case.phases) > 1 else "one image", *case.recognised]
    size = f"{case.report.voxels:,} voxels, {case.report.volume_mm3 / 1000:.1f} cc"
    st.markdown(
        f"Recognised: {', '.join(found)}. **Tumour volume: {size}**, slice {case.key_slice + 1} shown."
    )
    for note in (*case.notes, *case.report.notes):
        st.caption(note)
    phase = 0
    if len(case.phases) > 1:
        show.chart(
            phases_figure(cases.phase_slices(case), show.theme()), "The key slice in each phase.", "phases"
        )
        phase = st.radio(
            "First post-contrast phase: is this the one?", range(len(case.phases)), horizontal=True,
            index=cases.first_post_contrast(case), format_func=case.labels.__getitem__, key=state.CASE_PHASE,
        )  # fmt: skip

    @st.fragment
    def viewer() -> None:
        with guarded():
            first, last = cases.extent(case)
            index = st.slider("Slice", first + 1, last + 1, case.key_slice + 1, key=state.CASE_SLICE) - 1
            figure = slice_figure(cases.overlay(case, phase, index), show.theme())
            show.chart(figure, f"Slice {index + 1} with the tumour outlined.", "overlay")

    viewer()
if not confirmed:
    if st.button("The overlay is right", type="primary", icon=":material/check:"):
        st.session_state[state.CASE_CONFIRMED] = case.upload
        st.rerun()
    st.stop()

prediction.draw(cases.score(model, case, phase), cases.bundle(str(model.folder)))
