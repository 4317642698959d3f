"""Reading a gene expression table: TSV, CSV or GCT, plain or gzipped."""

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import Problem, TableError
from core.faults import RAISE, Faults
from core.regular import regular

MISSING = frozenset({"", "na", "nan", "null", "n/a"})
LARGEST = 1e15  # no count and no intensity comes near it; squares and sums of more lose digits, or overflow
LONGEST = 1 << 24  # letters of a line, some million samples
SHOWN, ENOUGH = 20, 1000  # problems listed in the error; problems after which reading stops
LAYOUT = "gene ids in the first column, one column of numbers per sample"
CODE, EXPECTED = "EXPRESSION-TABLE", f"An expression table has {LAYOUT}"


@dataclass(slots=True)
class _Table:
    """What has been read so far, and everything found wrong with it."""

    samples: list[str]
    annotations: int
    genes: list[str] = field(default_factory=list)
    rows: list[NDArray[np.float64]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, found: str, fix: str, row: int | None = None, column: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(CODE, EXPECTED, found, fix, row=row, column=column))


def read_expression(path: str | Path, faults: Faults = RAISE) -> pd.DataFrame:
    """Expression values, genes x samples, as they stand in the file; missing cells become NaN.

    Tab, comma and semicolon are recognised, gzip by its content, GCT by its first line; the first
    column holds the gene ids (Xena's layout). Gene ids may repeat: `prepare` collapses them.
    Raises TableError where the file is empty, damaged or no text; adds one that lists every problem at once:
    cells that are no finite numbers or beyond LARGEST (0 where ``faults`` collects), rows of a wrong length
    (left out) or without an id, repeated samples (the first stands).
    """
    try:
        with _open(Path(path)) as text:
            table = _read(text)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise _unreadable(
            "a compressed file that is cut off or damaged", "Download the file again."
        ) from None
    except (UnicodeDecodeError, csv.Error):
        raise _unreadable("bytes that are no text", "Save it as tab-separated text.") from None
    except OSError:
        raise _unreadable("a file that cannot be opened", "Check that it is there and readable.") from None
    if table.problems and not (table.rows and table.samples):
        raise _faulty(table.problems)
    if table.problems:
        faults.add(_faulty(table.problems))
    index = pd.Index(table.genes, name="gene", dtype=object)
    columns = pd.Index(table.samples, dtype=object)
    frame = pd.DataFrame(np.vstack(table.rows), index=index, columns=columns)
    return frame if columns.is_unique else frame.loc[:, ~columns.duplicated()]


def _open(path: Path) -> TextIO:
    with regular(path).open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    if zipped:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(LONGEST):
        if len(line) == LONGEST:
            raise _unreadable(f"a line of more than {LONGEST:,} letters", "Save one gene a line.")
        yield line


def _read(text: TextIO) -> _Table:
    lines = _lines(text)
    line, number, declared = next(lines, ""), 1, None
    if line.startswith("#1."):
        declared = next(lines, "").split()
        line, number = next(lines, ""), 3
    if not line.strip():
        raise _unreadable("an empty file", f"Supply a table with {LAYOUT}.")
    separator = max("\t,;", key=line.count)
    header = [name.strip() for name in next(csv.reader([line], delimiter=separator))]
    annotations = 1 if declared is None else 2
    table = _Table(header[annotations:], annotations)
    reader = csv.reader(lines, delimiter=separator)
    for at, row in enumerate(_headed(reader, header, table), start=number + 1):
        _add_row(table, at, row)
        if len(table.problems) >= ENOUGH:
            break
    _check_whole(table, declared)
    return table


def _headed(reader: Iterator[list[str]], header: list[str], table: _Table) -> Iterator[list[str]]:
    """The data rows; R's write.table leaves the corner cell out, so its header is one name short."""
    for i, row in enumerate(reader):
        if i == 0 and table.annotations == 1 and len(row) == len(header) + 1:
            table.samples = header
        yield row


def _add_row(table: _Table, number: int, row: list[str]) -> None:
    if not any(cell.strip() for cell in row):
        return
    gene, cells = row[0].strip(), row[table.annotations :]
    if not gene:
        table.add("no gene id", "Name the gene, or remove the row.", number)
    if len(cells) != len(table.samples):
        found = f"{len(cells)} values for {len(table.samples)} samples"
        table.add(found, "Give every sample one cell.", number)
        return
    table.genes.append(gene)
    table.rows.append(_numbers(table, number, gene, cells))


def _numbers(table: _Table, number: int, gene: str, cells: list[str]) -> NDArray[np.float64]:
    try:
        values = np.array(cells, dtype=np.float64)
    except ValueError:
        values = np.array([_number(cell) for cell in cells])
    for at in np.flatnonzero(np.abs(values) > LARGEST):
        wrong = "no finite number" if np.isinf(values[at]) else f"beyond {LARGEST:.0e}"
        found = f"'{cells[at].strip()[:20]}' of {gene[:40]} is {wrong}"
        fix = "Correct the cell, or leave it empty where it was not measured."
        table.add(found, fix, number, table.samples[at])
        values[at] = 0
    return values


def _number(cell: str) -> float:
    """The cell's number; NaN where it is missing, infinite where it is no number."""
    if cell.strip().lower() in MISSING:
        return np.nan
    try:
        return float(cell)
    except ValueError:
        return np.inf


def _check_whole(table: _Table, declared: list[str] | None) -> None:
    repeated = [name for name, count in Counter(table.samples).items() if count > 1]
    for name in repeated:
        table.add(f"sample {name} stands in several columns", "Keep one of them.", 1, name)
    if "" in table.samples:
        table.add("a column of numbers has no sample id", "Name the sample.", 1)
    if not table.samples:
        table.add("no sample columns", f"Supply a table with {LAYOUT}.")
    if not table.rows and not table.problems:
        table.add("no rows below the header", f"Supply a table with {LAYOUT}.")
    found = [str(len(table.genes)), str(len(table.samples))]
    if declared is not None and declared[:2] != found and not table.problems:
        said = f"{' x '.join(found)} cells where line 2 declares {' x '.join(declared[:2])}"
        table.add(said, "Download the file again.", 2)


def _faulty(problems: list[Problem]) -> TableError:
    more = f"; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    found = f"{count}: {'; '.join(map(_said, problems[:SHOWN]))}{more}"
    return TableError(CODE, EXPECTED, found, "Correct these cells.").listing(problems)


def _said(problem: Problem) -> str:
    return f"{problem.place}: {problem.found}" if problem.place else problem.found


def _unreadable(found: str, fix: str) -> TableError:
    return TableError("EXPRESSION-FILE", "An expression table is a readable TSV, CSV or GCT file", found, fix)
