"""Benchmarks in the browser use the fixtures of the browser tests; some need the demo study computed."""

import os
from pathlib import Path

import pytest

from tests.browser.conftest import browser, tab

__all__ = ["browser", "computed", "tab"]


@pytest.fixture
def computed() -> Path:
    """The folder with ``demo`` and its ``cache`` that NODESCOPE_BENCH names; skips without it."""
    kept = os.environ.get("NODESCOPE_BENCH")
    if kept is None:
        pytest.skip("NODESCOPE_BENCH (the folder with the computed demo study) is not set")
    return Path(kept)
