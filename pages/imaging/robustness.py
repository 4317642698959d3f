"""Which radiomics features another reader's contour would change."""

from functools import partial

import streamlit as st

from core.features.reliability import RELIABLE, graded
from core.figures.robustness import grades_figure, overlap_figure
from core.methods.imaging import robustness_methods
from core.methods.preparation import threshold
from pages._ui import access, patients, show, state, wait
from pages._ui.imaging import robustness_view as view

show.header(
    "Robustness", "Which radiomics features stay what they are when the contour is drawn a little otherwise."
)
(found,) = wait.need("robustness")
icc, overlap = access.value(found, "icc"), access.value(found, "overlap")
info, settings = access.value(found, "info"), access.study().settings
left = access.value(found, "failures")
if len(left):
    st.caption(f"Not measured under another contour: {', '.join(left['patient'])}. {left['message'].iloc[0]}")
if icc.empty:
    st.info(info["note"], icon=":material/info:")
    st.stop()
table = access.derive(partial(graded, icc), found.key)
said = view.headline(table, info["patients"], len(info["readings"]))
folds = (access.frame("signature_radiomics", "info") or {}).get("features")
st.markdown(f"{said} {threshold(settings, icc['icc'], folds)}")
st.caption(
    f"One reader's masks, perturbed; ICC(2,1) of {info['patients']} training patients drawn by the seed"
    + (", the filter does not change it." if patients.current().rules else ".")
)

st.subheader(f"Intraclass correlation of {len(table):,} features", anchor=False)
by = show.choice("By", list(view.KINDS), state.ROBUSTNESS_KIND)
figure = partial(grades_figure, table, by=view.KINDS[by], least=settings.selection_radiomics.min_icc)
show.chart(figure, said, "icc", caption="Grades after Koo and Li 2016.")

st.subheader("How far the contours agree", anchor=False)
shown = patients.only(overlap)
if shown.empty:
    st.info("None of the patients measured here passes the filter.", icon=":material/filter_alt_off:")
else:
    said = view.overlap_said(shown)
    show.chart(
        partial(overlap_figure, shown),
        said,
        "overlap",
        caption=f"{said} A lasso selects patients.",
        lasso=True,
    )
    show.download(shown, "overlap")

st.subheader(f"Least reproducible features (ICC below {RELIABLE:g})", anchor=False)
show.table(view.printed(table), "icc", icc)
show.methods(robustness_methods(settings, info["patients"]))
