"""The look of the pages is that of the figures."""

import tomllib

import pytest

from core.figures.palette import DARK, LIGHT, Theme
from tests.pages.conftest import ROOT


@pytest.mark.parametrize(("name", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_pages_and_figures_share_their_colours(name: str, theme: Theme) -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    shown = config["theme"][name]
    assert shown["textColor"] == theme.ink
    assert shown["backgroundColor"] == theme.paper
    assert shown["primaryColor"] == theme.accent
    assert shown["borderColor"] == theme.rule
    assert config["client"]["showErrorDetails"] == "none"
    assert config["global"]["disableWidgetStateDuplicationWarning"]


def test_no_page_is_over_100_lines_and_nothing_but_folders_stands_under_pages() -> None:
    pages = ROOT / "pages"
    assert [p.name for p in pages.glob("*.py")] in ([], ["__init__.py"])
    long = [
        p.name for p in pages.rglob("*.py") if len(p.read_text().splitlines()) > 100 and "_ui" not in p.parts
    ]
    assert long == []
