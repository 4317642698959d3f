"""From Xena's files to a study's: symbols for Ensembl ids, patients for barcodes, a row per patient."""

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import TableError
from core.study.archives.aside import DAMAGED, put, set_aside
from core.study.archives.faults import damaged, disk
from core.study.intake.barcodes import match, sample_type

CODE = 12  # characters of a TCGA barcode that name the patient
RULE = (
    "Ensembl ids got the symbol of the probe map (without one they keep the id, without its version); of "
    "rows with one symbol the highest mean over the patients is kept, as for any expression table. Of a "
    "patient's samples the primary tumour (type 01) is taken, the first vial first."
)
Step = Callable[[int, int], None]
LONGEST = 1 << 24  # characters of a line; Xena's have some 20,000
csv.field_size_limit(LONGEST)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an expression table; ``earlier``: the name that another one in its place has now."""

    rows: int
    genes: int
    without_symbol: int
    samples: int
    patients: tuple[str, ...]
    earlier: str = ""


def write_expression(
    source: Path,
    probemap: Path,
    target: Path,
    patients: Sequence[str] | None = None,
    step: Step = lambda _done, _total: None,
) -> Written:
    """Symbols x patients from Xena's table, by ``RULE``; the cells are written as they stand.

    Two passes, one to find the best row of each symbol, one to write them: memory holds a row at a time.
    ``patients``: whose columns are wanted, None: everybody with a primary tumour. Another table at ``target``
    is set aside. Raises TableError (XENA-TABLE), CannotRun (FETCH-DISK, and FETCH-DAMAGED for a file that is
    cut off, which is set aside).
    """
    symbols = read_probemap(probemap)
    with _rows(source) as rows:
        samples = next(rows)[1:]
        columns = _columns(samples, patients)
        best, count = _best_rows(rows, symbols, np.array(list(columns.values())))
    if not best:
        raise _no_table("no row of numbers")
    step(1, 2)
    chosen = {row: symbol for symbol, (_, row) in best.items()}
    with disk():
        earlier = _write(source, target, columns, chosen)
    step(2, 2)
    unnamed = sum(symbol.startswith("ENS") for symbol in best)
    return Written(count, len(best), unnamed, len(samples), tuple(columns), earlier)


def _write(source: Path, target: Path, columns: dict[str, int], chosen: dict[int, str]) -> str:
    """Write the chosen rows, whole or not at all; the name that another file at ``target`` has now."""
    part = target.with_name(f".{target.name}.part")
    try:
        with _rows(source) as rows, gzip.GzipFile(part, "wb", compresslevel=4, mtime=0) as zipped:
            next(rows)
            zipped.write(("\t".join(["gene", *columns]) + "\n").encode())
            for line in _lines_of(rows, chosen, [*columns.values()]):
                zipped.write(line.encode())
        return put(part, target)
    finally:
        part.unlink(missing_ok=True)


def read_probemap(path: Path) -> dict[str, str]:
    """Symbol by Ensembl id, without versions. Raises TableError (XENA-TABLE)."""
    with _rows(path) as rows:
        header = next(rows, [])
        if header[:2] != ["id", "gene"]:
            raise _no_table("a probe map without the columns id and gene")
        return {_plain(row[0]): row[1] for row in rows if len(row) > 1 and row[1]}


def read_clinical(path: Path) -> pd.DataFrame:
    """Xena's clinical table, as text, with ``patient`` first and one row each: the primary tumour's.

    Raises TableError (XENA-TABLE), CannotRun (FETCH-DAMAGED).
    """
    with _rows(path) as rows:
        header = next(rows, [])
        body = [row for row in rows if len(row) == len(header)]
    if not header or not body:
        raise _no_table("a clinical table without rows")
    table = pd.DataFrame(body, columns=header).replace("", np.nan)
    barcodes = table[header[0]].astype(str)
    table.insert(0, "patient", barcodes.str[:CODE])
    order = barcodes.map(sample_type).map(lambda kind: (not kind.startswith("01"), kind))
    return table.iloc[order.argsort(kind="stable")].drop_duplicates("patient").sort_values(
        "patient", ignore_index=True
    )  # fmt: skip


def _columns(samples: list[str], patients: Sequence[str] | None) -> dict[str, int]:
    """Column (after the ids) of each patient's sample."""
    primary = [s for s in samples if sample_type(s).startswith("01")]
    wanted = patients if patients is not None else list(dict.fromkeys(s[:CODE] for s in primary))
    places = {sample: at for at, sample in enumerate(samples)}
    found = {patient: places[name] for patient, name in match(wanted, primary).pairs.items()}
    if not found:
        raise _no_table(f"none of {len(wanted)} patients among {len(samples)} samples")
    return found


def _best_rows(
    rows: Iterator[list[str]], symbols: dict[str, str], columns: NDArray[np.int_]
) -> tuple[dict[str, tuple[float, int]], int]:
    best: dict[str, tuple[float, int]] = {}
    count = 0
    for at, row in enumerate(rows):
        if not row:  # a blank line
            continue
        plain = _plain(row[0])
        symbol, mean = symbols.get(plain, plain), _mean(row, columns, at)
        if not (symbol.isprintable() and "".join(row).isprintable()):
            raise _no_table(f"row {at + 2} with a control character in its symbol or cells")
        if symbol not in best or mean > best[symbol][0]:
            best[symbol] = mean, at
        count += 1
    return best, count


def _mean(row: list[str], columns: NDArray[np.int_], at: int) -> float:
    try:
        mean = float(np.array(row[1:], dtype=float)[columns].mean())
    except (ValueError, IndexError):
        raise _no_table(f"row {at + 2} without a number for each sample") from None
    if not np.isfinite(mean):
        raise _no_table(f"row {at + 2} with a value that is no number")
    return mean


def _lines_of(rows: Iterator[list[str]], chosen: dict[int, str], columns: list[int]) -> Iterator[str]:
    for at, row in enumerate(rows):
        if at in chosen:
            yield "\t".join([chosen[at], *(row[1 + column] for column in columns)]) + "\n"


@contextmanager
def _rows(path: Path) -> Iterator[Iterator[list[str]]]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            yield csv.reader(_lines(cast(TextIO, file)), delimiter="\t")
    except (EOFError, zlib.error, gzip.BadGzipFile):
        found = "a compressed file that is cut off"
        with disk():
            raise damaged(f"{found}, now {set_aside(path, DAMAGED)}") from None
    except (UnicodeDecodeError, csv.Error, StopIteration):
        raise _no_table("something else") from None


def _lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(LONGEST):
        if len(line) == LONGEST:
            raise _no_table(f"a line of more than {LONGEST:,} characters")
        yield line


def _plain(gene: str) -> str:
    return gene.partition(".")[0]


def _no_table(found: str) -> TableError:
    fix = "Delete the folder xena and fetch it again; Xena may have changed the file."
    return TableError("XENA-TABLE", "Xena's files must have the columns that they had", found, fix)


def patients_of(expression: Path) -> list[str]:
    """Columns of a table that `write_expression` wrote, or the user. Raises TableError (EXPRESSION-FILE)."""
    try:
        with gzip.open(expression, "rt", encoding="utf-8", newline="") as file:
            return next(csv.reader(_lines(file), delimiter="\t"), [])[1:]
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error, TableError):
        expected = f"{expression.name} must be a whole table, gzipped, in UTF-8"
        fix = "Put a whole one in its place, or move it away: then it is made anew from the archive's."
        raise TableError("EXPRESSION-FILE", expected, "one that cannot be read", fix) from None
