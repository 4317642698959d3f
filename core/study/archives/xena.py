"""Expression, probe map and clinical table of TCGA-BRCA from UCSC Xena's GDC hub.

Xena's FPKM tables are log2(fpkm + 1) already: genes (versioned Ensembl ids) x samples (barcodes).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from core.study.archives.faults import disk, require_space
from core.study.archives.hosts import xena_host
from core.study.archives.transfer import Client, Remote, describe, fetch

Progress = Callable[[str, int, int], None]  # title, MB done, MB in all
TERMS = "Open-access data of TCGA (NIH Genomic Data Commons): cite TCGA and UCSC Xena"


@dataclass(frozen=True, slots=True)
class Dataset:
    """The three files of one release; ``current``: False for the one that the hub has retired."""

    expression: str
    probemap: str
    clinical: str
    current: bool = True

    @property
    def names(self) -> tuple[str, str, str]:
        """Smallest first, so that a host that fails does so early."""
        return self.probemap, self.clinical, self.expression


DATASETS = {
    "star_fpkm": Dataset(
        "TCGA-BRCA.star_fpkm.tsv.gz",
        "gencode.v36.annotation.gtf.gene.probemap",
        "TCGA-BRCA.clinical.tsv.gz",
    ),
    "htseq_fpkm": Dataset(
        "TCGA-BRCA.htseq_fpkm.tsv.gz",
        "gencode.v22.annotation.gene.probeMap",
        "TCGA-BRCA.GDC_phenotype.tsv.gz",
        current=False,
    ),
}


def describe_files(dataset: str, client: Client | None = None, host: str | None = None) -> list[Remote]:
    """The three files with their sizes; asks the hub. Raises CannotRun (FETCH-*)."""
    place = host or xena_host()
    return [describe(f"{place}/{name}", client or Client()) for name in DATASETS[dataset].names]


def download(
    dataset: str,
    folder: Path,
    progress: Progress = lambda _title, _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
    client: Client | None = None,
    host: str | None = None,
) -> dict[str, Path]:
    """Put probe map, clinical table and expression of a dataset into ``folder``; goes on where it stopped.

    The paths by what they are: probemap, clinical, expression. Raises CannotRun (FETCH-*).
    """
    client = replace(client or Client(), cancelled=cancelled)
    remotes = describe_files(dataset, client, host)
    total, done, lock = sum(r.size or 0 for r in remotes), [0], Lock()

    def arrived(count: int) -> None:
        with lock:
            done[0] += count
            progress("Downloading TCGA-BRCA from UCSC Xena, MB", done[0] // 1_000_000, total // 1_000_000)

    client = replace(client, arrived=arrived)
    paths = [folder / remote.url.rsplit("/", 1)[-1] for remote in remotes]
    with disk():
        folder.mkdir(parents=True, exist_ok=True)
        there = sum(path.stat().st_size for path in paths if path.is_file())
        require_space(folder, total - there)
    for remote, path in zip(remotes, paths, strict=True):
        fetch(remote, path, client)
    return dict(zip(("probemap", "clinical", "expression"), paths, strict=True))
