"""Figure files open, and carry the line that says where they come from."""

import io
import xml.etree.ElementTree as ET

import plotly.graph_objects as go
import pytest
from PIL import Image

from core.errors import CannotRun
from core.figures import export
from core.figures.palette import LIGHT, style

LINE = "Nodescope 0, demo, preset leak_free, settings key evaluation 0123456789, research use only"


@pytest.fixture
def figure() -> go.Figure:
    return style(go.Figure(go.Scatter(x=[1, 2], y=[3, 4])), LIGHT, 300)


@pytest.mark.browser
def test_svg_holds_the_line_as_text(figure: go.Figure) -> None:
    tree = ET.fromstring(export.to_file(figure, "svg", LINE))
    assert LINE in "".join(tree.itertext())
    assert figure.layout.title.text is None


@pytest.mark.browser
def test_png_is_large_and_on_white(figure: go.Figure) -> None:
    image = Image.open(io.BytesIO(export.to_file(figure, "png", LINE))).convert("RGB")
    assert image.width == 3000
    assert image.getpixel((2, 2)) == (255, 255, 255)


@pytest.mark.browser
def test_pdf_begins_and_ends_as_one(figure: go.Figure) -> None:
    data = export.to_file(figure, "pdf", LINE)
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")


def test_without_a_browser_one_clear_error(figure: go.Figure, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> bytes:
        raise export.ChromeNotFoundError

    monkeypatch.setattr(go.Figure, "to_image", none)
    with pytest.raises(CannotRun, match=r"EXPORT-BROWSER.*apt install chromium"):
        export.to_file(figure, "svg", LINE)
