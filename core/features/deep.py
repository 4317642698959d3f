"""Deep features: the average-pool layer of GoogLeNet (1024) and ResNet50 (2048)."""

import pickle
import struct
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import CannotRun, ModelError
from core.features.backbones import DIM, build, build_random
from core.features.weights import Weights

__all__ = ["DIM", "embed", "feature_names", "load_backbone"]

_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_STD = (0.229, 0.224, 0.225)
# What torch raises on a file that is no, or another network's, state.
_NO_WEIGHTS = (
    *(pickle.UnpicklingError, struct.error, RuntimeError, OSError, EOFError),
    *(LookupError, AttributeError, TypeError, ValueError),
)


def embed(weights: Weights, patches: NDArray[np.float32], batch: int = 1) -> NDArray[np.float64]:
    """Features (n, DIM[backbone]) of patches (n, 224, 224) in 0..1; three equal channels.

    ``batch`` above 1 is no faster on a CPU and lets the last digits depend on which patches share a
    batch, as the number of torch threads does. He et al., CVPR 2016; Szegedy et al., CVPR 2015. Raises
    ModelError (PATCH) for patches of another shape or with NaN, CannotRun where torch or the weights
    cannot be used.
    """
    if patches.ndim != 3 or patches.shape[1:] != (224, 224) or not np.isfinite(patches).all():
        raise ModelError("PATCH", "Finite patches of 224 x 224", f"shape {patches.shape}", "Cut them again.")
    net = load_backbone(weights)
    parts = [_forward(net, patches[i : i + batch]) for i in range(0, len(patches), batch)]
    return np.concatenate(parts) if parts else np.empty((0, DIM[weights.backbone]))


def feature_names(backbone: str) -> tuple[str, ...]:
    """Column names, ``googlenet_0000`` and on."""
    return tuple(f"{backbone}_{i:04d}" for i in range(DIM[backbone]))  # type: ignore[index]


@lru_cache(maxsize=2)
def load_backbone(weights: Weights) -> Any:
    """The network in evaluation mode, classifier removed. Raises CannotRun (WEIGHTS-FILE)."""
    if weights.path is None:
        return build_random(weights.backbone, weights.seed)
    import torch

    net = build(weights.backbone)
    try:
        state = torch.load(weights.path, map_location="cpu", weights_only=True)
        kept = {k: v for k, v in state.items() if not k.startswith(("aux", "fc."))}
        net.load_state_dict(kept)
    except _NO_WEIGHTS as error:
        fix = "Delete the file in the weights folder; it is fetched again."
        found = "a file of something else"
        raise CannotRun("WEIGHTS-FILE", f"Weights of {weights.backbone}", found, fix) from error
    return net


def _forward(net: Any, patches: NDArray[np.float32]) -> NDArray[np.float64]:
    import torch

    mean, std = (torch.tensor(v)[:, None, None] for v in (_IMAGENET_MEAN, _IMAGENET_STD))
    grey = torch.from_numpy(np.ascontiguousarray(patches, dtype=np.float32))[:, None]
    with torch.inference_mode():
        features: NDArray[np.float64] = net((grey - mean) / std).numpy().astype(np.float64)
    return features
