"""Key slices of every patient, and all slices of one."""

from functools import partial

import streamlit as st

from core.figures.gallery import gallery_figure, page_sizes
from core.methods.imaging import gallery_methods
from pages._ui import access, patients, show, state, wait
from pages._ui.imaging import slices, viewer

show.header("Gallery", "The slice of the largest tumour diameter of every patient, the tumour outlined.")
masks, found = wait.need("masks", "key_slices")
table = slices.patients_table(masks, found)
if table.empty:
    st.info("No patient with a key slice passes the filter.", icon=":material/filter_alt:")
else:
    controls = st.container(horizontal=True, gap="medium")
    with controls:
        by = show.choice("Sort by", slices.orders(table), state.GALLERY_SORT)
    sizes = page_sizes(len(table))
    with controls:
        page = slices.page(len(sizes))
    first = sum(sizes[: page - 1])
    rows = slices.ordered(table, by).iloc[first : first + sizes[page - 1]]
    positive = int(table["lnm"].sum())
    text = f"Patients {first + 1} to {first + len(rows)} of {len(table)}, {positive} LNM positive."
    draw = partial(gallery_figure, slices.tiles(found, rows, by), selected=patients.selected())
    about = (
        f"{text} Bar 20 mm; tiles differ in their field of view; grey from the 1st to the 99.9th percentile "
        "of the slice. A click on a tile opens the patient below and selects it on every page."
    )
    show.chart(draw, text, "gallery", caption=about, lasso=True, pick=state.PATIENT)

if patients.kept():
    st.subheader("One patient", anchor=False)
    patient = viewer.choose(patients.kept())
    viewer.draw(patient, slices.sizes(masks).get(patient, {}))
show.methods(gallery_methods(access.study().settings))
