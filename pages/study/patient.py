"""One patient on one page: images, kinetics, clinical row, signatures, nomogram, expression."""

import streamlit as st

from core.methods.patient import methods
from pages._ui import access, show, wait
from pages._ui.imaging import tumour
from pages._ui.study import occlusion_view, patient_biology, patient_pick, patient_view

show.header("Patient", "One patient on one page: tumour, enhancement, signatures, nomogram, expression.")
masks, slices, fusion = wait.need("masks", "key_slices", "fusion")
predictions = access.value(fusion, "predictions")
patient_pick.selected_table(predictions)
patient = patient_pick.choose()
if patient is None:
    st.stop()
sizes = access.value(masks, "cases").set_index("patient")
sound = patient in sizes.index and bool(sizes.loc[patient, "ok"])
analysed = patient in set(predictions["patient"])
patient_pick.facts(patient, sizes.loc[patient] if sound else None)
if not analysed:
    why = patient_view.left_out(patient)
    st.info(f"{patient} is not in the analysis. {why}", icon=":material/person_off:")
if sound:
    st.subheader("Tumour", anchor=False)
    patient_view.images(slices, patient)
if sound and analysed:
    st.subheader("Where the deep signature looks", anchor=False)
    occlusion_view.draw(slices, fusion, patient)

left, right = st.columns([1.3, 1], gap="large")
with left:
    if sound:
        st.subheader("Enhancement", anchor=False)
        tumour.kinetics(patient)
with right:
    if analysed:
        st.subheader("Risk groups by the training median", anchor=False)
        patient_view.risk_groups(fusion, patient)
if analysed:
    st.subheader("Signatures", anchor=False)
    patient_view.signatures(fusion, patient)
    st.subheader("On the nomogram", anchor=False)
    patient_view.nomogram(fusion, patient)

st.subheader("Expression", anchor=False)
patient_biology.draw(patient)
show.methods(methods(access.study().settings, access.study().expression is not None))
