"""One patient's features of another region: a file of its own, since an edit makes every such case stale."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from core.errors import NodescopeError
from core.settings import RadiomicsSettings, as_dict
from core.stages.case_work import read_case
from core.store import Payload


@dataclass(frozen=True, slots=True)
class Ring:
    """How features are measured, and how wide the ring around the lesion is."""

    radiomics: RadiomicsSettings
    width_mm: float


def ring_case(image: Path, mask: Path, settings: Ring) -> Payload:
    """Features of the peritumoral ring, each name with ``naming.PERITUMORAL`` before it."""
    from core.features.naming import PERITUMORAL
    from core.features.radiomics import extract
    from core.imaging.perturb import ring

    volume, drawn, _ = read_case(image, mask, settings.radiomics.label)
    around = ring(drawn, settings.width_mm, settings.radiomics.label)
    with _told("Peritumoral ring"):
        features = extract(volume, around, replace(settings.radiomics, label=1))
    return {"features": features.add_prefix(PERITUMORAL).to_frame("value")}


def second_reader_case(image: Path, mask: Path, second: Path, settings: RadiomicsSettings) -> Payload:
    """Features of a second reader's mask, and how far it agrees with the first reader's."""
    from core.features.radiomics import extract
    from core.imaging.overlap import overlap

    drawn = read_case(image, mask, settings.label)[1]
    with _told("Second mask"):
        volume, redrawn, _ = read_case(image, second, settings.label)
        features = extract(volume, redrawn, settings)
    agreement = as_dict(overlap(drawn, redrawn, settings.label))
    return {"features": features.to_frame("value"), "overlap": pd.DataFrame([agreement])}


@contextmanager
def _told(region: str) -> Iterator[None]:
    """An error says which region of the patient it is about."""
    try:
        yield
    except NodescopeError as error:
        raise type(error)(error.code, f"{region}: {error.expected}", error.found, error.fix) from error
