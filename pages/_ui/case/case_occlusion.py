"""Where the deep signature of a new case looks; kept with the case, in this session alone."""

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.figures.slices import Slice
from core.methods.patient import occlusion_methods
from core.paths import cache_folder
from core.store import Entry
from pages._ui import occlusion
from pages._ui.case.held import Held
from pages._ui.guard import guarded

if TYPE_CHECKING:
    from core.features.occlusion import Occlusion, Progress
    from core.imaging.key_slice import KeySlice
    from core.models.bundle import Bundle

NOTE = "The model has never seen this case."


def draw(entry: Entry, one: Held, bundle: "Bundle") -> None:
    """The map on demand, of the phase that was scored."""
    st.subheader("Where the deep signature looks", anchor=False)
    st.fragment(_draw)(entry, one, bundle)


def methods(bundle: "Bundle") -> str:
    """How the map is made by this model."""
    from core.models.case.predict import settings_of

    return occlusion_methods(settings_of(bundle).occlusion)


def _draw(entry: Entry, one: Held, bundle: "Bundle") -> None:
    with guarded():
        title = occlusion.choice()
        backbone = occlusion.BACKBONES[title]
        name = f"{entry.key} {backbone}"  # beside the prediction, and forgotten with it
        if name not in one.results:
            made = occlusion.on_demand(partial(_computed, one, bundle, backbone), one.key("occlusion"))
            if made is None:
                return
            one.results[name] = made
        found, key = one.results[name]
        occlusion.draw(title, found, _patch(one, key), NOTE, private=True)


def _computed(
    one: Held, bundle: "Bundle", backbone: Any, progress: "Progress"
) -> "tuple[Occlusion, KeySlice]":
    from core.stages.occlusion import case_occlusion

    image, mask = one.case.phases[one.phase], one.case.mask
    return case_occlusion(bundle, image, mask, backbone, cache_folder() / "weights", progress)


def _patch(one: Held, key: "KeySlice") -> Slice:
    from core.imaging.viewing import edges, on_patch

    size = len(key.patch)
    mm = (key.box[2] - key.box[0]) * key.spacing[0] / size
    mask = on_patch(key.mask, key.box, size).astype("uint8")
    image = (key.patch * 255).round().astype("uint8")
    return Slice(image, mask, mm, mm, edges=edges(one.case.phases[one.phase].GetDirection()))
