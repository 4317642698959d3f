"""Stages from images to features: masks checked, key slices, radiomics, deep features."""

import hashlib
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from core.digests import code_digest, library_versions
from core.features import weights
from core.settings import Backbone, Settings, as_dict
from core.stages.case_work import Cut, check_case, deep_case, radiomics_case, slice_case
from core.stages.cases import IMAGE_LIBRARIES, each_case, failures, findings, image_inputs, kept, sound
from core.stages.region_cases import Ring, ring_case
from core.stages.stage import Context, Inputs, Stage, key_of
from core.store import Entry, Payload, Store
from core.study.manifest import Study

READING = ("core.imaging.reading", "core.imaging.masks", "core.checks")
SLICING = (*READING, "core.imaging.key_slice")
RING = (*READING, "core.stages.case_work", "core.imaging.perturb", "core.features.radiomics")
TORCH = ("torch", "torchvision", "numpy")


def _masks(ctx: Context) -> Payload:
    clinical = ctx.study.clinical
    cases = each_case(ctx, "case_mask", check_case, ctx.settings.radiomics, READING, clinical["patient"])
    cohort = clinical.set_index("patient")["cohort"]
    kept(cases)
    rows = [_mask_row(patient, cohort[patient], entry) for patient, entry in cases.items()]
    return {"cases": pd.DataFrame(rows), "failures": failures(cases), "findings": findings(cases)}


def _mask_row(patient: str, cohort: str, entry: Entry) -> dict[str, Any]:
    failure = entry.get("failure")
    sizes = {} if failure else {k: v for k, v in entry["report"].items() if k != "notes"}
    return {"patient": patient, "cohort": cohort, **sizes, "ok": failure is None}


def _key_slices(ctx: Context) -> Payload:
    cases = each_case(ctx, "case_slice", slice_case, _cut(ctx.settings), SLICING, sound(ctx))
    cohort = ctx.study.clinical.set_index("patient")["cohort"]
    good = kept(cases)
    index = [
        {"patient": p, "cohort": cohort[p], **e["place"], "height": shape[0], "width": shape[1]}
        for p, e in good.items()
        for shape in [e["image"].shape]
    ]
    return {
        "index": pd.DataFrame(index),
        "images": _stack([e["image"] for e in good.values()]),
        "masks": _stack([e["mask"] for e in good.values()]),
        "patches": np.stack([e["patch"] for e in good.values()]),
        "failures": failures(cases),
    }


def _stack(slices: list[Any]) -> Any:
    """Slices of different size in one array, padded with 0 at the lower right."""
    shape = np.max([s.shape for s in slices], axis=0)
    return np.stack(
        [np.pad(s, [(0, full - n) for full, n in zip(shape, s.shape, strict=True)]) for s in slices]
    )


def _radiomics(ctx: Context) -> Payload:
    modules = (*READING, "core.features.radiomics")
    cases = each_case(ctx, "case_radiomics", radiomics_case, ctx.settings.radiomics, modules, sound(ctx))
    return _measured(cases)


def _peritumoral(ctx: Context) -> Payload:
    settings = Ring(ctx.settings.radiomics, ctx.settings.peritumoral.width_mm or 0)
    return _measured(each_case(ctx, "case_peritumoral", ring_case, settings, RING, sound(ctx)))


def _measured(cases: dict[str, Entry]) -> Payload:
    rows = {p: e["features"]["value"] for p, e in kept(cases).items()}
    return {"features": pd.DataFrame(rows).T, "failures": failures(cases), "info": {}}


def _deep(ctx: Context, backbone: Backbone) -> Payload:
    """Case by case, one patch at a time: a batch of another size may change the last digits."""
    from core.features.deep import feature_names

    slices, chosen = ctx.upstream("key_slices"), weights.resolve(backbone, ctx.weights, ctx.settings.deep)
    common = {
        "code": code_digest(deep_case, ("core.features.deep",)),
        "libraries": library_versions(TORCH),
        "weights": chosen.identity,
    }
    rows, name, patients = {}, f"case_{backbone}", list(slices["index"]["patient"])
    for done, (patient, patch) in enumerate(zip(patients, slices["patches"], strict=True), start=1):
        provenance = {**common, "inputs": hashlib.sha256(patch.tobytes()).hexdigest()}
        make = partial(deep_case, chosen, patch)
        rows[patient] = ctx.store.compute(name, key_of(name, provenance), make, provenance)["features"]
        ctx.report(done, len(patients))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=feature_names(backbone))
    info = {"kind": chosen.kind, "identity": chosen.identity, "label": chosen.label}
    return {"features": table, "failures": failures({}), "info": info}


def _googlenet(ctx: Context) -> Payload:
    return _deep(ctx, "googlenet")


def _resnet50(ctx: Context) -> Payload:
    return _deep(ctx, "resnet50")


def _weights(backbone: Backbone) -> Any:
    def inputs(study: Study, store: Store) -> Inputs:
        chosen = weights.resolve(backbone, store.root / "weights", study.settings.deep)
        return {"weights": chosen.identity}

    return inputs


def _cut(settings: Settings) -> Cut:
    return Cut(settings.patch, settings.radiomics.label)


def _cut_settings(settings: Settings) -> Any:
    return as_dict(_cut(settings))


def _radiomics_settings(settings: Settings) -> Any:
    return as_dict(settings.radiomics)


def _ring_settings(settings: Settings) -> Any:
    return [as_dict(settings.radiomics), as_dict(settings.peritumoral)]


def _has_ring(study: Study) -> bool:
    return "peritumoral" in study.settings.families


IMAGING = (
    Stage("masks", "Masks checked", _masks, (), _radiomics_settings, image_inputs, READING, IMAGE_LIBRARIES),
    Stage(
        "key_slices", "Key slices", _key_slices, ("masks",), _cut_settings, image_inputs, SLICING,
        IMAGE_LIBRARIES,
    ),
    Stage(
        "radiomics", "Radiomics features", _radiomics, ("masks",), _radiomics_settings, image_inputs,
        (*READING, "core.features.radiomics"), IMAGE_LIBRARIES,
    ),
    Stage(
        "peritumoral", "Peritumoral features", _peritumoral, ("masks",), _ring_settings, image_inputs, RING,
        IMAGE_LIBRARIES, when=_has_ring,
    ),
    Stage(
        "googlenet", "GoogLeNet features", _googlenet, ("key_slices",), inputs=_weights("googlenet"),
        modules=("core.features.deep",), libraries=TORCH,
    ),
    Stage(
        "resnet50", "ResNet50 features", _resnet50, ("key_slices",), inputs=_weights("resnet50"),
        modules=("core.features.deep",), libraries=TORCH,
    ),
)  # fmt: skip
