"""Real cohorts from public archives: what they hold, who is left by each rule, the download."""

import streamlit as st

from core.methods import archives as words
from core.study.archives.idc_index import index_version
from pages._ui import origin, show, state
from pages._ui.study.archives import idc_view, paper_view, xena_view

VIEWS = {words.IDC: idc_view.draw, words.XENA: xena_view.draw, words.PAPER: paper_view.draw}

show.header("Archives", "Real patients from public archives. A download can be stopped and goes on later.")
source = show.choice("Archive", list(VIEWS), state.ARCHIVE)
origin.replace(f"{source}, index {index_version()}")
st.markdown(words.SAID[source])
VIEWS[source]()
show.methods(words.methods(source))
