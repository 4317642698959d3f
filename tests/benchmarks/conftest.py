"""Benchmarks in the browser use the fixtures of the browser tests."""

from tests.browser.conftest import browser, tab

__all__ = ["browser", "tab"]
