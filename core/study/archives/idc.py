"""Series of the Imaging Data Commons: chosen from its index, downloaded series by series.

plan = make_plan(["breast_mri_nact_pilot"])          # offline
outcome = download(plan, folder, progress=print, cancelled=lambda: False)
plan = make_plan(["breast_mri_nact_pilot"], folder=folder)   # with what the headers say
"""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

import pandas as pd

from core.errors import CannotRun
from core.study.archives import rules
from core.study.archives.bucket import list_objects
from core.study.archives.faults import disk, no_listing, require_space
from core.study.archives.headers import read_headers
from core.study.archives.hosts import idc_host
from core.study.archives.idc_index import index_version, read_index
from core.study.archives.series_folder import Series, series_of, write_records
from core.study.archives.transfer import Client, Remote, fetch

COLLECTIONS = ("tcga_brca", "breast_mri_nact_pilot")
AT_ONCE = 8  # files of a series
GIVE_UP = 3  # series in turn that no answer came for; the first of all says enough
UNREACHABLE = ("FETCH-OFFLINE", "FETCH-TIMEOUT", "FETCH-SERVER", "FETCH-ADDRESS", "FETCH-LISTING")
INSTANCE = re.compile(r"[^.].*\.dcm")
Progress = Callable[[str, int, int], None]  # title, MB done, MB in all


@dataclass(frozen=True, slots=True)
class Plan:
    """What the rules leave: ``series`` to download, ``flow`` with counts per rule, the index's version.

    ``contents``: [collection, kind, patients, series, bytes, licence] of ``series``.
    """

    series: pd.DataFrame
    flow: pd.DataFrame
    index: str

    @property
    def bytes(self) -> int:
        """Size of the download."""
        return int(self.series["bytes"].sum())

    @property
    def contents(self) -> pd.DataFrame:
        """What the download holds, by collection and kind."""
        groups = self.series.groupby(["collection", "kind", "licence"], as_index=False)
        return groups.agg(patients=("patient", "nunique"), series=("uuid", "size"), bytes=("bytes", "sum"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Series that are complete now, and for the others why: [patient, folder, message]."""

    complete: int
    failed: pd.DataFrame


def make_plan(
    collections: Sequence[str] = COLLECTIONS, names: Sequence[str] | None = None, folder: Path | None = None
) -> Plan:
    """What would be downloaded, without a network; ``names``: rules, else the collection's usual ones.

    ``folder``: where series were downloaded before; their headers decide what the index cannot. Raises
    StudyError (IDC-COLLECTION, IDC-RULE), CannotRun (IDC-INDEX).
    """
    everything = read_index(collections)
    steps = {collection: rules.rules_of(collection, names) for collection in collections}
    chosen = rules.choose(everything, steps)
    headers = None if folder is None else read_headers(series_of(chosen), folder)
    return Plan(chosen, rules.flow(everything, steps, headers), index_version())


def download(
    plan: Plan,
    folder: Path,
    progress: Progress = lambda _title, _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
    client: Client | None = None,
    host: str | None = None,
) -> Outcome:
    """Download every series of a plan that is not complete in ``folder`` yet.

    A series has its folder ``collection/patient/examN/kind_number`` only when every instance is in it. One
    that fails is named in the outcome and the others go on, until no answer comes any more. Raises
    CannotRun (FETCH-STOPPED, FETCH-DISK).
    """
    wanted, tally = series_of(plan.series), _Tally(progress, plan.bytes)
    client = replace(client or Client(), cancelled=cancelled, arrived=tally.add)
    failed: list[tuple[str, str, str]] = []
    error, silent = None, 0
    with disk():
        write_records(plan.series, plan.index, folder)
        require_space(folder, sum(series.bytes for series in wanted if not series.is_whole(folder)))
        for series in wanted:
            tally.title = f"Downloading {rules.TITLES.get(series.collection, series.collection)}, MB"
            if silent < (GIVE_UP if tally.done else 1) or series.is_whole(folder):
                error = _attempt(series, folder, client, host or idc_host())
            silent = silent + 1 if error is not None and error.code in UNREACHABLE else 0
            if error is not None:
                failed.append((series.patient, series.folder, str(error)))
    table = pd.DataFrame(failed, columns=["patient", "folder", "message"])
    return Outcome(len(wanted) - len(failed), table)


class _Tally:
    """Bytes so far, counted by several threads."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.title, self._progress, self._total = "", progress, total
        self.done, self._lock = 0, Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self.done += count
            self._progress(self.title, self.done // 1_000_000, self._total // 1_000_000)


def _attempt(series: Series, folder: Path, client: Client, host: str) -> CannotRun | None:
    """None once the series is whole, else what stands in its way and not in that of the others."""
    try:
        _download_series(series, folder, client, host)
    except CannotRun as error:
        if error.code in ("FETCH-STOPPED", "FETCH-DISK"):
            raise
        return error
    return None


def _download_series(series: Series, folder: Path, client: Client, host: str) -> None:
    client.check()
    if series.is_whole(folder):
        client.arrived(series.bytes)
        return
    objects = list_objects(host, series.bucket, f"{series.uuid}/", client)
    _check_listing(series, objects)
    part = series.begin(folder)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = [
            pool.submit(fetch, remote, part / remote.url.rsplit("/", 1)[-1], client) for remote in objects
        ]
        try:
            for job in jobs:
                job.result()
        except BaseException:  # an interrupt too: what waits in the queue must not be begun
            pool.shutdown(cancel_futures=True)
            raise
    series.finish(folder)


def _check_listing(series: Series, objects: list[Remote]) -> None:
    names = {remote.url.rsplit("/", 1)[-1] for remote in objects}
    if len(names) < len(objects) or not all(INSTANCE.fullmatch(name) for name in names):
        raise no_listing("files that are no DICOM instances of one series")
    size = sum(remote.size or 0 for remote in objects)
    if (len(objects), size) != (series.instances, series.bytes):
        raise CannotRun(
            "FETCH-SERIES",
            f"The archive must hold the series as its index says, {series.instances} files of "
            f"{series.bytes:,} bytes",
            f"{len(objects)} of {size:,}",
            "The archive has a newer release: install the newer idc-index-data.",
        )
