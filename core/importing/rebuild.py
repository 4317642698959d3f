"""The paper's cohorts from the public archives into one study folder; what cannot be had is named.

Run again, it goes on: files that are there stay, labels and exclusions that the user wrote are kept.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from core.errors import NodescopeError
from core.progress import Report, silent
from core.study.archives import idc, liu2024, own_files, xena, xena_tables
from core.study.archives.faults import Cancelled, disk
from core.study.archives.headers import read_headers
from core.study.archives.idc_index import read_index
from core.study.archives.liu2024 import Known
from core.study.archives.missing import Missing, as_markdown, missing_of
from core.study.archives.series_folder import series_of
from core.study.archives.transfer import Client

GENE_SETS = "KEGG_2021_Human"
SEG = "VOI Breast Tissue Segmentation"  # the segmentation that the functional tumour volume lies in


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How far the study is: patients left by step, what is missing, what the archives did not give."""

    flow: pd.DataFrame
    missing: list[Missing]
    not_fetched: list[str]


def rebuild(
    folder: Path,
    report: Report = silent,
    cancelled: Callable[[], bool] = lambda: False,
    images: bool = True,
    client: Client | None = None,
) -> Rebuilt:
    """Write, and as far as the network allows fill, the study folder of Liu et al. 2024.

    ``images``: also download the series (some 20 GB). With a host unreachable everything else goes on. Raises
    CannotRun (FETCH-STOPPED, FETCH-DISK, IDC-INDEX), StudyError or TableError for a clinical.csv or
    exclusions.csv at fault, StudyError (LIU-FOLDER) for a folder in the place of a file.
    """
    own_files.check_layout(folder)
    archives, client = folder / "archives", client or Client()
    for name in ("archives", "images", "masks", "genesets"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    liu2024.write_study(folder)
    look(folder)  # the offline part stands before the network is asked
    lost: list[str] = []

    def attempt(work: Callable[[], object]) -> None:
        try:
            work()
        except Cancelled:
            raise
        except NodescopeError as error:
            lost.append(str(error))

    attempt(lambda: _expression(folder, report, cancelled, client))
    attempt(lambda: _gene_sets(folder))
    if images:
        outcome = idc.download(idc.make_plan(), archives / "idc", report, cancelled, client)
        lost += outcome.failed["message"].drop_duplicates().tolist()
        lost += _pictures(folder, report, cancelled)
    return look(folder, lost)


def look(folder: Path, not_fetched: list[str] | None = None) -> Rebuilt:
    """How far the study is, written into clinical.csv and MISSING.md too. Needs no network."""
    liu2024.adopt_lesions(folder / "masks")
    found, table = survey(folder, not_fetched)
    part = folder / f".{own_files.CLINICAL}"
    with disk():
        table.to_csv(part, index=False)
        part.replace(folder / own_files.CLINICAL)
        (folder / own_files.MISSING).write_text(as_markdown(found.flow, found.missing), encoding="utf-8")
    return found


def survey(folder: Path, not_fetched: list[str] | None = None) -> tuple[Rebuilt, pd.DataFrame]:
    """How far the study in a folder is, which need not exist yet, and its clinical table; writes nothing.

    Raises StudyError (LIU-LABEL, XENA-NODES) or TableError.
    """
    known, clinical = _known(folder)
    table = liu2024.clinical_table(known, clinical)
    labelled = table.dropna(subset=["lnm"])
    known = replace(known, labels=dict(zip(labelled["patient"], labelled["lnm"].astype(int), strict=True)))
    missing = missing_of(folder, known, table, not_fetched or [])
    return Rebuilt(liu2024.study_flow(known), missing, not_fetched or []), table


def _known(folder: Path) -> tuple[Known, pd.DataFrame | None]:
    series = read_index(idc.COLLECTIONS)
    chosen = series_of(idc.make_plan().series)
    clinical_file = folder / "archives" / "xena" / xena.DATASETS["star_fpkm"].clinical
    clinical = xena_tables.read_clinical(clinical_file) if clinical_file.is_file() else None
    expression = folder / "expression.tsv.gz"
    return Known(
        series=series,
        headers=read_headers(chosen, folder / "archives" / "idc"),
        expressed=xena_tables.patients_of(expression) if expression.is_file() else None,
        status=None if clinical is None else liu2024.tcga_status(clinical),
        labels=own_files.own_labels(folder),
        excluded=own_files.own_exclusions(folder),
        masks={path.name.partition(".")[0] for path in (folder / "masks").glob("[!.]*")},
    ), clinical


def _expression(folder: Path, report: Report, cancelled: Callable[[], bool], client: Client) -> None:
    target = folder / "expression.tsv.gz"
    paths = xena.download("star_fpkm", folder / "archives" / "xena", report, cancelled, client)
    if not target.is_file():
        series = read_index(["tcga_brca"])
        xena_tables.write_expression(
            paths["expression"], paths["probemap"], target, list(series["patient"].unique()),
            lambda done, total: report("Symbols for Ensembl ids", done, total),
        )  # fmt: skip


def _gene_sets(folder: Path) -> None:
    from core.genomics.gene_set_source import download

    target = folder / "genesets" / "kegg.gmt"
    if not target.is_file():
        text = download(GENE_SETS)
        target.write_text(text, encoding="utf-8")


def _pictures(folder: Path, report: Report, cancelled: Callable[[], bool]) -> list[str]:
    """Phases as NIfTI and, where PE, SER and SEG are there, the tumour mask; messages of who failed."""
    chosen = idc.make_plan().series
    lost = []
    groups = list(chosen.groupby(["collection", "patient"], sort=False))
    for done, ((_, patient), rows) in enumerate(groups):
        report("Images and masks", done, len(groups))
        if cancelled():
            raise Cancelled
        try:
            _picture(folder, str(patient), rows)
        except NodescopeError as error:
            lost.append(f"{patient}: {error}")
    return lost


def _picture(folder: Path, patient: str, rows: pd.DataFrame) -> None:
    from core.imaging.opening import case_mask, open_case
    from core.imaging.volumes import write_volume

    root, last = folder / "archives" / "idc", folder / "images" / f"{patient}_0.nii.gz"
    wanted = rows[rows["kind"].isin(("dynamic", "pe1", "ser")) | (rows["description"] == SEG)]
    series = series_of(wanted)
    if last.is_file() or not all(one.is_whole(root) for one in series):
        return
    with tempfile.TemporaryDirectory() as work:
        case = Path(work) / "case"
        for one in series:
            shutil.copytree(root / one.folder, case / one.folder)
        found = open_case(case, Path(work))
        if found.seg is not None:
            write_volume(case_mask(found), folder / "masks" / f"{patient}.nii.gz")
        for number in reversed(range(len(found.phases))):  # number 0 last: it says that all are there
            write_volume(found.phases[number], folder / "images" / f"{patient}_{number}.nii.gz")
