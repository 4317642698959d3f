"""Where things stand unless the environment says otherwise."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def cache_folder() -> Path:
    """The store: NODESCOPE_CACHE, else ``cache/`` of the checkout."""
    return Path(os.environ.get("NODESCOPE_CACHE", ROOT / "cache"))


def studies_folder() -> Path:
    """The folder whose subfolders are studies: NODESCOPE_STUDIES, else ``studies`` in the store."""
    return Path(os.environ.get("NODESCOPE_STUDIES", cache_folder() / "studies"))
