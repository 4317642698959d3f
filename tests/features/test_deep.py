"""Average-pool features against torchvision's own networks, hooked at that layer."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from core.errors import CannotRun, ModelError
from core.features import backbones, deep, weights
from core.settings import DeepSettings

SETTINGS = DeepSettings()
BACKBONES = ("googlenet", "resnet50")


@pytest.fixture(scope="module")
def patches():
    """Five bright blobs of different size and texture."""
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[:224, :224] - 112.0
    blob = [
        np.clip(1 - np.hypot(rows, columns) / r, 0, 1) ** p
        for r, p in zip((40, 55, 70, 85, 100), (0.3, 1, 0.5, 0.2, 0.8), strict=True)
    ]
    grain = np.kron(rng.normal(size=(5, 28, 28)), np.ones((8, 8)))
    return np.clip(0.2 + np.array(blob) * (0.5 + 0.1 * grain), 0, 1).astype(np.float32)


def random_weights(backbone, tmp_path, seed=SETTINGS.seed):
    return weights.resolve(backbone, tmp_path, DeepSettings(seed=seed))


def hooked(model, layer, patches):
    """What torchvision's network, classifier and all, passes through ``layer``."""
    import torch
    from torchvision.transforms.functional import normalize

    seen = []
    layer.register_forward_hook(lambda _m, _i, out: seen.append(out.flatten(1).numpy()))
    colour = torch.from_numpy(np.repeat(patches[:, None], 3, axis=1))
    with torch.inference_mode():
        for one in normalize(colour, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]):
            model.eval()(one[None])
    return np.concatenate(seen)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Files like those torchvision publishes: whole networks, GoogLeNet with its auxiliary heads."""
    import torch

    backbones.published_url("resnet50")  # lets torchvision import beside a CPU-only torch
    from torchvision import models

    folder, nets = tmp_path_factory.mktemp("weights"), {}
    for backbone in BACKBONES:
        torch.manual_seed(5)
        aux = (
            {"aux_logits": True, "init_weights": False, "transform_input": True}
            if backbone == "googlenet"
            else {}
        )
        net = getattr(models, backbone)(weights=None, **aux)
        torch.save(net.state_dict(), folder / "net.pth")
        digits = hashlib.sha256((folder / "net.pth").read_bytes()).hexdigest()[:8]
        (folder / "net.pth").rename(folder / f"{backbone}-{digits}.pth")
        nets[backbone] = net
    return folder, nets


@pytest.mark.parametrize("backbone", BACKBONES)
def test_equals_torchvision(trained, patches, backbone):
    folder, nets = trained
    found = weights.resolve(backbone, folder, DeepSettings(allow_random=False))
    features = deep.embed(found, patches)
    assert (features.shape, features.dtype) == ((5, deep.DIM[backbone]), np.float64)
    wanted = hooked(nets[backbone], nets[backbone].avgpool, patches)
    np.testing.assert_allclose(features, wanted, rtol=1e-4, atol=1e-5 * np.abs(wanted).max())


@pytest.mark.parametrize("backbone", BACKBONES)
def test_random_weights_tell_patches_apart(tmp_path, patches, backbone):
    """Finite, hardly any dead feature, and spread over patches of the order of the mean."""
    features = deep.embed(random_weights(backbone, tmp_path), patches)
    assert np.isfinite(features).all() and 0.1 < np.abs(features).max() < 1e4
    spread = features.std(axis=0)
    alive = spread > 0
    assert alive.mean() > 0.95
    assert np.median(spread[alive] / features.mean(axis=0)[alive]) > 0.1


def test_seed_decides_and_torch_keeps_its_own_state(tmp_path, patches):
    import torch

    torch.manual_seed(1)
    wanted = torch.rand(3)
    torch.manual_seed(1)
    first = deep.embed(random_weights("googlenet", tmp_path), patches[:1])
    assert torch.equal(torch.rand(3), wanted)
    deep.load_backbone.cache_clear()
    again = deep.embed(random_weights("googlenet", tmp_path), patches[:1])
    other = deep.embed(random_weights("googlenet", tmp_path, seed=1), patches[:1])
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_company_of_a_patch_does_not_matter(tmp_path, patches):
    found = random_weights("googlenet", tmp_path)
    together = deep.embed(found, patches)
    np.testing.assert_array_equal(together[3], deep.embed(found, patches[3:4])[0])
    np.testing.assert_allclose(deep.embed(found, patches, batch=4), together, rtol=1e-3, atol=1e-3)


def test_names():
    assert deep.feature_names("googlenet")[-1] == "googlenet_1023"
    assert len(set(deep.feature_names("resnet50"))) == 2048


def test_no_patches(tmp_path):
    assert deep.embed(random_weights("googlenet", tmp_path), np.empty((0, 224, 224), np.float32)).shape == (
        0,
        1024,
    )


@pytest.mark.parametrize(
    "bad", [np.zeros((224, 224)), np.zeros((1, 100, 224)), np.full((1, 224, 224), np.nan)]
)
def test_bad_patches(tmp_path, bad):
    with pytest.raises(ModelError, match="PATCH"):
        deep.embed(random_weights("googlenet", tmp_path), bad.astype(np.float32))


@pytest.mark.parametrize("content", ["junk", "pickle", "other network"])
def test_file_of_something_else(tmp_path, content):
    import pickle

    import torch

    path = tmp_path / "net.pth"
    if content == "other network":
        torch.save({"conv1.weight": torch.zeros(3)}, path)
    else:
        path.write_bytes(b"junk" if content == "junk" else pickle.dumps(print))
    digits = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    path.rename(tmp_path / f"googlenet-{digits}.pth")
    with pytest.raises(CannotRun, match="WEIGHTS-FILE"):
        deep.load_backbone(weights.resolve("googlenet", tmp_path, SETTINGS))


def test_torch_is_imported_only_when_needed():
    """Pages that need no deep features must not wait seconds for torch."""
    code = "import sys, core.features.deep, core.features.weights; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
