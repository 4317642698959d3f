"""What a user sees of an error: the text of ours, one calm sentence for any other."""

import sys
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from core.errors import NodescopeError
from core.figures.text import plain


@contextmanager
def guarded() -> Iterator[None]:
    """Show what goes wrong inside instead of letting it out."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  (the one place where everything ends)
        show(error)


def show(error: Exception) -> bool:
    """Put an error on the page; True tells Streamlit that nothing more is to be shown."""
    if isinstance(error, NodescopeError):
        st.error(plain(str(error)), icon=":material/error:")
        return True
    number = uuid.uuid4().hex[:8]
    _log(error, number)
    st.error(
        f"This part of the page could not be shown. The rest of Nodescope goes on working. "
        f"If it happens again, report error {number} with the server's log.",
        icon=":material/error:",
    )
    return True


def _log(error: Exception, number: str) -> None:
    # The message of an error may hold a path or a name from a file; where it arose cannot.
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    print(f"error {number}: {type(error).__name__} at {where}", file=sys.stderr)
