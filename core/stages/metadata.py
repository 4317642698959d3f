"""What the signatures may learn from besides features and outcome: readings of contours, the scanner.

Only brought together here: the key of a signature knows all of it by its settings, inputs and upstream keys.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.digests import digest
from core.stages.stage import Inputs, clinical_inputs
from core.store import Store
from core.study.batches import batches
from core.study.manifest import Study

if TYPE_CHECKING:
    from core.models.preparation import Metadata


def metadata(study: Study, family: str, upstream: Callable[[str], Mapping[str, Any]]) -> "Metadata":
    """Metadata of a family's signature under the study's settings."""
    from core.models.preparation import Metadata

    reads, least = None, study.settings.selection(family).min_icc
    if least is not None:
        from core.features.reproducible import reproducible

        (stage,) = needs(family, study)
        reads = partial(reproducible, upstream(stage)["readings"], least=least)
    return Metadata(reads, batch(study))


def needs(family: str, study: Study) -> tuple[str, ...]:
    """Stages that a family's signature needs besides its features: two readers before perturbed contours."""
    if study.settings.selection(family).min_icc is None:
        return ()
    return ("readers",) if study.has_second_masks else ("robustness",)


def batch(study: Study) -> "pd.Series[Any] | None":
    """Batch of each patient for ComBat; None where the study does not harmonise."""
    column = study.settings.harmonise.batch
    return None if column is None else batches(study.clinical, column)


def inputs(study: Study, store: Store) -> Inputs:
    """Digest of what the signatures use of the clinical table."""
    found = batch(study)
    more = {} if found is None else {"batch": digest(found.to_csv())}
    return {**clinical_inputs(study, store), **more}
