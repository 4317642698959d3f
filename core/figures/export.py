"""A figure as a file for a paper: SVG, PNG or PDF, with a line that says where it comes from."""

from functools import cache
from typing import Literal

import plotly.graph_objects as go
from choreographer.browsers.chromium import Chromium
from choreographer.errors import BrowserDepsError, BrowserFailedError, ChromeNotFoundError

from core.errors import CannotRun
from core.figures.palette import LIGHT

Format = Literal["svg", "png", "pdf"]
MIME: dict[Format, str] = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
WIDTH, LINE, SCALE = 1000, 34, 3


def to_file(figure: go.Figure, form: Format, line: str) -> bytes:
    """The figure on white paper, 1000 px wide (PNG three times that), ``line`` below it.

    Raises CannotRun (EXPORT-BROWSER): Kaleido draws with Chrome or Chromium, which must be there.
    """
    sheet = _with_line(go.Figure(figure), line)
    try:
        return bytes(sheet.to_image(format=form, scale=SCALE if form == "png" else 1))
    except (ChromeNotFoundError, BrowserDepsError, BrowserFailedError) as error:
        fix = "Install one on the server (Debian: apt install chromium)."
        raise CannotRun("EXPORT-BROWSER", "Chrome or Chromium to draw the file", "none", fix) from error


@cache
def can_draw() -> bool:
    """Whether a browser that draws files was found on this machine."""
    return bool(Chromium.find_browser(skip_local=False))


def _with_line(figure: go.Figure, line: str) -> go.Figure:
    """The line takes the place of the title, which our figures do not have, at the foot of the sheet."""
    place = {"xref": "container", "yref": "container", "x": 0.01, "y": 0.01, "yanchor": "bottom"}
    font = {"size": 9, "color": LIGHT.quiet}
    figure.update_layout(
        width=WIDTH,
        height=(figure.layout.height or 450) + LINE,
        margin={"b": (figure.layout.margin.b or 0) + LINE},
        paper_bgcolor="white",
        title={"text": line, "font": font, "automargin": True, **place},
    )
    return figure
