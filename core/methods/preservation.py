"""Sentences, table and methods text of module preservation."""

from typing import Any

import pandas as pd

from core.figures.text import number
from core.genomics.preservation import STRONG, WEAK
from core.settings import CoexpressionSettings, PreservationSettings

CAPTION = "Each point is a module, in its colour"


def headline(table: pd.DataFrame, info: dict[str, int]) -> str:
    """How many modules are preserved, and which are not."""
    strong = int((table["z_summary"] > STRONG).sum())
    lost = list(table.loc[table["z_summary"] < WEAK, "module"])
    few = f": {', '.join(lost)}" if 0 < len(lost) <= 8 else ""
    whose = "another table" if info["own_file"] else "the validation patients"
    return (
        f"**{strong} of {len(table)} modules** of {info['reference']} training patients have strong evidence "
        f"of preservation (Zsummary > {STRONG:g}) in {info['samples']} samples of {whose}, over "
        f"{info['shared_genes']:,} shared genes; {len(lost)} have none (Zsummary < {WEAK:g}){few}."
    )


def preservation_table(table: pd.DataFrame) -> pd.DataFrame:
    """All modules as printed, best preserved first."""
    return pd.DataFrame(
        {
            "Module": table["module"],
            "Genes": table["genes"],
            "Zsummary": [number(z, 1) for z in table["z_summary"]],
            "Zdensity": [number(z, 1) for z in table["z_density"]],
            "Zconnectivity": [number(z, 1) for z in table["z_connectivity"]],
            "Median rank": [number(rank, 1) for rank in table["median_rank"]],
            "Evidence": table["verdict"].str.removesuffix(" evidence of preservation"),
        }
    )


def preservation_text(
    info: dict[str, Any], chosen: PreservationSettings, network: CoexpressionSettings
) -> str:
    """Methods of the preservation page; ``info`` of the stage."""
    return (
        f"Preservation of the modules of {info['reference']} training patients was tested in "
        f"{info['samples']} samples of a second cohort over {info['shared_genes']:,} shared genes "
        f"(Langfelder et al., PLoS Comput Biol 2011; {network.network} network). Four density statistics "
        "(mean correlation, mean adjacency, variance explained by the eigengene, mean kME) and three of "
        "connectivity (correlations of intramodular connectivity, of kME and of the gene-gene correlations) "
        f"were compared with as many genes drawn at random from the shared ones, {chosen.permutations} "
        "times; Zdensity and Zconnectivity are medians of their Z, Zsummary their mean: below 2 no, above 10 "
        "strong evidence. The median rank compares modules with each other and does not depend on their "
        "size. Of modules above 1,000 genes 1,000 were drawn; grey was left out."
    )
