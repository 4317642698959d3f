"""Own data: the studies of this server side by side, and the guided import that makes another."""

from pages._ui import origin, show
from pages._ui.guard import guarded
from pages._ui.study.data import drafting, steps, studies

show.header(
    "Data",
    "From a clinical table, DCE-MRI with tumour masks and, where there is any, gene expression to a study of "
    "your own.",
)
origin.alone([])
draft = drafting.current()
with guarded():
    if draft is None:
        studies.draw()
    else:
        steps.draw(draft)
