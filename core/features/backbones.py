"""torchvision's GoogLeNet and ResNet50 beside whatever torch is installed; imported when first needed."""

import threading
from typing import Any

from core.errors import CannotRun
from core.settings import Backbone

DIM: dict[Backbone, int] = {"googlenet": 1024, "resnet50": 2048}
_CALIBRATION_IMAGES = 4
_NMS = "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"

_import_lock = threading.Lock()
_declared: list[Any] = []  # a torch library lives as long as its object


def published_url(backbone: Backbone) -> str:
    """Where torchvision publishes its ImageNet weights; the file name ends in the SHA-256's first digits."""
    models = _models()
    enum = models.GoogLeNet_Weights if backbone == "googlenet" else models.ResNet50_Weights
    return str(enum.IMAGENET1K_V1.url)


def build(backbone: Backbone) -> Any:
    """Untrained network that answers its average-pool layer: (n, 3, 224, 224) -> (n, DIM[backbone])."""
    import torch

    models = _models()
    if backbone == "googlenet":
        net = models.googlenet(weights=None, aux_logits=False, init_weights=True, transform_input=True)
        net.dropout = torch.nn.Identity()
    else:
        net = models.resnet50(weights=None)
    net.fc = torch.nn.Identity()
    return net.eval()


def build_random(backbone: Backbone, seed: int) -> Any:
    """torchvision's own initialisation from ``seed``; torch's global generator is left as it was.

    Without training statistics GoogLeNet's signal shrinks to 1e-11 and a fifth of its features die,
    so the batch norms take theirs from one pass over smooth seeded noise (in double precision, so that
    the number of threads leaves no trace).
    """
    import torch

    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        net = build(backbone)
        noise = torch.randn(_CALIBRATION_IMAGES, 1, 14, 14, dtype=torch.float64)
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = None  # cumulative: exactly this pass
                module.reset_running_stats()
        smooth = torch.nn.functional.interpolate(noise, size=112, mode="bilinear")
        net.double().train()(smooth.repeat(1, 3, 1, 1))
    return net.float().eval()


def _models() -> Any:
    """``torchvision.models``; raises CannotRun (TORCHVISION) where it cannot be imported."""
    with _import_lock:
        try:
            return _import_models()
        except (ImportError, RuntimeError) as error:
            fix = "Install the pinned requirements again."
            raise CannotRun(
                "TORCHVISION", "torch and torchvision that fit each other", "none", fix
            ) from error


def _import_models() -> Any:
    import torch

    # The number of threads moves the last digits: one lets browser, command line and study agree.
    torch.set_num_threads(1)
    try:
        from torchvision import models
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        # A CUDA build of torchvision beside a CPU torch: its operators did not load, and it stumbles over
        # their missing declarations. No backbone here calls them.
        library = torch.library.Library("torchvision", "DEF")
        library.define(_NMS)
        library.define(_NMS.replace("nms", "qnms", 1))
        _declared.append(library)
        from torchvision import models
    return models
