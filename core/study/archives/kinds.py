"""What a series is, as far as an index can tell: from its number and its description."""

import re

import pandas as pd

# Where the archive holds maps of enhancement, series 41000 and 41001 were computed from series 4.
MAP = re.compile(r": (PE\d|SER)$")
MAP_NUMBERS = 10_000
# Elsewhere the description decides: T1 sequences that are run before and after contrast, and what names
# contrast. GE's "Bind(exam/series/first..last)" is one slab of one phase of such a series.
CONTRAST = re.compile(
    r"vibrant|brava|thrive|dyn|views|flash 3d|fl3d|bind\(|\+ ?c\b|\bgad\b|contrast|\bpost\b|\bpre\b|prepost"
    r"|sag 3d|3d sag|gradient echo|spgr",
    re.IGNORECASE,
)
PROCESSED = re.compile(
    r"cad~|sub|mip\b|mip_|collection|reformat|projection|derived|screen|summary|processed|radial|filter"
    r"|\)[-+]\(|mpr\b|pjn|fat:|inphase:",
    re.IGNORECASE,
)
OTHER_SEQUENCE = re.compile(
    r"t2|stir|\bir\b|dwi|dti|adc|diff|loc\b|localizer|scout|pilot|calib|\bcal\b|asset|t1 \(pre\)|w/o|non ?fat"
    r"|not fat",
    re.IGNORECASE,
)
RULE = (
    "Where the archive holds PE and SER maps, the dynamic series is the one that they were computed from "
    "(their numbers are ten thousand times its own, and a bit). Elsewhere the description decides: a T1 "
    "sequence run before and after contrast (VIBRANT, BRAVA, THRIVE, VIEWS, FLASH 3D, dyn) or a word for "
    "contrast (+C, gad, contrast, pre, post), and no subtraction, projection, reformat, CAD series, T2, "
    "diffusion or localiser."
)


def with_kinds(series: pd.DataFrame) -> pd.DataFrame:
    """The table of `read_index` with ``kind``: dynamic, pe1, ser, seg, report, undescribed or other."""
    sources = set(_sources(series))
    places = zip(series["collection"], series["patient"], series["exam"], series["number"], strict=True)
    mapped = {place[:3] for place in sources}
    rows = zip(places, series["modality"], series["description"], series["manufacturer"], strict=True)
    kinds = [
        _of_mapped_exam(place in sources, modality, text)
        if place[:3] in mapped
        else _by_description(modality, text, maker)
        for place, modality, text, maker in rows
    ]
    return series.assign(kind=kinds)


def _sources(series: pd.DataFrame) -> list[tuple[str, str, int, int]]:
    maps = series[[MAP.search(text) is not None for text in series["description"]]]
    return [(row.collection, row.patient, row.exam, row.number // MAP_NUMBERS) for row in maps.itertuples()]


def _of_mapped_exam(source: bool, modality: str, text: str) -> str:
    found = MAP.search(text)
    if modality == "MR" and (source or found):
        return "dynamic" if found is None else found[1].lower()
    return _beside(modality)


def _by_description(modality: str, text: str, maker: str) -> str:
    if modality != "MR":
        return _beside(modality)
    if not text:
        return "undescribed"
    unwanted = PROCESSED.search(text) or OTHER_SEQUENCE.search(text) or maker.startswith("Confirma")
    return "dynamic" if CONTRAST.search(text) and not unwanted else "other"


def _beside(modality: str) -> str:
    return {"SEG": "seg", "SR": "report"}.get(modality, "other")
