"""Parquet tables, read in the thread that asks."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def read_frame(source: Path | bytes) -> pd.DataFrame:
    """A table from a file or its bytes. Raises pyarrow's errors where it is none.

    pandas hands Arrow a Python file, which Arrow's threads may still hold when the interpreter ends: then
    the process aborts after its work is done (Arrow issue 34314).
    """
    with pq.ParquetFile(source if isinstance(source, Path) else pa.BufferReader(source)) as file:
        return file.read(use_threads=False).to_pandas(use_threads=False)
