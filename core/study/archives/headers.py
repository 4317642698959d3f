"""What only the images' headers say: field strength, orientation, visit."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pydicom

from core.study.archives.rules import HEADERS
from core.study.archives.series_folder import Series

TAGS = ["MagneticFieldStrength", "ImageOrientationPatient", "ClinicalTrialTimePointDescription"]
GAUSS = 100  # a field beyond it is in gauss, as the NACT pilot writes it
PLANES = ("sagittal", "coronal", "axial")  # by the patient axis that crosses the slices
NOWHERE = -1.0  # the header was read and does not say


def read_headers(series: Iterable[Series], folder: Path) -> pd.DataFrame:
    """[uuid, tesla, orientation, visit] of each series that is complete in ``folder``, from one instance.

    ``tesla`` -1, ``orientation`` and ``visit`` "" where the header does not say. ``visit`` is MRI_1
    for the first, as the NACT pilot calls it.
    """
    rows = [(one.uuid, *_read(one, folder)) for one in series if one.is_whole(folder)]
    return pd.DataFrame(rows, columns=["uuid", *HEADERS])


def _read(series: Series, folder: Path) -> tuple[float, str, str]:
    first = series.files(folder)[0]
    try:
        head = pydicom.dcmread(BytesIO(first.read_bytes()), stop_before_pixels=True, specific_tags=TAGS)
        return _tesla(head), _plane(head), str(head.get(TAGS[2]) or "").strip()
    except Exception:  # noqa: BLE001 - pydicom raises whatever a damaged header leads to
        return NOWHERE, "", ""


def _tesla(head: pydicom.Dataset) -> float:
    value = float(head.get(TAGS[0]) or NOWHERE)
    return value / 10_000 if value > GAUSS else value


def _plane(head: pydicom.Dataset) -> str:
    cosines = np.array(head.get(TAGS[1]) or (), dtype=float)
    if cosines.shape != (6,):
        return ""
    return PLANES[int(np.argmax(np.abs(np.cross(cosines[:3], cosines[3:]))))]
