"""Pictures of every page, light and dark, at 1440 and 1024 pixels, of a computed demo study.

``make screenshots`` writes docs/screenshots/<page>_<theme>_<width>.webp from the study in the cache.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.paths import cache_folder, studies_folder  # noqa: E402
from tests.browser.conftest import CHROMIUM, FLAGS, open_link, serve, settled  # noqa: E402
from tests.browser.pages import TITLES  # noqa: E402

OUT = ROOT / "docs" / "screenshots"
WIDTHS = (1440, 1024)
TALLEST = 3000


def main() -> None:
    """Take pictures of the pages named on the command line, else of all."""
    OUT.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or list(TITLES)
    with serve(studies_folder(), cache_folder()) as address, sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for theme in ("light", "dark"):
            for width in WIDTHS:
                context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
                tab = context.new_page()
                tab.set_default_timeout(90_000)
                for page in wanted:
                    open_link(tab, address, page)
                    _save(_whole(tab, width), OUT / f"{page}_{theme}_{width}.webp")
                context.close()
        chromium.close()


def _whole(tab: Page, width: int) -> bytes:
    """The page as tall as its content, since Streamlit scrolls inside the window."""
    tall = tab.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight") + 40
    tab.set_viewport_size({"width": width, "height": max(900, min(tall, TALLEST))})
    tab.wait_for_timeout(1500)  # figures fit themselves to the new size
    settled(tab)
    picture = tab.screenshot()
    tab.set_viewport_size({"width": width, "height": 900})
    return picture


def _save(picture: bytes, path: Path) -> None:
    Image.open(io.BytesIO(picture)).convert("RGB").save(path, quality=82, method=6)
    print(path.name, f"{path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
