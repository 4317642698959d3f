"""New cases, from upload to a probability on the nomogram."""

import streamlit as st

from core.methods import predict as methods
from pages._ui import show, wait
from pages._ui.case import case as cases
from pages._ui.case import case_box, case_list, case_occlusion, covariates, overlay, prediction, uploads

show.header(
    "Predict a case",
    "A scan and its tumour in, the probability of LNM by this study's model out: with its range, its place "
    "among the training patients, and what pushed it.",
)
(model,) = wait.need("bundle")
uploads.draw()
st.caption(
    "Zip of a case folder: DICOM DCE phases with PE1, SER and SEG, or an image with its mask; without a mask "
    "a box can be set here. Or DCE images as NIfTI or NRRD and tumour masks (or SEG, RTSTRUCT, .les), "
    "the first image with the first mask. Several cases at once are fine. Uploads stay in the memory of this "
    "browser session: kept while you look at other pages, forgotten when this page is reloaded or closed. "
    "Never stored: the disk holds them only while they are being read."
)
one = case_list.choose(model)
if one is not None and one.case.mask is None:
    case_box.draw(one)
elif one is not None and overlay.draw(one) is not None:
    frozen = cases.bundle(str(model.folder))
    prediction.batch(one, frozen)
    if not covariates.ask(one, frozen):
        st.stop()
    result = prediction.scored(model, one)
    prediction.draw(one, result, frozen)
    case_occlusion.draw(model, one, frozen)
    show.methods(f"{methods.methods(frozen, result.models)} {case_occlusion.methods(frozen)}")
