"""36 simulated gene sets under the names and the four categories of the paper's pathways."""

import numpy as np
from numpy.typing import NDArray

from core.study.demo.sizes import DemoSize

CATEGORIES: dict[str, str] = {
    "Signal transduction": "MAPK_SIGNALING_PATHWAY ERBB_SIGNALING_PATHWAY WNT_SIGNALING_PATHWAY "
    "NOTCH_SIGNALING_PATHWAY HEDGEHOG_SIGNALING_PATHWAY TGF_BETA_SIGNALING_PATHWAY VEGF_SIGNALING_PATHWAY "
    "JAK_STAT_SIGNALING_PATHWAY CALCIUM_SIGNALING_PATHWAY PHOSPHATIDYLINOSITOL_SIGNALING_SYSTEM "
    "MTOR_SIGNALING_PATHWAY",
    "Immune system": "HEMATOPOIETIC_CELL_LINEAGE COMPLEMENT_AND_COAGULATION_CASCADES "
    "TOLL_LIKE_RECEPTOR_SIGNALING_PATHWAY NOD_LIKE_RECEPTOR_SIGNALING_PATHWAY "
    "RIG_I_LIKE_RECEPTOR_SIGNALING_PATHWAY CYTOSOLIC_DNA_SENSING_PATHWAY "
    "NATURAL_KILLER_CELL_MEDIATED_CYTOTOXICITY ANTIGEN_PROCESSING_AND_PRESENTATION "
    "T_CELL_RECEPTOR_SIGNALING_PATHWAY B_CELL_RECEPTOR_SIGNALING_PATHWAY FC_EPSILON_RI_SIGNALING_PATHWAY "
    "FC_GAMMA_R_MEDIATED_PHAGOCYTOSIS LEUKOCYTE_TRANSENDOTHELIAL_MIGRATION "
    "INTESTINAL_IMMUNE_NETWORK_FOR_IGA_PRODUCTION CHEMOKINE_SIGNALING_PATHWAY",
    "Cell growth and death": "CELL_CYCLE APOPTOSIS P53_SIGNALING_PATHWAY OOCYTE_MEIOSIS",
    "Cell communication": "FOCAL_ADHESION ADHERENS_JUNCTION TIGHT_JUNCTION GAP_JUNCTION "
    "ECM_RECEPTOR_INTERACTION CELL_ADHESION_MOLECULES_CAMS",
}

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
