"""How the cohorts compare: node status, any clinical variable, who was included, what is missing."""

from functools import partial

import streamlit as st

from core.figures.cohorts import categories_figure, known_figure, label_figure, numbers_figure
from core.figures.inclusion import inclusion_figure
from core.figures.text import label, title
from core.methods import cohorts as words
from core.methods.differences import differences_table
from core.study import differences
from core.study.inclusion import EXPRESSION, inclusion, left_out, steps
from pages._ui import access, patients, show, state, wait
from pages._ui.study import cohort_facts

show.header("Cohorts", "How the cohorts, and the patients with and without lymph-node metastasis, compare.")
wait.need("cohort_tests")
study, clinical = access.study(), patients.clinical()
if clinical.empty:
    st.info("No patient passes the filter.", icon=":material/filter_alt_off:")
    st.stop()
key = (cohort_facts.clinical_key(), patients.current().text())
lnm = access.derive(partial(differences.label_counts, clinical), *key)
said = words.balance(lnm, access.derive(partial(differences.label_tests, clinical), *key))
st.markdown(said)

variables = differences.kinds(study.clinical)
left, right = st.columns(2, gap="large")
with left:
    st.subheader("Lymph-node metastasis (LNM)", anchor=False)
    show.chart(partial(label_figure, lnm), said, "labels")
with right:
    if variables:
        first = list(variables).index("age") if "age" in variables else 0
        column = st.selectbox(
            "Variable", list(variables), index=first, key=state.VARIABLE, bind="query-params",
            format_func=label,
        )  # fmt: skip
        known = int(clinical[column].notna().sum())
        caption = f"{label(column)} known of {known} of {len(clinical)} patients."
        if not known:
            st.info(f"{label(column)} is not known of any patient shown.")
        elif variables[column] == "numeric":
            figure = partial(numbers_figure, clinical, column)
            caption += " Box: median and quartiles. Lasso or click selects patients."
            show.chart(figure, caption, f"variable_{column}", caption=caption, lasso=True)
        else:
            shares = access.derive(partial(differences.shares, clinical, column), *key, column)
            figure = partial(categories_figure, shares, column)
            show.chart(figure, caption, f"variable_{column}", caption=caption)

st.subheader("Who is in the analysis", anchor=False)
passed = access.derive(
    partial(inclusion, clinical, steps(study, access.frame), access.failures()),
    *key, *cohort_facts.inclusion_keys(),
)  # fmt: skip
passed = passed[(passed["role"] == "training") | (passed["step"] != EXPRESSION)]
said = left_out(passed)
show.chart(partial(inclusion_figure, passed), said, "inclusion", caption=said)
failures = patients.only(access.failures())
if len(failures):
    show.table(failures, "left_out")

st.subheader("Differences", anchor=False)
found = access.derive(partial(differences.compare, clinical, variables), *key)
show.table(differences_table(found, clinical), "differences", found.tests)
st.caption(
    f"{int((found.tests['q'] < 0.05).sum())} of {int(found.tests['p'].notna().sum())} tests have q < 0.05 "
    "(Benjamini-Hochberg over the table). LNM classes: all cohorts together."
)

st.subheader("Missing data", anchor=False)
there = access.derive(partial(differences.known, clinical), *key)
holes = list(there.loc[there["known"] < there["n"], "variable"].unique())
complete = [v for v in there["variable"].unique() if v not in holes]
said = words.missing(complete, holes, len(clinical))
st.markdown(said)
if holes:
    show.chart(partial(known_figure, there[there["variable"].isin(holes)]), said, "missing")

st.subheader(f"Clinical table, n = {len(clinical)}", anchor=False)
show.table(clinical.rename(columns=title), "clinical", clinical)
show.methods(words.methods(set(found.tests["test"]), study.clinical["cohort"].nunique() > 1))
