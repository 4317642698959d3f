"""Occlusion maps of a deep signature: backbone, fitted pipeline and grid put together."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.digests import code_digest, library_versions
from core.features.occlusion import Floats, Occlusion, Patches, Progress, occlusion
from core.features.weights import Weights
from core.models.persist import from_bytes
from core.models.signature import predict
from core.settings import Backbone, OcclusionSettings, as_dict
from core.stages.imaging import TORCH
from core.stages.signatures import LEARNING
from core.stages.stage import key_of
from core.store import Entry, Payload, Store

if TYPE_CHECKING:
    import SimpleITK as sitk

    from core.imaging.key_slice import KeySlice
    from core.models.bundle import Bundle

STAGE = "occlusion"
THREADS = min(4, os.cpu_count() or 1)
MODULES = ("core.features.deep", "core.features.occlusion", "core.models.signature", "core.models.persist")


def deep_occlusion(
    chosen: Weights, model: bytes, patch: Patches, settings: OcclusionSettings, progress: Progress | None
) -> Occlusion:
    """Change in P(LNM+) of a deep signature (``model``, its pipeline frozen) over the places of a patch.

    Patches are scored one by one, as in a study, on a few threads: batches would be slower on a CPU.
    """
    from core.features.deep import embed, feature_names, load_backbone

    pipeline, names = from_bytes(model), list(feature_names(chosen.backbone))
    load_backbone(chosen)  # once, before the threads ask for it

    with ThreadPoolExecutor(THREADS) as pool:

        def score(patches: Patches) -> Floats:
            parts = pool.map(partial(embed, chosen), np.array_split(patches, THREADS))
            return predict(pipeline, pd.DataFrame(np.concatenate(list(parts)), columns=names)).to_numpy()

        return occlusion(patch, score, settings, progress)


@dataclass(frozen=True, slots=True, eq=False)
class PatientOcclusion:
    """The map of one patient of a study, kept in the store.

    ``signature``: output of the deep signature's stage; ``patch``: as the deep features saw it.
    """

    store: Store
    chosen: Weights
    signature: Entry
    patch: Patches
    settings: OcclusionSettings

    def found(self) -> Occlusion | None:
        """The stored map, or None while it is not computed."""
        entry = self.store.entry(STAGE, key_of(STAGE, self._provenance()))
        return None if entry is None else _read(entry)

    def computed(self, progress: Progress | None = None) -> Occlusion:
        """The map, computed unless it is stored; raises ModelError, CannotRun or BundleError."""
        provenance = self._provenance()
        make = partial(self._payload, progress)
        return _read(self.store.compute(STAGE, key_of(STAGE, provenance), make, provenance))

    def _payload(self, progress: Progress | None) -> Payload:
        made = deep_occlusion(self.chosen, self.signature["model"], self.patch, self.settings, progress)
        return {"changes": made.changes, "heat": made.heat, "info": {"base": made.base, "step": made.step}}

    def _provenance(self) -> dict[str, Any]:
        return {
            "settings": as_dict(self.settings),
            "upstream": {"signature": self.signature.key},
            "inputs": {
                "patch": hashlib.sha256(self.patch.tobytes()).hexdigest(),
                "weights": self.chosen.identity,
            },
            "code": code_digest(deep_occlusion, MODULES),
            "libraries": library_versions((*TORCH, *LEARNING)),
        }


def _read(entry: Entry) -> Occlusion:
    info = entry["info"]
    return Occlusion(info["base"], entry["changes"], entry["heat"], info["step"])


def case_occlusion(
    bundle: "Bundle",
    image: "sitk.Image",
    mask: "sitk.Image",
    backbone: Backbone,
    folder: Path,
    progress: Progress | None = None,
) -> "tuple[Occlusion, KeySlice]":
    """Map of a new case by a frozen model, and the patch that it is of; nothing is stored.

    Arguments and errors as of ``core.models.case.predict.predict_case``.
    """
    from core.imaging.key_slice import patch
    from core.models.case.features import same_weights
    from core.models.case.predict import settings_of

    settings = settings_of(bundle)
    chosen = same_weights(bundle.weights[backbone], backbone, settings.deep, folder)
    key = patch(image, mask, settings.patch)
    made = deep_occlusion(chosen, bundle.models[backbone], key.patch, settings.occlusion, progress)
    return made, key
