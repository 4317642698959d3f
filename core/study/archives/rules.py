"""Who is chosen from a collection: the rules one after the other, each with the patients that it leaves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.errors import StudyError

Source = Literal["index", "headers", "xena", "you", "elsewhere"]
Keep = Callable[[pd.DataFrame], pd.Series]
COLUMNS = [
    "cohort", "role", "step", "rule", "source", "n", "left_out", "reasons", "unknown", "series", "bytes",
]  # fmt: skip
NOT_YET = "not yet known"
SOURCES: dict[Source, str] = {
    "index": "the index", "headers": "image headers", "xena": "UCSC Xena", "you": "your files",
    "elsewhere": "no archive",
}  # fmt: skip
HEADERS_SAID = (
    "Field strength, plane and visit stand only in the headers of the images: known once downloaded."
)
HEADERS = ("tesla", "orientation", "visit")
TITLES = {"tcga_brca": "TCGA-BRCA", "breast_mri_nact_pilot": "Breast-MRI-NACT-Pilot"}
FIRST_VISIT = r"(?<!\d)1$"  # MRI_1, as the NACT pilot calls it
COMPANIONS = ("pe1", "pe2", "ser", "seg", "report")


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the flow: the series that it keeps; ``needs``: what of the headers decides it.

    ``without`` says of a patient who is left without a series why.
    """

    name: str
    title: str
    without: str
    keep: Keep | None = None
    needs: str = ""
    origin: Source | None = None

    @property
    def source(self) -> Source:
        """What decides: ``origin``, else the headers where they are needed, the index, or no archive."""
        return self.origin or ("elsewhere" if self.keep is None else "headers" if self.needs else "index")


def _first_exam(series: pd.DataFrame) -> pd.Series:
    return series["exam"] == series.groupby("patient")["exam"].transform("min")


def _maker(series: pd.DataFrame) -> pd.Series:
    return series["manufacturer"].str.startswith("GE ")


def _field(series: pd.DataFrame) -> pd.Series:
    return (series["tesla"] - 1.5).abs() < 0.1


def _first_visit(series: pd.DataFrame) -> pd.Series:
    return series["visit"].str.contains(FIRST_VISIT)


ALL_RULES = (
    Rule("mr", "MR in the archive", "no MR", lambda s: s["modality"] == "MR"),
    Rule("ge", "GE scanner", "other makers only", _maker),
    Rule("dynamic", "Dynamic series recognised", "none recognised", lambda s: s["kind"] == "dynamic"),
    Rule("maps", "PE, SER and SEG in the exam", "not all in any exam", lambda s: s["mapped"]),
    Rule("first_exam", "First such exam", "", _first_exam),
    Rule("field", "1.5 T", "another field strength", _field, "tesla"),
    Rule("sagittal", "Sagittal", "other planes", lambda s: s["orientation"] == "sagittal", "orientation"),
    Rule("baseline", "Visit before treatment", "another visit", _first_visit, "visit"),
    Rule("preoperative", "Before surgery", "not in the archive"),
)
RULES = {rule.name: rule for rule in ALL_RULES}
USUAL = {
    "breast_mri_nact_pilot": ("mr", "ge", "dynamic", "maps", "first_exam", "field", "sagittal", "baseline"),
}
OTHERWISE = ("mr", "ge", "dynamic", "first_exam", "field", "sagittal", "preoperative")


def rules_of(collection: str, names: Sequence[str] | None = None) -> list[Rule]:
    """The rules for a collection in the order of the registry, or those named; "mr" always stands first.

    Raises StudyError (IDC-RULE) for a name that is none.
    """
    wanted = USUAL.get(collection, OTHERWISE) if names is None else ("mr", *names)
    unknown = sorted(set(wanted) - set(RULES))
    if unknown:
        raise StudyError("IDC-RULE", f"Rules are {', '.join(RULES)}", ", ".join(unknown))
    return [rule for name, rule in RULES.items() if name in wanted]


def flow(
    series: pd.DataFrame, rules: Mapping[str, Sequence[Rule]], headers: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Patients, series and bytes that each rule leaves, per collection, in the frame `inclusion` gives too.

    Args:
        series: table of `read_index`.
        rules: collection -> its rules.
        headers: [uuid, tesla, orientation, visit] of the series downloaded so far.

    ``n`` is missing from the first rule on that is not decided for everybody; ``unknown`` then says so in a
    few words, ``reasons`` in more.
    """
    rows: list[dict[str, object]] = []
    for collection, steps in rules.items():
        left: pd.DataFrame | None = _with_headers(series, headers, collection)
        for rule in steps:
            left, row = _step(left, rule)
            rows.append({"cohort": TITLES.get(collection, collection), "role": role(collection), **row})
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"n": "Int64", "left_out": "int64", "series": "Int64", "bytes": "Int64"})


def choose(
    series: pd.DataFrame, rules: Mapping[str, Sequence[Rule]], headers: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The series to download: what the rules of the index leave, with maps, SEG and reports of the exam.

    With ``headers`` also what the rules of the headers leave, as far as they are known.
    """
    parts = [
        _with_companions(
            decided(series, collection, steps, headers), series[series["collection"] == collection]
        )
        for collection, steps in rules.items()
    ]
    return pd.concat(parts, ignore_index=True)


def decided(
    series: pd.DataFrame, collection: str, steps: Sequence[Rule], headers: pd.DataFrame | None = None
) -> pd.DataFrame:
    """MR series of a collection that no rule rules out so far: what is not known yet stays."""
    left = _with_headers(series, headers, collection)
    for rule in steps:
        if rule.keep is not None:
            kept = rule.keep(left).astype(bool)
            left = left[kept | left[rule.needs].isna()] if rule.needs else left[kept]
    return left


def role(collection: str) -> str:
    """The paper's role of a collection; any other can only validate."""
    return "training" if collection == "tcga_brca" else "validation"


def _step(left: pd.DataFrame | None, rule: Rule) -> tuple[pd.DataFrame | None, dict[str, object]]:
    row: dict[str, object] = {"step": rule.title, "rule": rule.name, "source": rule.source, "left_out": 0}
    if rule.keep is None:
        return None, row | {"unknown": rule.without, "reasons": rule.without}
    if left is None:
        return None, row | {"unknown": NOT_YET, "reasons": NOT_YET}
    everybody = list(dict.fromkeys(left["patient"]))
    if rule.needs and left[rule.needs].isna().any():
        read = left.groupby("patient")[rule.needs].apply(lambda v: v.notna().all()).sum()
        said = f"{NOT_YET}: read of {read} of {len(everybody)} patients"
        return None, row | {"unknown": NOT_YET, "reasons": said}
    kept = left[rule.keep(left).astype(bool)]
    out = sorted(set(everybody) - set(kept["patient"]))
    return kept, row | {
        "n": kept["patient"].nunique(), "left_out": len(out), "series": len(kept),
        "bytes": int(kept["bytes"].sum()), "reasons": f"{len(out)} {rule.without}" if out else "",
        "unknown": "",
    }  # fmt: skip


def _with_headers(series: pd.DataFrame, headers: pd.DataFrame | None, collection: str) -> pd.DataFrame:
    own = series[series["collection"] == collection]
    kinds = own.groupby(["patient", "exam"])["kind"].agg(_is_mapped)
    own = own.join(kinds.rename("mapped"), on=["patient", "exam"])
    if headers is None:
        return own.assign(**dict.fromkeys(HEADERS))
    return own.merge(headers[["uuid", *HEADERS]], on="uuid", how="left")


def _is_mapped(kinds: pd.Series) -> bool:
    """One exam of the NACT pilot holds PE2 in place of PE1, which is then computed from its phases."""
    return {"ser", "seg"} <= set(kinds) and not {"pe1", "pe2"}.isdisjoint(kinds)


def _with_companions(chosen: pd.DataFrame, everything: pd.DataFrame) -> pd.DataFrame:
    exams = chosen[["patient", "exam"]].drop_duplicates()
    beside = everything[everything["kind"].isin(COMPANIONS)].merge(exams, on=["patient", "exam"])
    table = pd.concat([chosen[everything.columns], beside]).drop_duplicates("uuid")
    return table.sort_values(["patient", "exam", "number"], ignore_index=True)
