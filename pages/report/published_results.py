"""The paper's printed numbers beside this study's."""

from functools import partial

import streamlit as st

from core.figures.published import published_figure
from core.methods import audit as audit_words
from core.methods import model as words
from core.published.audit import tables
from core.published.audit.report import audit
from core.published.paper import DOI, side_by_side
from pages._ui import access, show
from pages._ui.model import judged
from pages._ui.report import published

show.header(
    "Published results",
    f"Liu et al., BMC Medical Imaging 2024, DOI [{DOI}](https://doi.org/{DOI}), beside this study.",
)
found = judged.need()
if access.study().synthetic:
    st.warning(
        "This study is synthetic: the two stand side by side to compare format, not evidence.",
        icon=":material/science:",
    )
beside = access.derive(partial(side_by_side, found.tables.metrics), *found.key)
said = published.headline(beside)
st.markdown(said)
show.weights()

st.subheader("Table 1", anchor=False)
show.chart(
    partial(published_figure, beside),
    said,
    "published",
    caption=f"{words.training_note(access.study().settings)} The paper prints a CI for the AUC only; its "
    "values are shown as printed.",
)
checked = audit(tables.check_metrics(tables.published_metrics()))
st.markdown(f"The paper's own numbers: {audit_words.in_brief(checked)}")
st.page_link("pages/report/audit.py", label="Audit of Table 1, or of any other", icon=":material/fact_check:")
show.table(published.table_one(beside), "published_table1", beside)

facts = published.facts(found)
biology = facts["topic"].isin(published.BIOLOGY)
st.subheader("Tests in the text", anchor=False)
show.table(published.facts_table(facts[~biology]), "published_tests", facts[~biology])
st.subheader("Modules and pathways in the text", anchor=False)
show.table(published.facts_table(facts[biology]), "published_biology", facts[biology])
st.caption(
    "Empty: not printed, or not computed here. Training patients, whatever the filter. P < 0.05 without "
    "correction, as in the paper; r of modules with the signature split at its median."
)
show.methods(words.published())
