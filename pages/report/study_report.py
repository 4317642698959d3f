"""The results of a study on one page of HTML, to keep, to print or to send."""

from functools import partial

import streamlit as st

from core.figures.forest import auc_forest
from core.methods.results import headline
from core.report.study import study_report
from core.report.study.page import contents, left_out
from core.report.study.parts import Results
from pages._ui import access, patients, show, wait

show.header(
    "Study report",
    "The results of this study in one HTML file: figures that can be zoomed, tables, methods texts, settings "
    "and keys. It opens without a network.",
)
(evaluation,) = wait.need("evaluation")
results, record = Results(access.pipeline()), access.tuning_record().read()
chapters, _ = contents(results)
metrics = access.value(evaluation, "metrics")
st.markdown(headline(metrics))
st.markdown(f"**{len(chapters)} chapters**: {', '.join(chapters)}.")
if missing := left_out(results):
    st.caption(missing)
if patients.current().rules:
    st.caption(":material/filter_alt_off: The report is of all patients of the study, whatever the filter.")
show.weights()
st.download_button(
    "Report (HTML)",
    partial(study_report, results, record),
    f"nodescope_report_{access.study_folder().name}_{access.preset()}.html",
    "text/html",
    type="primary",
    icon=":material/download:",
    on_click="ignore",
    key="study_report",
)
st.caption("Drawn when it is asked for: a few seconds. On the command line: `python -m core report STUDY`.")
show.chart(partial(auc_forest, metrics), headline(metrics), "auc_forest", caption="AUC with DeLong 95% CI.")
