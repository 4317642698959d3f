"""A new case, from upload to a probability on the nomogram."""

import streamlit as st

from pages._ui import case as cases
from pages._ui import overlay, prediction, show, state, wait

KINDS = {"A case as zip": ("zip",), "An image and its mask": ("image", "mask")}
VOLUMES = ["nii", "gz", "nrrd", "mha"]

show.header("Predict a case")
(model,) = wait.need("bundle")
st.markdown(
    "The zip of a case folder (DICOM: DCE phases with PE1, SER and SEG; or an image with its mask), "
    "or one DCE phase and its tumour mask as NIfTI or NRRD. An upload stays in the memory of this "
    "browser session and is never stored; a reload of the page forgets it."
)
kind = show.choice("Upload", list(KINDS), state.CASE_KIND)
parts = KINDS[kind]
files = [
    column.file_uploader(
        part.capitalize(),
        type=["zip"] if part == "zip" else VOLUMES,
        key=f"{state.CASE_UPLOAD}_{part}",
        on_change=cases.forget,
    )
    for column, part in zip(st.columns(len(parts)), parts, strict=True)
]
if cases.held() and not any(files):
    st.caption("The case uploaded before is still here, until it is removed or the page is reloaded.")
    st.button("Remove the case", on_click=cases.forget, icon=":material/delete:")
case = cases.current([f for f in files if f] if all(files) else [])
if case is not None:
    phase = overlay.draw(case)
    if phase is not None:
        prediction.draw(cases.score(model, case, phase), cases.bundle(str(model.folder)))
