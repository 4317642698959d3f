"""What the module pages share: the network as stored, the chosen module and trait, their linked views."""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.figures.module_pair import pair_figure
from core.figures.text import estimate, number, p_number, p_value, plain
from core.genomics.module_links import FEWEST, Pair, correlations, pair, strongest
from core.genomics.traits import HIGH_RISK, is_clinical, trait_table
from core.store import Entry
from pages._ui import access, patients, show, state

SHARED = ("Radiomics high risk", "GoogLeNet high risk")
STRONG = "P < 0.05"
SHOWN = {
    "Risk groups": lambda trait: trait.endswith(HIGH_RISK) or trait == "LNM",
    "Signatures": lambda trait: not (trait.endswith(HIGH_RISK) or is_clinical(trait)),
    "Clinical": lambda trait: is_clinical(trait) or trait == "LNM",
    "All": lambda _: True,
}


@dataclass(frozen=True, slots=True)
class Network:
    """Stored output of the modules stage."""

    entry: Entry

    def __getattr__(self, name: str) -> Any:
        if name not in ("genes", "eigengenes", "kme", "soft_threshold", "linkage", "info"):
            raise AttributeError(name)
        return access.value(self.entry, name)

    def names(self) -> list[str]:
        """Modules, largest first; grey is none."""
        return [name for name in self.genes["module"].value_counts().index if name != "grey"]


def choose(label: str, options: list[str], default: str, key: str, **more: Any) -> str:
    """One of many, in the link too; a value that this study does not have gives way to the default."""
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
        asked = st.query_params.get(key, options[0])
        if asked not in options:
            shown = more.get("format_func", str)(default)
            text = f"{label} {plain(asked)} of the link is not in this study: {shown} is shown."
            st.toast(text, icon=":material/link_off:", duration="long")
    return st.selectbox(label, options, options.index(default), key=key, bind="query-params", **more)


def traits() -> pd.DataFrame | None:
    """Traits of the training patients, None while the signatures are not computed."""
    predictions, study = access.frame("fusion", "predictions"), access.study()
    return None if predictions is None or study is None else trait_table(predictions, study.clinical)


def filtered() -> bool:
    """Whether the sidebar filters patients."""
    return bool(patients.current().rules)


def correlated(network: Network, stored: Entry) -> pd.DataFrame:
    """Module-trait table: as stored, or computed anew for the training patients that pass the filter."""
    if not filtered():
        return access.value(stored, "table")
    make = partial(correlations, network.eigengenes, traits(), patients.kept())
    return access.derive(make, network.entry.key, stored.key, patients.kept())


def shown(table: pd.DataFrame, kind: str, rows: str) -> pd.DataFrame:
    """Part of a module-trait table for the heat map: from the most positive row to the most negative."""
    part = table[[SHOWN[kind](trait) for trait in table["trait"]]]
    if rows == STRONG:
        strong = part.loc[part["p"] < 0.05, "module"]
        part = part[part["module"].isin(strong)] if len(strong) else part
    order = part.groupby("module")["r"].mean().sort_values(ascending=False).index
    return part.set_index("module").loc[order].reset_index()


def tests(table: pd.DataFrame) -> int:
    """Module-trait pairs that could be tested; q counts no other."""
    return int(table["p"].notna().sum())


def strongest_said(table: pd.DataFrame, part: pd.DataFrame, modules: int) -> str:
    """The strongest correlation of what is shown, and how many survive the correction."""
    module, trait = strongest(part)
    row = part[(part["module"] == module) & (part["trait"] == trait)].iloc[0]
    few = int((table["q"] < 0.05).sum())
    return (
        f"Of {modules} modules, **{module}** correlates most strongly with {trait}: r = {number(row['r'])}, "
        f"{p_value(row['p'])}, {p_value(row['q'], 'q')} (n = {row['n']}). {few} of {tests(table)} "
        "module-trait tests have q < 0.05."
    )


def shared_said(table: pd.DataFrame, modules: list[str]) -> str:
    """Modules of both signatures, by the rule that makes brown one in the paper."""
    rule = f"P < 0.05, not corrected, for both {SHARED[0]} and {SHARED[1]}"
    if not modules:
        return f"No module is shared by the two signatures ({rule})."
    wide = table.pivot(index="module", columns="trait", values="r")
    each = [f"{m} (r = {number(wide.at[m, SHARED[0]])} and {number(wide.at[m, SHARED[1]])})" for m in modules]
    return f"Shared by the two signatures ({rule}): {', '.join(each)}."


def cells_said(table: pd.DataFrame, cells: str) -> str:
    """What the cells of the heat map say."""
    bold = "" if cells == "r and stars" else f" Bold: {'q' if cells == 'r (q)' else 'P'} < 0.05."
    stars = " Stars: P < 0.05, 0.01, 0.001." if cells == "r and stars" else ""
    return (
        f"Pearson's r of eigengenes (genes in parentheses).{bold}{stars} q: Benjamini-Hochberg over "
        f"all {tests(table)} tests. Diamond: shared by both signatures. "
        "Click a cell for what stands behind it."
    )


def take_pair() -> None:
    """A clicked cell becomes the chosen module and trait."""
    pair_clicked = st.session_state.pop(state.PAIR, None)
    if pair_clicked:
        st.session_state[state.MODULE], st.session_state[state.TRAIT] = pair_clicked


def link(network: Network, module: str, trait: str, values: pd.DataFrame) -> Pair:
    """Eigengene and trait of the patients that pass the filter."""
    return pair(network.eigengenes[f"ME{module}"], patients.only(values)[trait])


def pair_said(found: Pair, module: str, trait: str, q: float | None = None) -> str:
    """``brown and LNM: r = 0.31 (0.11-0.49), P = 0.003, q = 0.04 (n = 88).``."""
    if found.n < FEWEST:
        return f"{module} and {trait}: {found.n} patients, too few for a correlation."
    if math.isnan(found.r):
        return f"{module} and {trait}: no correlation, {trait} does not vary among these {found.n} patients."
    corrected = "" if q is None else f", {p_value(q, 'q')}"
    r = estimate(found.r, found.low, found.high)
    return f"{module} and {trait}: r = {r}, {p_value(found.p)}{corrected} (n = {found.n})."


def pair_chart(
    found: Pair, title: str, trait: str, said: str, key: str, caption: str | None = None, lasso: bool = True
) -> None:
    """What patients have of ``title`` against a trait; patients can be lassoed."""
    if not found.n:
        st.info("The filter leaves no training patient with expression and this trait.")
        return
    lnm = access.study().clinical.set_index("patient")["lnm"].to_dict()
    line = (found.slope, found.intercept)
    draw = partial(pair_figure, found.points, title, trait, line, lnm)
    show.chart(draw, said, key, caption=said if caption is None else caption, lasso=lasso)


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """Module table as printed."""
    return pd.DataFrame(
        {
            "Module": table["module"],
            "Genes": table["genes"],
            "Strongest trait": table["trait"],
            "r": [number(r) for r in table["r"].astype(float)],
            "P": [p_number(p) for p in table["p"].astype(float)],
            "q": [p_number(q) for q in table["q"].astype(float)],
            "Hub genes by |kME|": table["hubs"],
        }
    )


def printed_traits(table: pd.DataFrame) -> pd.DataFrame:
    """Module-trait table as printed, smallest P first."""
    rows = table.sort_values("p", kind="stable")
    return pd.DataFrame(
        {
            "Module": rows["module"],
            "Trait": rows["trait"],
            "r": [number(r) for r in rows["r"]],
            "P": [p_number(p) for p in rows["p"]],
            "q": [p_number(q) for q in rows["q"]],
            "n": rows["n"],
        }
    )
