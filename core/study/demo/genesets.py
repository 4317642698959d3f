"""36 simulated gene sets under the names and the four categories of the paper's pathways."""

import numpy as np
from numpy.typing import NDArray

from core.pathways36 import CATEGORIES
from core.study.demo.sizes import DemoSize

# Sets that draw half of their genes from a linked module (by its rank among the linked ones).
LINKED = {
    "MAPK_SIGNALING_PATHWAY": 0,
    "HEDGEHOG_SIGNALING_PATHWAY": 0,
    "P53_SIGNALING_PATHWAY": 1,
    "CELL_CYCLE": 1,
    "NOD_LIKE_RECEPTOR_SIGNALING_PATHWAY": 2,
    "CHEMOKINE_SIGNALING_PATHWAY": 2,
    "FOCAL_ADHESION": 0,
}
# Sets that do so from a module that has nothing to do with the aggressiveness.
UNLINKED = ("TIGHT_JUNCTION", "T_CELL_RECEPTOR_SIGNALING_PATHWAY", "CALCIUM_SIGNALING_PATHWAY")


def simulate_sets(
    genes: list[str], planted: NDArray[np.int64], size: DemoSize, seed: int
) -> dict[str, tuple[str, list[str]]]:
    """Name of each set -> its category and its genes."""
    rng = np.random.default_rng([seed, 4])
    linked = list(size.linked)
    free = [m for m in range(len(size.modules)) if m not in size.linked]
    source = {name: linked[rank % len(linked)] for name, rank in LINKED.items()}
    source |= {name: free[i] for i, name in enumerate(UNLINKED)}
    sets = {}
    for category, names in CATEGORIES.items():
        for name in names.split():
            members = _members(planted, source.get(name), int(rng.integers(*size.set_sizes)), rng)
            sets[f"SIM_{name}"] = (category, [genes[i] for i in members])
    return sets


def _members(
    planted: NDArray[np.int64], module: int | None, count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Genes of one set: at random, or about half of them from one module."""
    core = np.flatnonzero(planted == module) if module is not None else np.array([], int)
    chosen = rng.choice(core, min(count // 2, len(core)), replace=False)
    others = np.setdiff1d(np.arange(len(planted)), core)
    return np.sort(np.concatenate([chosen, rng.choice(others, count - len(chosen), replace=False)]))


def to_gmt(sets: dict[str, tuple[str, list[str]]]) -> str:
    """GMT text: name, description (simulated: category), genes."""
    rows = ["\t".join([name, f"simulated: {category}", *genes]) for name, (category, genes) in sets.items()]
    return "\n".join(rows) + "\n"
