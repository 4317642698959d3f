"""What the Imaging Data Commons holds of each collection, who is left by each rule, and its download."""

from functools import partial
from pathlib import Path

import streamlit as st

from core.figures.inclusion import inclusion_figure
from core.methods import archives as words
from core.study.archives import idc
from core.study.archives.rules import TITLES
from pages._ui import access, show, state
from pages._ui.study.archives import fetching


def draw() -> None:
    """Collections, the flow of each, contents, download."""
    target = fetching.place("archive_idc")
    chosen = st.pills(
        "Collections", list(idc.COLLECTIONS), selection_mode="multi", default=list(idc.COLLECTIONS),
        format_func=lambda name: TITLES[name], key=state.COLLECTIONS,
    )  # fmt: skip
    if not chosen:
        st.info("Choose a collection.", icon=":material/inventory_2:")
        return
    plan = plan_of(tuple(chosen), str(target), _stamp(target))
    st.markdown(f"Left by the index's rules: {words.planned(plan.series, plan.index)}")
    for cohort, flow in plan.flow.groupby("cohort", sort=False):
        show.chart(
            partial(inclusion_figure, flow), f"Patients of {cohort} after each rule", f"archive_{cohort}"
        )
    st.caption(words.unknown(plan.flow))
    fetching.panel(
        target,
        ["fetch", "idc", "--collection", *chosen, "--yes", "-o", str(target)],
        f"Download {words.size(plan.bytes)}",
    )
    st.subheader("What is downloaded", anchor=False)
    show.table(words.contents(plan.contents), "archive_contents", plan.contents)


@st.cache_data(max_entries=8, show_spinner="Reading the index")
def plan_of(chosen: tuple[str, ...], target: str, stamp: str = "") -> idc.Plan:  # noqa: ARG001  (of the key)
    """The usual plan, with the headers of what was downloaded below ``target`` as of ``stamp``."""
    return idc.make_plan(chosen, folder=Path(target))


def _stamp(target: Path) -> str:
    """Changes when a patient's folder appears and when a download ends: then more headers can be read."""
    newest = max((path.stat().st_mtime_ns for path in target.glob("*")), default=0)
    progress = access.jobs().progress(target)
    return f"{newest} {progress.state if progress else ''}"
