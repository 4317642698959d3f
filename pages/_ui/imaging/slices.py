"""Key slices for the gallery: which patients, in which order, on which page."""

import pandas as pd
import streamlit as st

from core.figures.slices import Slice
from core.figures.text import number
from core.store import Entry
from pages._ui import access, origin, patients, show, state

SIGNATURES = {"Radiomics": "Radiomics", "DLRN": "DLRN"}  # title: model
MOST_PAGES = 12  # as buttons beside each other
VOLUME, DIAMETER = "Tumour volume", "diameter"


def patients_table(masks: Entry, slices: Entry) -> pd.DataFrame:
    """Patients that pass the filter and have a key slice.

    Columns: patient, cohort, lnm, place (in the stored arrays), Tumour volume (cc), diameter (mm), slice, and
    the signatures as far as they are computed.
    """
    index = access.value(slices, "index").reset_index(drop=True)
    sizes = access.value(masks, "cases")[["patient", "volume_mm3", "diameter_mm"]]
    table = patients.clinical()[["patient", "cohort", "lnm"]].merge(
        index[["patient", "slice"]].assign(place=index.index), on="patient"
    )
    table = table.merge(sizes, on="patient", how="left").rename(columns={"diameter_mm": DIAMETER})
    table[VOLUME] = table.pop("volume_mm3") / 1000
    fusion = access.entry("fusion")
    if fusion is not None:
        origin.note([fusion])
        found = access.value(fusion, "predictions").set_index("patient")
        for title, name in SIGNATURES.items():
            table[title] = table["patient"].map(found[name])
    return table


def sizes(masks: Entry) -> dict[str, dict[str, float]]:
    """By patient: slice (the key slice, from 0), volume (cc) and diameter (mm), as far as known."""
    cases = access.value(masks, "cases").query("ok").set_index("patient")
    found = {p: {"volume": r.volume_mm3 / 1000, "diameter": r.diameter_mm} for p, r in cases.iterrows()}
    index = access.frame("key_slices", "index")
    for row in () if index is None else index.itertuples():
        found.setdefault(row.patient, {})["slice"] = int(row.slice)
    return found


def orders(table: pd.DataFrame) -> list[str]:
    """By what the patients can be sorted."""
    return ["Patient", "LNM", VOLUME, *(s for s in SIGNATURES if s in table)]


def ordered(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Patients in the study's order, LNM positive ones first, or the highest value first."""
    if by == "Patient":
        return table
    return table.sort_values("lnm" if by == "LNM" else by, ascending=False, kind="stable")


def page(count: int) -> int:
    """The chosen page, from 1; one that the filter took away gives way to the last."""
    if count < 2:
        return 1
    if int(st.session_state.get(state.GALLERY_PAGE) or 1) > count:
        st.session_state[state.GALLERY_PAGE] = str(count)
    if count <= MOST_PAGES:
        return int(show.choice("Page", [str(k + 1) for k in range(count)], state.GALLERY_PAGE))
    return int(st.selectbox("Page", [str(k + 1) for k in range(count)], key=state.GALLERY_PAGE, width=120))


def tiles(slices: Entry, rows: pd.DataFrame, by: str) -> list[Slice]:
    """Key slices of some patients; what they are sorted by stands in the tile."""
    index, images, masks = (access.value(slices, name) for name in ("index", "images", "masks"))
    found = []
    for row in rows.to_dict("records"):
        size, i = index.iloc[row["place"]], row["place"]
        shape = (slice(int(size["height"])), slice(int(size["width"])))
        found.append(
            Slice(
                images[i][shape], masks[i][shape], size["row_mm"], size["col_mm"], row["patient"], row["lnm"],
                note=_note(row, by), hover=_hover(row),
            )
        )  # fmt: skip
    return found


def _note(row: dict[str, float], by: str) -> str:
    if by == VOLUME:
        return f"{number(row[by], 1)} cc"
    return number(row[by]) if by in SIGNATURES else ""


def _hover(row: dict[str, float]) -> str:
    lines = [f"<b>{row['patient']}</b>, {row['cohort']}, LNM {'positive' if row['lnm'] else 'negative'}"]
    lines.append(f"tumour {number(row[VOLUME], 1)} cc, largest diameter {number(row[DIAMETER], 0)} mm")
    lines += [f"{name} {number(row[name])}" for name in SIGNATURES if name in row]
    return "<br>".join(lines)
