"""An uploader that says how much it takes."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

MOST = int(st.get_option("server.maxUploadSize"))  # MB, of any file


def uploader(
    label: str, endings: Sequence[str], key: str, most: int = MOST, also: str = "", **more: Any
) -> Any:
    """``st.file_uploader`` for files of at most ``most`` MB with these ``endings``, and that said below.

    ``also``: a further limit, in words. Streamlit's own line is hidden (in ``frame``): it calls 600 MB 1 GB.
    """
    found = st.file_uploader(label, type=list(endings), key=key, max_upload_size=most, **more)
    each = " each" if more.get("accept_multiple_files") else ""
    st.caption(f"{', '.join(ending.upper() for ending in endings)}; up to {most} MB{each}{also}.")
    return found
