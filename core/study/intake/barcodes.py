"""Joining patient codes to the names of image folders and expression columns; every join is shown.

TCGA barcodes: the first 12 characters are the patient, 14-15 the sample type (01 primary tumour, 11 normal).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

RULES = {
    "exact": "the same text",
    "case": "the same but for upper and lower case",
    "separators": "the same but for - _ . and blanks",
    "tcga": "the first 12 characters of a TCGA barcode; tumour sample 01 first, normal samples never",
    "padding": "the same but for zeros before numbers",
    "affix": "the code with more before or after it",
    "part": "the end of the code alone",
    "number": "the same number, where all codes begin alike and all names begin alike",
}
BARCODE = re.compile(r"tcga-[a-z0-9]{2}-[a-z0-9]{4}(?=-|$)")
_SAMPLE = re.compile(r"-(\d\d)([a-z]?)(?:-|$)")
_NORMAL = "12"  # first digit of the types 10 to 29: normal tissue and controls
Row = tuple[str, str, str, str, str]
Keys = Callable[[str], list[object]]
COLUMNS = ["patient", "matched", "rule", "candidates", "problem"]


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """``table``: [patient, matched, rule, candidates, problem], one row per patient in the order given.

    ``matched`` is "" where ``problem`` says why; ``candidates``: all names that the rule found, joined by
    ", ". ``unused``: names that no patient took.
    """

    table: pd.DataFrame
    unused: tuple[str, ...]

    @property
    def pairs(self) -> dict[str, str]:
        """Patient -> name."""
        good = self.table[self.table["matched"] != ""]
        return dict(zip(good["patient"], good["matched"], strict=True))

    @property
    def unmatched(self) -> tuple[str, ...]:
        """Patients for whom no name was found."""
        return tuple(
            self.table.loc[(self.table["matched"] == "") & (self.table["candidates"] == ""), "patient"]
        )

    @property
    def ambiguous(self) -> pd.DataFrame:
        """Rows of patients with several names, or whose name another patient could claim."""
        return self.table[(self.table["matched"] == "") & (self.table["candidates"] != "")]


def match(patients: Iterable[str], names: Iterable[str], chosen: Mapping[str, str] | None = None) -> Matches:
    """Find the name of each patient by the first rule of ``RULES`` that finds any.

    A name that one rule gave away is not offered to later ones, and a name that two patients claim by the
    same rule goes to neither. ``chosen``: patient -> name as the user decided; these come first.
    """
    wanted, pool = list(dict.fromkeys(patients)), list(dict.fromkeys(names))
    rows = {p: (p, n, "chosen", n, "") for p, n in (chosen or {}).items() if p in wanted and n in pool}
    free = [name for name in pool if name not in {row[1] for row in rows.values()}]
    for rule, keys in {**_KEYS, **_by_number(wanted, pool)}.items():
        open_ = [p for p in wanted if p not in rows]
        found = _found(open_, free, keys)
        claims = Counter(name for names_ in found.values() for name in names_)
        for patient, candidates in found.items():
            rows[patient] = _row(patient, candidates, rule, claims)
        free = [name for name in free if name not in claims]
    table = [rows.get(p, (p, "", "", "", "not found")) for p in wanted]
    taken = {row[1] for row in table}
    return Matches(pd.DataFrame(table, columns=COLUMNS), tuple(n for n in pool if n not in taken))


def sample_type(name: str) -> str:
    """TCGA sample type and vial of a barcode, "01A" say; "" where it names none."""
    plain = _separated(name)
    head = BARCODE.match(plain)
    found = _SAMPLE.match(plain[head.end() :]) if head else None
    return f"{found[1]}{found[2].upper()}" if found else ""


def _row(patient: str, candidates: list[str], rule: str, claims: Counter[str]) -> Row:
    shown = ", ".join(candidates)
    kept = _tumours(candidates) if rule == "tcga" else candidates
    if not kept:
        return patient, "", rule, shown, "normal samples only"
    if len(kept) > 1:
        return patient, "", rule, shown, f"{len(kept)} names"
    if claims[kept[0]] > 1:
        return patient, "", rule, shown, "another patient could be meant as well"
    return patient, kept[0], rule, shown, ""


def _tumours(names: list[str]) -> list[str]:
    """The one of the lowest tumour type and vial; of its aliquots the first by name. Folders have no type."""
    types = {name: sample_type(name) for name in names}
    good = [name for name in names if types[name][:1] not in _NORMAL or not types[name]]
    if not any(types[name] for name in good):
        return good
    return [min((name for name in good if types[name]), key=lambda name: (types[name], name))]


def _found(patients: list[str], names: list[str], keys: tuple[Keys, Keys]) -> dict[str, list[str]]:
    """Names of each patient that share a key with the patient."""
    of_patient, of_name = keys
    by_key: dict[object, list[str]] = {}
    for name in names:
        for key in filter(None, of_name(name)):
            by_key.setdefault(key, []).append(name)
    found = {p: [name for key in of_patient(p) for name in by_key.get(key, [])] for p in patients}
    return {patient: list(dict.fromkeys(candidates)) for patient, candidates in found.items() if candidates}


def _separated(text: str) -> str:
    return re.sub(r"[\s._-]+", "-", text.strip().casefold())


def _exact(text: str) -> list[object]:
    return [text]


def _cased(text: str) -> list[object]:
    return [text.casefold()]


def _joined(text: str) -> list[object]:
    return [_separated(text)]


def _barcode(text: str) -> list[object]:
    found = BARCODE.match(_separated(text))
    return [found[0]] if found else []


def _tokens(text: str) -> tuple[str, ...]:
    """Words and numbers, numbers without the zeros before them: NACT_07 and nact-7 are alike."""
    parts = re.findall(r"[^\W\d_]+|\d+", text.casefold())
    return tuple(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)


def _whole(text: str) -> list[object]:
    return [_tokens(text)]


def _ends(text: str) -> list[object]:
    tokens = _tokens(text)
    return [tokens[k:] for k in range(1, len(tokens))]


def _parts(text: str) -> list[object]:
    """Every beginning, end and middle in whole words and numbers; a middle of numbers alone says nothing."""
    tokens = _tokens(text)
    spans = [(i, k) for i in range(len(tokens)) for k in range(i + 1, len(tokens) + 1)]
    edge = [s for s in spans if 0 in s or s[1] == len(tokens) or any(t.isalpha() for t in tokens[slice(*s)])]
    return [tokens[slice(*span)] for span in edge if span != (0, len(tokens))]


def _by_number(patients: list[str], names: list[str]) -> dict[str, tuple[Keys, Keys]]:
    """UCSF-BR-06 and NACT_06: only where nothing but the last number tells codes, and names, apart."""
    stems = [{_tokens(text)[:-1] for text in texts} for texts in (patients, names)]
    numbered = all(_tokens(text)[-1:] and _tokens(text)[-1].isdigit() for text in (*patients, *names))
    if not numbered or any(len(stem) != 1 for stem in stems):
        return {}

    def number(text: str) -> list[object]:
        return [_tokens(text)[-1]]

    return {"number": (number, number)}


_KEYS: dict[str, tuple[Keys, Keys]] = {
    "exact": (_exact, _exact),
    "case": (_cased, _cased),
    "separators": (_joined, _joined),
    "tcga": (_barcode, _barcode),
    "padding": (_whole, _whole),
    "affix": (_whole, _parts),
    "part": (_ends, _whole),
}
