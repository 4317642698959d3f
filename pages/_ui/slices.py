"""Slices for the figures, cut from stored key slices and from an uploaded case."""

from core.figures.slices import Slice
from core.store import Entry
from core.study.manifest import Study
from pages._ui import access

TILES = 24


def gallery(entry: Entry, study: Study, cohort: str, page: int) -> list[Slice]:
    """Key slices of one page (1, 2, ...) of a cohort's gallery."""
    index, images, masks = (access.value(entry, name) for name in ("index", "images", "masks"))
    lnm = study.clinical.set_index("patient")["lnm"]
    rows = index.reset_index(drop=True).query("cohort == @cohort").iloc[(page - 1) * TILES : page * TILES]
    return [
        Slice(
            image=images[i, : row["height"], : row["width"]],
            mask=masks[i, : row["height"], : row["width"]],
            row_mm=row["row_mm"],
            col_mm=row["col_mm"],
            title=row["patient"],
            lnm=int(lnm[row["patient"]]),
        )
        for i, row in rows.iterrows()
    ]
