"""Who is compared with whom on the features page, and what came out of it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.digests import digest
from core.features.clustering import Clustered, clustered
from core.features.distribution import LEAST, compare
from core.features.naming import parts
from core.figures.features import rows_figure, volcano_figure
from core.figures.palette import LNM_NAMES
from core.figures.text import number, p_number, p_value
from core.methods.imaging import differing_features
from core.store import Entry
from pages._ui import access, patients, state

KINDS = {"Image type": "group", "Class": "class"}
PLOTS = {"Rows": rows_figure, "Volcano": volcano_figure}
COUNTS = ["20", "40", "60", "100"]
MOST_CELLS = 100_000
LNM_PAIR = (LNM_NAMES[0], LNM_NAMES[1])


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Patients [patient, cohort, role, lnm], the column and value that make the second group, and names."""

    rows: pd.DataFrame
    column: str
    value: Any
    groups: tuple[str, str]
    where: str

    @property
    def second(self) -> "pd.Series[bool]":
        """Who is in the second group."""
        return self.rows[self.column] == self.value

    @property
    def said(self) -> str:
        """``LNM negative (n = 47) v LNM positive (n = 41)``."""
        n = int(self.second.sum())
        return f"{self.groups[0]} (n = {len(self.rows) - n}) v {self.groups[1]} (n = {n})"

    @property
    def mark(self) -> str:
        """Changes with the patients and with their groups."""
        return digest([list(self.rows["patient"]), self.second.tolist()])


def comparisons(found: pd.DataFrame) -> dict[str, Comparison]:
    """What can be compared among these patients [patient, cohort, role, lnm], by title."""
    training = found[found["role"] == "training"]
    validation = found[found["role"] == "validation"]
    offered = {
        "LNM, training": Comparison(training, "lnm", 1, LNM_PAIR, "in the training cohort"),
        "LNM, validation": Comparison(validation, "lnm", 1, LNM_PAIR, "in the validation cohort"),
        "LNM, all patients": Comparison(found, "lnm", 1, LNM_PAIR, "in all patients"),
        "Cohorts": Comparison(found, "role", "validation", ("training", "validation"), "between the cohorts"),
    }
    if validation.empty or training.empty:
        del offered["LNM, all patients"], offered["Cohorts"]
    return {title: c for title, c in offered.items() if LEAST <= c.second.sum() <= len(c.rows) - LEAST}


def people(features: pd.DataFrame) -> pd.DataFrame:
    """Patients that pass the filter and have features: [patient, cohort, role, lnm]."""
    clinical = patients.clinical()[["patient", "cohort", "role", "lnm"]]
    return clinical[clinical["patient"].isin(features.index)]


def tested(entry: Entry, chosen: Comparison) -> pd.DataFrame:
    """Every feature of a family compared: core's table with the parts of the names."""
    features = access.value(entry, "features")
    make = partial(_tested, features, chosen)
    return access.derive(make, entry.key, chosen.mark)


def _tested(features: pd.DataFrame, chosen: Comparison) -> pd.DataFrame:
    table = compare(features.loc[chosen.rows["patient"]], chosen.second.to_numpy())
    return table.merge(parts(features.columns), on="feature")


def headline(table: pd.DataFrame, family: str, chosen: Comparison) -> str:
    """How many features differ, and which one most."""
    return differing_features(table, family, chosen.where, chosen.said)


def key(family: str) -> str:
    """State key of the chosen feature: families have features of their own."""
    return f"{state.FEATURE}_{family}"


def feature(table: pd.DataFrame, family: str) -> str:
    """Short name of the chosen feature, else of the one of smallest P."""
    chosen = st.session_state.get(key(family)) or st.query_params.get(key(family))
    return chosen if chosen in set(table["short"]) else _by_p(table)[0]


def picker(table: pd.DataFrame, family: str) -> str:
    """The choice of a feature by its short name, the smallest P first."""
    return st.selectbox("Feature", _by_p(table), key=key(family), bind="query-params", width=520)


def _by_p(table: pd.DataFrame) -> list[str]:
    return list(table.sort_values("p", kind="stable")["short"])


def one_feature(
    entry: Entry, found: pd.DataFrame, offered: dict[str, Comparison], chosen: str
) -> tuple[pd.DataFrame, dict[str, str], str]:
    """Patients [patient, cohort, role, lnm, value], a line per cohort, all tests in words; by short name."""
    rows = {title: tested(entry, one).set_index("short").loc[chosen] for title, one in offered.items()}
    lines = {title: _line(row) for title, row in rows.items()}
    name = next(iter(rows.values()))["feature"]
    names = found[["cohort", "role"]].drop_duplicates().itertuples()
    notes = {c.cohort: lines.get(f"LNM, {c.role}", "") for c in names}
    values = found.assign(value=access.value(entry, "features").loc[found["patient"], name].to_numpy())
    said = "; ".join(f"{title}: {line}" for title, line in lines.items())
    return values, notes, f"{chosen}, n = {len(values)}. {said}."


def _line(row: "pd.Series[Any]") -> str:
    return f"AUC {number(row['auc'])}, {p_value(row['p'])}, {p_value(row['q'], 'q')}"


def printed(table: pd.DataFrame, chosen: Comparison, rows: int = 15) -> pd.DataFrame:
    """The features of smallest P as a table."""
    best = table.dropna(subset=["p"]).nsmallest(rows, "p")
    return pd.DataFrame(
        {
            "Feature": best["short"], "AUC": [number(v, 3) for v in best["auc"]],
            f"Median, {chosen.groups[0]}": [f"{v:.4g}" for v in best["median_first"]],
            f"Median, {chosen.groups[1]}": [f"{v:.4g}" for v in best["median_second"]],
            "P": [p_number(p) for p in best["p"]], "q": [p_number(q) for q in best["q"]],
        }
    )  # fmt: skip


def heat_map(entry: Entry, table: pd.DataFrame, chosen: Comparison, count: int, by_lnm: bool) -> Clustered:
    """The ``count`` features of smallest P, clustered; fewer where there are very many patients."""
    count = min(count, max(2, MOST_CELLS // len(chosen.rows)))
    names = table.dropna(subset=["p"]).nsmallest(count, "p").set_index("feature")["short"]
    rows = chosen.rows.set_index("patient")
    values = access.value(entry, "features").loc[rows.index, names.index].rename(columns=names)
    make = partial(clustered, values, rows["lnm"] if by_lnm else None)
    return access.derive(make, entry.key, chosen.mark, count, by_lnm)
