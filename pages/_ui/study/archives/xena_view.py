"""Xena's files: which dataset, how large, and their download."""

from typing import Any

import pandas as pd
import streamlit as st

from core.methods import archives as words
from core.study.archives import xena
from core.study.archives.transfer import Client
from pages._ui import show, state
from pages._ui.guard import guarded
from pages._ui.study.archives import fetching

NAMES = {"star_fpkm": "STAR, GENCODE 36 (current)", "htseq_fpkm": "HTSeq, GENCODE 22 (retired)"}


def draw() -> None:
    """Dataset, sizes as the hub tells them, download."""
    label = show.choice("Dataset", list(NAMES.values()), state.DATASET)
    dataset = next(name for name, text in NAMES.items() if text == label)
    if not xena.DATASETS[dataset].current:
        st.warning("The hub has retired this release: it may no longer be there.", icon=":material/history:")
    target = fetching.place("archive_xena")
    sizes: dict[str, Any] = st.session_state.setdefault(state.XENA_FILES, {})
    if dataset not in sizes and st.button("Ask the hub for sizes", icon=":material/cloud_sync:"):
        with guarded(), st.spinner("Asking UCSC Xena"):
            found = xena.describe_files(dataset, Client(timeout=10, pauses=(1,)))
            sizes[dataset] = [file.size for file in found]
            st.rerun()
    names = xena.DATASETS[dataset].names
    known = sizes.get(dataset, [None] * len(names))
    said = ["not yet known" if size is None else words.size(size) for size in known]
    show.table(pd.DataFrame({"File": names, "Size": said}), "xena_files")
    st.caption(f"{xena.TERMS}.")
    if dataset not in sizes:
        st.caption("The download is offered once the hub has told the sizes.")
        return
    fetching.panel(
        target, ["fetch", "xena", "--dataset", dataset, "--yes", "-o", str(target)],
        f"Download {words.size(sum(size or 0 for size in known))}",
    )  # fmt: skip
