"""Methods text of the expression page."""

from typing import Any

from core.settings import ExpressionSettings


def expression_text(info: dict[str, Any], settings: ExpressionSettings) -> str:
    """How the expression table became the genes and patients of the network; ``info`` of `prepare`."""
    logged = " after log2(x + 1)" if info["scale"] == "linear" else ""
    below = {
        "zero": " Values below 0 counted as 0.",
        "drop": " Genes with values below 0 were left out.",
        "refuse": "",
    }[settings.negatives if info["scale"] == "linear" else "refuse"]
    rule = (
        "none was dropped"
        if settings.min_z is None
        else f"those below {settings.min_z:g} were dropped ({len(info['samples_dropped'])})"
    )
    return (
        f"Expression of {info['matched_patients']} training patients (one tumour sample each; primary tumour "
        f"before others) was used on the log2(x + 1) scale{logged}.{below} Genes with missing values were "
        "left out; versions were taken off Ensembl ids; ids that a spreadsheet had made dates got their "
        "symbol back, or were left out where it was not unique; of rows with one id the one with the "
        f"highest mean was kept. Genes with a mean of at least {settings.min_mean:g} were kept: "
        f"{info['genes_kept']:,} of {info['genes_read']:,}. Outlying samples were judged by their "
        f"standardised connectivity (Z.k of the WGCNA tutorials, from Euclidean distances); {rule}."
    )
