"""Sentences, charts and tables of the gene-score page."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import NodescopeError
from core.evaluation.roc import auc, roc_points
from core.figures.gene_score import KINDS, odds_estimate, odds_figure, overlap_figure, score_roc_figure
from core.figures.text import estimate, number, p_number
from core.genomics.odds_ratio import odds_ratios
from core.settings import GeneScoreSettings
from pages._ui import access, patients, show, state


def names(info: dict[str, Any]) -> tuple[str, str]:
    """What the two signatures are called."""
    first, second = (
        str(info[side]["signature"]).removesuffix(" high risk") for side in ("radiomics", "deep")
    )
    return first, second


def counts(info: dict[str, Any]) -> str:
    """How many core genes either signature has, and how many both."""
    first, second = names(info)
    return (
        f"{first} has {info['radiomics']['core']:,} core genes, {second} {info['deep']['core']:,}; "
        f"**{info['common']:,} are common**."
    )


def thresholds(limits: GeneScoreSettings) -> str:
    """The limits of a core gene."""
    return (
        f"Core gene: abs(GS) > {limits.min_gs:g} with P < {limits.max_p:g} against the risk group, "
        f"abs(kME) > {limits.min_kme:g}."
    )


def judgeable(scores: pd.DataFrame) -> bool:
    """Whether both LNM classes are left; else says so."""
    positive = int((scores["lnm"] == 1).sum())
    negative = int((scores["lnm"] == 0).sum())
    if min(positive, negative) < 2 or len(scores) < 4:
        st.info(
            f"The filter leaves {negative} LNM negative and {positive} LNM positive patients with a score: "
            "ROC and odds ratios need two of each."
        )
        return False
    return True


def areas(scores: pd.DataFrame, *key: str) -> dict[str, tuple[float, float, float]]:
    """AUC with its limits by kind of score."""
    text = patients.current().text()
    found = {k: access.derive(partial(auc, scores["lnm"], scores[k]), *key, k, text) for k in KINDS}
    return {kind: (area.auc, area.low, area.high) for kind, area in found.items()}


def headline(found: dict[str, tuple[float, float, float]], scores: pd.DataFrame) -> str:
    """The out-of-fold AUC, the apparent one marked as such."""
    positive = int((scores["lnm"] == 1).sum())
    return (
        f"RadDeepGene, selection repeated in every fold: **AUC {estimate(*found['out_of_fold'])}** "
        f"(n = {len(scores)}, {positive} LNM positive). Apparent, fitted and tested on the same patients: "
        f"{estimate(*found['apparent'])}."
    )


def overlap_chart(overlap: pd.DataFrame, info: dict[str, Any]) -> None:
    """Core genes of either signature and of both."""
    draw = partial(overlap_figure, overlap, names(info))
    show.chart(draw, counts(info), "core_genes", caption="Genes counted once; totals beside the names.")


def roc_chart(scores: pd.DataFrame, found: dict[str, tuple[float, float, float]], *key: str) -> None:
    """ROC of the score, out-of-fold first."""
    text = patients.current().text()
    curves = {k: access.derive(partial(roc_points, scores["lnm"], scores[k]), *key, k, text) for k in KINDS}
    title = f"n = {len(scores)}, {int((scores['lnm'] == 1).sum())} LNM positive"
    draw = partial(score_roc_figure, curves, found, title)
    show.chart(draw, headline(found, scores), "score_roc", caption="AUC with DeLong 95% CI.")


def odds(scores: pd.DataFrame, *key: str) -> None:
    """Odds ratios of one kind of score; says where maximum likelihood has no answer."""
    kinds = {words: kind for kind, words in KINDS.items()}
    kind = kinds[show.choice("Score", list(kinds), state.ODDS_OF)]
    known = scores[kind]
    if known.nunique() < 2:
        st.info("The score does not vary among these patients: no odds ratio.")
        return
    make = partial(odds_ratios, known.to_numpy(), scores["lnm"].to_numpy())
    try:
        table = access.derive(make, *key, kind, patients.current().text()).assign(score=kind)
    except NodescopeError as error:
        st.info(str(error))
        return
    if table["separation"].any():
        st.warning(
            "The score separates the classes: maximum likelihood has no finite estimate. Read Firth's.",
            icon=":material/warning:",
        )
    if kind == "apparent":
        st.caption("Apparent: fitted and tested on the same patients, optimistic.")
    said = "Odds ratio of LNM per unit and per SD of the score, by maximum likelihood and Firth."
    caption = f"n = {len(scores)}. Unit: probability 0 to 1. Bars: 95% CI, Wald or profile likelihood."
    show.chart(partial(odds_figure, table), said, "odds", caption=caption)
    show.table(_odds_table(table), "odds", table)


def _odds_table(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Method": table["method"].str.capitalize(),
            "Per": table["per"],
            "Odds ratio (95% CI)": [odds_estimate(row) for row in table.to_dict("records")],
            "P": table["p"].map(p_number),
            "Interval": table["interval"],
        }
    )


def genes(core: pd.DataFrame, overlap: pd.DataFrame, coefficients: pd.DataFrame) -> pd.DataFrame:
    """Genes of the score: their coefficient, module, kME and gene significance for either signature."""
    kept = coefficients[coefficients["gene"] != "(intercept)"]
    sides = core[core["core"]].pivot_table(index="gene", columns="signature", values="gs")
    one = core.drop_duplicates("gene").set_index("gene")[["module", "kme"]]
    table = kept.merge(one, left_on="gene", right_index=True)
    for side in ("radiomics", "deep"):
        table[f"gs_{side}"] = sides[side].reindex(table["gene"]).to_numpy() if side in sides else None
    table = table.merge(overlap[["gene", "common"]], on="gene")
    return table.sort_values("coefficient", key=abs, ascending=False, kind="stable", ignore_index=True)


def genes_printed(table: pd.DataFrame, info: dict[str, Any]) -> pd.DataFrame:
    """Genes of the score as printed."""
    first, second = names(info)
    return pd.DataFrame(
        {
            "Gene": table["gene"],
            "Coefficient per SD": [number(v, 3) for v in table["coefficient"]],
            "Module": table["module"],
            "kME": [number(v) for v in table["kme"]],
            f"GS, {first}": [number(v) for v in table["gs_radiomics"]],
            f"GS, {second}": [number(v) for v in table["gs_deep"]],
        }
    )
