"""What the signatures may learn from besides features and outcome: readings of contours, the scanner."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.digests import digest
from core.settings import Settings
from core.stages.stage import Inputs, clinical_inputs
from core.store import Store
from core.study.batches import batches
from core.study.manifest import Study

if TYPE_CHECKING:
    from core.models.combat import Harmony
    from core.models.preparation import Metadata


def metadata(study: Study, family: str, upstream: Callable[[str], Mapping[str, Any]]) -> "Metadata":
    """Metadata of a family's signature under the study's settings."""
    from core.models.preparation import Metadata

    reads, least = None, study.settings.selection(family).min_icc
    if least is not None:
        from core.features.reproducible import reproducible

        reads = partial(reproducible, upstream("robustness")["readings"], least=least)
    return Metadata(reads, batch(study))


def needs(family: str, settings: Settings) -> tuple[str, ...]:
    """Stages that a family's signature needs besides its features."""
    return ("robustness",) if settings.selection(family).min_icc is not None else ()


def batch(study: Study) -> "pd.Series[Any] | None":
    """Batch of each patient for ComBat; None where the study does not harmonise."""
    column = study.settings.harmonise.batch
    return None if column is None else batches(study.clinical, column)


def inputs(study: Study, store: Store) -> Inputs:
    """Digest of what the signatures use of the clinical table."""
    found = batch(study)
    more = {} if found is None else {"batch": digest(found.to_csv())}
    return {**clinical_inputs(study, store), **more}


def left_as_measured(harmony: "Harmony", of: "pd.Series[Any]", role: "pd.Series[Any]") -> str:
    """Who could not be harmonised, in a sentence; '' where everyone was.

    ``of``: batch and ``role``: training or validation, of the same patients.
    """
    left = ~of.isin(harmony.batches)
    if not left.any():
        return ""
    counts = pd.crosstab(of[left].fillna("not known"), role[left])
    parts = [
        f"{n} {name} patient{'s' if n > 1 else ''} ({_listed(counts[name])})"
        for name, n in counts.sum().items()
    ]
    return (
        f"ComBat by {of.name} cannot be applied to {' and '.join(parts)}: fewer than 2 training patients are "
        "of that batch. Their features stay as measured."
    )


def _listed(counts: "pd.Series[int]") -> str:
    """Batches that occur, with their numbers where they are several."""
    there = counts[counts > 0]
    return ", ".join(f"{batch} {n}" if len(there) > 1 else f"{batch}" for batch, n in there.items())
