"""What commands share: exit codes, options, a computed study, results as files."""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.commands.places import write_output
from core.paths import cache_folder

if TYPE_CHECKING:
    from core.pipeline import Pipeline

FINE, WITH_WARNINGS = 0, 3
PRESETS = ("leak_free", "published")
Add = Callable[..., argparse.ArgumentParser]


def study_options(parser: argparse.ArgumentParser) -> None:
    """Options of what is done to a computed study."""
    parser.add_argument("--preset", choices=PRESETS, default=None)
    cache_option(parser)


def cache_option(parser: argparse.ArgumentParser) -> None:
    """Where results are stored."""
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="store of stage outputs")


def image_and_mask(parser: argparse.ArgumentParser) -> None:
    """An image and its mask."""
    parser.add_argument("image", type=Path, metavar="IMAGE")
    parser.add_argument("mask", type=Path, metavar="MASK")


def what_is_measured(parser: argparse.ArgumentParser, parts: Sequence[str]) -> None:
    """Which label and which parts of a lesion."""
    parser.add_argument("--label", type=int, help="label of the lesion in the mask")
    parser.add_argument("--parts", choices=parts, default="all", help="of a lesion in several parts")


def output_option(parser: argparse.ArgumentParser, **more: Any) -> None:
    """Where the result goes."""
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", **more)


def open_pipeline(study: Path, preset: str | None, cache: Path) -> "Pipeline":
    """Stages of a study, and what the cache holds of them."""
    from core.pipeline import Pipeline
    from core.store import Store
    from core.study.manifest import load_study

    return Pipeline(load_study(study, preset), Store(cache))


def write_json(path: Path, value: Any) -> int:
    """A value as a JSON file; the exit code for fine."""
    write_output(path, json.dumps(value, indent=1) + "\n")
    return FINE
