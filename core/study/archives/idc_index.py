"""The series of IDC collections, from the index that the package idc-index-data brings: no network."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from core.errors import CannotRun, StudyError
from core.study.archives.kinds import with_kinds

PACKAGE = "idc-index-data"
# One parquet file of all a million series: filtered where it lies (0.5 s; pandas' reader takes 3 s).
# An exam is a study that holds MR. What belongs to no exam (segmentations of slides) falls away.
QUERY = """
WITH wanted AS (
    SELECT * FROM read_parquet($file)
    WHERE collection_id IN (SELECT unnest($collections)) AND Modality IN ('MR', 'SEG', 'SR')
), exams AS (
    SELECT PatientID, StudyInstanceUID, row_number() OVER (
        PARTITION BY PatientID ORDER BY min(StudyDate), StudyInstanceUID) AS exam
    FROM wanted WHERE Modality = 'MR' GROUP BY PatientID, StudyInstanceUID
)
SELECT collection_id AS collection, PatientID AS patient, exam, Modality AS modality,
    coalesce(Manufacturer, '') AS manufacturer, coalesce(SeriesDescription, '') AS description,
    coalesce(TRY_CAST(SeriesNumber AS BIGINT), 0) AS number, instanceCount AS instances,
    CAST(round(series_size_MB * 1e6) AS BIGINT) AS bytes, license_short_name AS licence,
    lower(source_DOI) AS doi, aws_bucket AS bucket, crdc_series_uuid AS uuid
FROM wanted JOIN exams USING (PatientID, StudyInstanceUID)
ORDER BY collection, patient, exam, number, uuid
"""


def read_index(collections: Sequence[str]) -> pd.DataFrame:
    """MR series of IDC collections, with the segmentations, maps and reports of the same exams.

    A row per series: [collection, patient, exam, modality, manufacturer, description, number, instances,
    bytes, licence, doi, bucket, uuid, kind]; exams of a patient count from 1 by date, ``kind`` as in
    `core.study.archives.kinds`. Raises StudyError (IDC-COLLECTION) for a collection without MR, CannotRun
    (IDC-INDEX) where the index is not installed.
    """
    import duckdb

    given = {"file": str(_file()), "collections": list(collections)}
    with duckdb.connect() as database:
        table = database.execute(QUERY, given).df()
    missing = sorted(set(collections) - set(table["collection"]))
    if missing:
        fix = "Name it as the IDC does: tcga_brca, breast_mri_nact_pilot, ..."
        raise StudyError("IDC-COLLECTION", "Collections of the IDC that hold MR", ", ".join(missing), fix)
    return with_kinds(table)


def index_version() -> str:
    """Version of the installed index; its first number is the IDC's data release."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        raise _no_index() from None


def _file() -> Path:
    try:
        from idc_index_data import IDC_INDEX_PARQUET_FILEPATH as FILE
    except (ImportError, FileNotFoundError):
        raise _no_index() from None
    if FILE is None:
        raise _no_index()
    return Path(FILE)


def _no_index() -> CannotRun:
    fix = "Install what requirements.txt names."
    return CannotRun("IDC-INDEX", "The index of the Imaging Data Commons must be installed", "none", fix)
