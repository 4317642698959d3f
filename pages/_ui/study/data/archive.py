"""A study as one file, out of this server."""

from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from core.errors import CannotRun
from core.paths import cache_folder

MB = 1_000_000
MOST = 1000 * MB  # what a browser is given: a download passes through the server's memory


def give(folder: Path) -> None:
    """The download of a study, with its results or without."""
    with st.expander("Export", icon=":material/archive:"):
        st.markdown(
            "One zip file with the study folder as it is, and the results computed so far: whoever imports "
            "it with this version computes nothing again."
        )
        st.caption(
            "The images are in it as they are, DICOM headers included: it is for eyes that may see them."
        )
        size = _size(folder)
        if size > MOST:
            st.info(
                f"The study holds {size / MB:,.0f} MB, more than a browser takes. On the server: "
                f"`python -m core export STUDY -o FILE.zip`"
            )
            return
        results = st.toggle("With results", value=True, key="export_results")
        st.download_button(
            "Export as one archive", lambda: _packed(folder, results), f"{folder.name}.nodescope.zip",
            "application/zip", icon=":material/download:", on_click="ignore",
        )  # fmt: skip


def _packed(folder: Path, results: bool) -> bytes:
    from core.sharing import export_study

    with TemporaryDirectory(prefix="nodescope-") as work:
        output = Path(work) / "study.zip"
        export_study(folder, output, cache_folder() if results else None)
        if output.stat().st_size > 2 * MOST:
            fix = "Export on the server: python -m core export STUDY -o FILE.zip"
            raise CannotRun("EXPORT-SIZE", "The archive must be small enough for a browser", "more", fix)
        return output.read_bytes()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("**/*") if path.is_file())
