"""What ComBat makes of one feature and of all, where the study harmonises; nothing where it does not."""

from functools import partial

import pandas as pd
import streamlit as st

from core.features.batch_effect import by_batch
from core.figures.harmony import harmony_figure
from core.figures.text import plain
from core.methods import preparation as words
from core.stages.metadata import needs
from pages._ui import access, harmony_note, patients, show

PANELS = {"measured": "<b>As measured</b>", "after": "<b>After ComBat</b>, held out"}
UNKNOWN = "not known"


def draw(family: str, title: str, features: pd.DataFrame, table: pd.DataFrame, short: str) -> None:
    """How many features differ by batch before and after, and one (by its short name) of the patients."""
    settings = access.study().settings
    column = settings.harmonise.batch
    if column is None:
        return
    st.subheader(f"ComBat by {plain(column)}", anchor=False)
    harmony_note.notes(family)
    if any(access.entry(stage) is None for stage in needs(family, access.study())):
        st.info("To be seen as soon as the ICC of the features is computed.")
        return
    # They bring scikit-learn with them: only who harmonises waits for it.
    from core.models.held_out import held_out
    from pages._ui.model.tuning_controls import training

    of = training(family, title, features)
    after = of.remember(partial(held_out, of.X, of.y, of.resampling, of.metadata))
    batch = of.metadata.batch.loc[of.X.index]
    tests = [of.remember(partial(by_batch, X, batch), i) for i, X in enumerate((of.X, after))]
    st.markdown(words.differ(plain(column), *tests))
    name = table.set_index("short").loc[short, "feature"]
    values = pd.DataFrame({"batch": batch.fillna(UNKNOWN), "lnm": of.y}).rename_axis("patient").reset_index()
    values = values.assign(measured=of.X[name].to_numpy(), after=after[name].to_numpy())
    _one(values, f"{short} of the training patients by {column}, as measured and after ComBat.", short)


def _one(values: pd.DataFrame, said: str, short: str) -> None:
    """One feature of the patients [patient, batch, lnm, measured, after]."""
    shown = patients.only(values)
    if values["after"].isna().all():
        st.info(words.dropped(short, access.study().settings), icon=":material/info:")
    elif shown.empty:
        st.info("None of the training patients passes the filter.", icon=":material/filter_alt_off:")
    else:
        figure = partial(harmony_figure, shown, title=short, panels=PANELS)
        show.chart(figure, said, "harmony", caption=said, lasso=True)
