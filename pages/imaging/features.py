"""Which features differ between LNM negative and positive patients, and between cohorts."""

from functools import partial

import streamlit as st

from core.families import DEEP
from core.figures.feature_map import feature_map_figure
from core.figures.features import distribution_figure
from core.methods.imaging import DESCRIPTIVE, features_methods, map_methods
from core.stages import signatures
from pages._ui import access, patients, show, state, wait
from pages._ui.imaging import embedding_view, harmony_view
from pages._ui.imaging import features_view as view

show.header("Features", "Every image feature by how well it alone tells two groups of patients apart.")
wait.need()
controls = st.container(horizontal=True, gap="medium")
with controls:
    families = {title: family for family, title in signatures.families(access.study().settings).items()}
    title = show.choice("Features", list(families), state.FAMILY)
family = families[title]
(found,) = wait.need(family)
features = access.value(found, "features")
people = view.people(features)
offered = view.comparisons(people)
if not offered:
    few = f"{len(people)} patients with features pass the filter"
    st.info(f"{few}; a comparison needs two or more in each group.", icon=":material/filter_alt:")
    st.stop()
with controls:
    chosen = offered[show.choice("Compare", list(offered), state.FEATURE_COMPARE)]
    plot = show.choice("Plot", list(view.PLOTS), state.FEATURE_PLOT)
    kind = show.choice("By", list(view.KINDS), state.FEATURE_KIND) if family not in DEEP else "Image type"
table = view.tested(found, chosen)
said = view.headline(table, title, chosen)
st.markdown(said)
if family in DEEP:
    show.weights()
feature = view.feature(table, family)
draw = partial(view.PLOTS[plot], table, by=view.KINDS[kind], groups=chosen.groups, chosen=feature)
caption = f"A point is a feature, large where q < 0.05; a click shows its patients below. {DESCRIPTIVE}"
show.chart(draw, said, "features", caption=caption, pick=view.key(family))

st.subheader("One feature", anchor=False)
feature = view.picker(table, family)
values, notes, text = view.one_feature(found, people, offered, feature)
draw = partial(distribution_figure, values, title=feature, notes=notes)
show.chart(draw, text, "feature", caption=text, lasso=True)
harmony_view.draw(family, title, features, table, feature)

st.subheader("Strongest features together", anchor=False)
with st.container(horizontal=True, gap="medium"):
    count = int(show.choice("Features of smallest P", view.COUNTS, state.HEATMAP_COUNT, default="60"))
    order = show.choice("Order of patients", ["Clustered", "By LNM"], state.HEATMAP_ORDER)
shown = view.heat_map(found, table, chosen, count, order == "By LNM")
draw = partial(
    feature_map_figure, shown.z, people.set_index("patient"), selected=patients.selected(),
    patients_tree=shown.patients and (shown.patients.x, shown.patients.height),
    features_tree=shown.features and (shown.features.x, shown.features.height),
)  # fmt: skip
text = f"{shown.z.shape[1]} features of {len(shown.z)} patients"
caption = f"{text}; z over these patients, colours end at ±3. Chosen by P: they separate groups by choice."
show.chart(draw, f"Clustered heat map of {text}.", "feature_map", caption=caption, lasso=True)

show.table(view.printed(table, chosen), f"features_{family}", table)
embedding_view.draw(found, title, people, offered)

count = int(table["p"].notna().sum())
settings = access.study().settings
text = features_methods(settings, family, chosen.said, count, shown.z.shape[1])
show.methods(f"{text} {map_methods(settings)}")
