"""Where a downloaded series lies, and how one tells that it is whole."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

RECORD = ["collection", "patient", "exam", "kind", "folder", "instances", "bytes", "licence", "doi", "uuid"]


@dataclass(frozen=True, slots=True)
class Series:
    """One series of the archive; ``folder`` is its place below the download folder."""

    collection: str
    patient: str
    exam: int
    kind: str
    instances: int
    bytes: int
    bucket: str
    uuid: str
    folder: str

    def is_whole(self, root: Path) -> bool:
        """Whether all instances are there under the final name."""
        sizes = [file.stat().st_size for file in self.files(root)]
        return (len(sizes), sum(sizes)) == (self.instances, self.bytes)

    def files(self, root: Path) -> list[Path]:
        """Instances under the final name."""
        return sorted((root / self.folder).glob("[!.]*.dcm"))

    def begin(self, root: Path) -> Path:
        """The hidden folder that instances are collected in; a final one that lost some becomes it again."""
        place, part = root / self.folder, self._part(root)
        if place.is_dir() and not part.exists():
            place.rename(part)
        part.mkdir(parents=True, exist_ok=True)
        return part

    def finish(self, root: Path) -> None:
        """Give the collected instances their final name."""
        part = self._part(root)
        for leftover in part.glob(".*.part"):  # of a version that the archive no longer holds
            leftover.unlink()
        part.rename(root / self.folder)

    def _part(self, root: Path) -> Path:
        place = root / self.folder
        return place.with_name(f".{place.name}.part")


def series_of(table: pd.DataFrame) -> list[Series]:
    """The rows of `read_index` as series, each with a folder of its own."""
    named = _with_folders(table)
    fields = list(Series.__dataclass_fields__)
    return [Series(*row) for row in named[fields].itertuples(index=False, name=None)]


def write_records(table: pd.DataFrame, index: str, root: Path) -> None:
    """``series.csv`` (what lies where, without dates and UIDs) and ``ATTRIBUTION.txt`` (licence and DOI)."""
    root.mkdir(parents=True, exist_ok=True)
    _with_folders(table)[RECORD].to_csv(root / "series.csv", index=False)
    lines = [
        f"{collection}: {licence}, https://doi.org/{doi}"
        for collection, licence, doi in sorted(set(zip(table["collection"], table["licence"], table["doi"],
                                                       strict=True)))
    ]  # fmt: skip
    head = [
        f"From NCI's Imaging Data Commons, data release {index.partition('.')[0]}.",
        "Cite these sources, and do not try to identify anyone:",
    ]
    (root / "ATTRIBUTION.txt").write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")


def _with_folders(table: pd.DataFrame) -> pd.DataFrame:
    names = [
        f"{row.collection}/{row.patient}/exam{row.exam}/{row.kind}_{row.number}" for row in table.itertuples()
    ]
    twice = pd.Series(names, index=table.index).duplicated(keep=False)
    pairs = zip(names, table["uuid"], twice, strict=True)
    return table.assign(folder=[f"{name}_{uuid[:8]}" if double else name for name, uuid, double in pairs])
