"""Occlusion maps against hiding one square at a time, with a real backbone and with simple scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ModelError
from core.features import deep, weights
from core.features.occlusion import occlusion
from core.settings import DeepSettings, OcclusionSettings

COARSE = OcclusionSettings(side=64, step=32)


def blob(row: int, column: int) -> np.ndarray:
    """A bright disc on dark tissue with some grain."""
    rows, columns = np.mgrid[:224, :224]
    grain = np.random.default_rng(0).normal(0, 0.01, (224, 224))
    disc = 0.7 * (np.hypot(rows - row, columns - column) < 24)
    return np.clip(0.2 + disc + grain, 0, 1).astype(np.float32)


def bright(patches: np.ndarray) -> np.ndarray:
    return (patches > 0.6).mean(axis=(1, 2), dtype=np.float64)


@given(
    st.sampled_from([(16, 4, 2), (16, 8, 8), (24, 8, 4), (12, 12, 6), (9, 3, 1)]),
    st.integers(0, 2**32 - 1),
)
def test_equals_hiding_one_square_at_a_time(grid: tuple[int, int, int], seed: int) -> None:
    size, side, step = grid
    rng = np.random.default_rng(seed)
    patch, pattern = rng.random((2, size, size)).astype(np.float32)

    def score(patches: np.ndarray) -> np.ndarray:
        return np.tanh((patches.astype(np.float64) * pattern).sum(axis=(1, 2)) / size)

    found = occlusion(patch, score, OcclusionSettings(side, step))
    total, count = np.zeros((2, size, size))
    for top in range(0, size - side + 1, step):
        for left in range(0, size - side + 1, step):
            covered = patch.copy()
            covered[top : top + side, left : left + side] = patch.astype(np.float64).mean()
            change = score(covered[None])[0] - score(patch[None])[0]
            assert found.changes[top // step, left // step] == pytest.approx(change, abs=1e-12)
            total[top : top + side, left : left + side] += change
            count[top : top + side, left : left + side] += 1
    assert count.min() > 0
    pixels = np.kron(found.heat, np.ones((step, step)))
    np.testing.assert_allclose(pixels, total / count, atol=1e-12)


def test_where_nothing_is_hidden_nothing_changes() -> None:
    even = np.full((224, 224), 0.5, np.float32)
    found = occlusion(even, lambda p: p.astype(np.float64).std(axis=(1, 2)), OcclusionSettings())
    assert found.changes.shape == (13, 13)
    assert found.heat.shape == (14, 14)
    assert not found.changes.any()


def test_a_square_that_hides_no_brightness_changes_no_brightness() -> None:
    found = occlusion(blob(60, 60), bright, OcclusionSettings())
    assert not found.heat[8:, 8:].any()
    assert found.heat[3, 3] < 0


@pytest.mark.parametrize("backbone", ["googlenet", "resnet50"])
def test_the_map_of_a_backbone_follows_the_lesion(backbone, tmp_path) -> None:
    chosen = weights.resolve(backbone, tmp_path, DeepSettings())
    plain = deep.embed(chosen, np.full((1, 224, 224), 0.2, np.float32))[0]

    def score(patches: np.ndarray) -> np.ndarray:
        return np.linalg.norm(deep.embed(chosen, patches) - plain, axis=1)

    for row, column in ((48, 48), (48, 176), (176, 112)):
        found = occlusion(blob(row, column), score, COARSE)
        strongest = np.unravel_index(np.abs(found.heat).argmax(), found.heat.shape)
        middle = (np.array(strongest) + 0.5) * found.step
        assert np.hypot(*(middle - (row, column))) < 48


def test_progress_counts_rows() -> None:
    seen: list[tuple[int, int]] = []
    occlusion(blob(60, 60), bright, COARSE, lambda done, total: seen.append((done, total)))
    assert seen == [(k, 6) for k in range(1, 7)]


@pytest.mark.parametrize("grid", [(32, 15), (30, 16), (256, 16), (32, 33)])
def test_a_grid_that_does_not_fit_is_one_clear_error(grid: tuple[int, int]) -> None:
    with pytest.raises(ModelError, match=r"OCCLUSION-GRID.*side \d+, step \d+, patch 224 x 224"):
        occlusion(blob(60, 60), bright, OcclusionSettings(*grid))
