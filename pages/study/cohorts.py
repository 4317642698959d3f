"""Label counts, age, and a gallery of key slices with their contours."""

import streamlit as st

from core.figures.cohorts import age_figure, label_figure
from core.figures.slices import gallery_figure
from core.figures.text import p_value
from pages._ui import access, show, state, wait
from pages._ui.facts import balance
from pages._ui.slices import TILES, gallery
from pages._ui.theme import colours

show.header("Cohorts")
(found,) = wait.need("cohort_tests")
study, tests, lnm = access.study(), access.value(found, "tests"), access.value(found, "lnm")
said = balance(lnm, tests)
st.markdown(said)
left, right = st.columns(2, gap="large")
with left:
    show.chart(label_figure(lnm, colours()), said, "labels")
with right:
    if "age" in study.clinical:
        age = study.clinical["age"].dropna()
        span = (
            f"{age.mean():.1f} ± {age.std():.1f} years (mean ± SD), range {age.min():.0f} to {age.max():.0f}"
        )
        test = f"; cohorts compared: {p_value(tests['age_p'])} (Mann-Whitney)" if "age_p" in tests else ""
        show.chart(age_figure(study.clinical, colours()), f"Age {span}.", "age")
        st.caption(f"Age {span}, n = {len(age)}{test}.")

st.subheader("Key slices", anchor=False)
slices = access.entry("key_slices")
if slices is None:
    st.info("Key slices are not computed yet.", icon=":material/hourglass_empty:")
else:
    cohorts = list(study.clinical["cohort"].unique())
    cohort = show.choice("Cohort", cohorts, state.GALLERY_COHORT)
    index = access.value(slices, "index")
    count = int((index["cohort"] == cohort).sum())
    pages = -(-count // TILES)
    page = 1
    if pages > 1:
        page = int(show.choice("Page", [str(i + 1) for i in range(pages)], f"{state.GALLERY_PAGE}_{cohort}"))
    shown = gallery(slices, study, cohort, page)
    text = f"{len(shown)} of {count} patients of {cohort}: slice of the largest diameter, tumour outlined."
    show.chart(gallery_figure(shown, colours()), text, "gallery")
    st.caption(f"{text} Bar 20 mm; grey window 1st to 99.9th percentile of the slice.")

show.table(study.clinical, "clinical")
show.methods(
    "Chi-square test of LNM by cohort without continuity correction, as in the paper; the corrected P "
    "stands beside it. Key slice: the slice in the acquisition plane in which the tumour has its "
    "largest in-plane diameter, ties by area."
)
