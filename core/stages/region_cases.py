"""One patient's features of another region: a file of its own, since an edit makes every such case stale."""

from pathlib import Path

import pandas as pd

from core.errors import NodescopeError
from core.settings import RadiomicsSettings, as_dict
from core.stages.case_work import read_case
from core.store import Payload


def second_reader_case(image: Path, mask: Path, second: Path, settings: RadiomicsSettings) -> Payload:
    """Features of a second reader's mask, and how far it agrees with the first reader's."""
    from core.features.radiomics import extract
    from core.imaging.overlap import overlap

    drawn = read_case(image, mask, settings.label)[1]
    try:
        volume, redrawn, _ = read_case(image, second, settings.label)
        features = extract(volume, redrawn, settings)
    except NodescopeError as error:
        raise type(error)(error.code, f"Second mask: {error.expected}", error.found, error.fix) from error
    agreement = as_dict(overlap(drawn, redrawn, settings.label))
    return {"features": features.to_frame("value"), "overlap": pd.DataFrame([agreement])}
