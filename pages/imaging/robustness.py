"""Which radiomics features another reader's contour would change."""

from functools import partial

import streamlit as st

from core.features.reliability import RELIABLE, graded
from core.figures.robustness import grades_figure
from core.methods.preparation import threshold
from pages._ui import access, patients, show, state, wait
from pages._ui.imaging import robustness_view as view

show.header(
    "Robustness", "Which radiomics features stay what they are when the contour is drawn a little otherwise."
)
wait.need()
sources = view.sources()
if len(sources) > 1:
    source = sources[show.choice("Other contours", list(sources), state.ROBUSTNESS_SOURCE)]
else:
    (source,) = sources.values()
    st.caption("One reader. `second_masks` of a cohort in study.toml names a second reader's masks.")
(found,) = wait.need(source.stage)
icc, overlap = access.value(found, "icc"), access.value(found, "overlap")
info, settings = access.value(found, "info"), access.study().settings
n, failures = info["patients"], access.value(found, "failures")
if icc.empty:
    st.info(info["note"], icon=":material/info:")
else:
    table = access.derive(partial(graded, icc), found.key)
    said = view.headline(table, source.contours.format(readings=len(info["readings"]), n=n))
    least = settings.selection_radiomics.min_icc if view.judges(source) else None
    kept = threshold(settings, icc["icc"], view.folds()) if view.judges(source) else ""
    st.markdown(f"{said} {kept}")
    filtered = ", the filter does not change it." if patients.current().rules else "."
    st.caption(source.note.format(n=n) + filtered)
    st.subheader(f"Intraclass correlation of {len(table):,} features", anchor=False)
    by = show.choice("By", list(view.KINDS), state.ROBUSTNESS_KIND)
    figure = partial(grades_figure, table, by=view.KINDS[by], least=least)
    show.chart(figure, said, "icc", caption="Grades after Koo and Li 2016.")

shown = patients.only(overlap)
if n:
    st.subheader("How far the contours agree", anchor=False)
if n and shown.empty:
    st.info("None of the patients measured here passes the filter.", icon=":material/filter_alt_off:")
elif n:
    said = source.agreement(shown)
    caption = f"{said} A lasso selects patients."
    show.chart(partial(source.draw, shown), said, "overlap", caption=caption, lasso=True)
    if source.stage == "readers":
        show.table(view.cases(shown), "overlap", shown)
    else:
        show.download(shown, "overlap")
if len(failures):
    st.subheader("Left out of this comparison", anchor=False)
    show.table(failures, "left_out")

if not icc.empty:
    st.subheader(f"Least reproducible features (ICC below {RELIABLE:g})", anchor=False)
    show.table(view.printed(table), "icc", icc)
show.methods(source.methods(settings, n))
