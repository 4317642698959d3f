"""What a fold learns before its z-score, by more than features and outcome: reproducible features, ComBat."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import ModelError
from core.models.combat import Batches, Harmony, fit_combat
from core.models.inputs import Floats
from core.settings import SelectionSettings

Rows = NDArray[np.intp]
Reproducible = Callable[["pd.Index[Any]"], Collection[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Metadata:
    """What is known of the patients besides features and outcome; each part None where it is not used.

    ``reproducible``: names the features that reach ``min_icc`` over the readings of some patients, as
    measured, before ComBat.
    ``batch``: text by patient, such as the scanner, None where not known.
    """

    reproducible: Reproducible | None = None
    batch: "pd.Series[Any] | None" = None

    def check(self, selection: SelectionSettings) -> None:
        """Raise ModelError (ICC-READINGS) for a least ICC of features that nobody read twice."""
        if selection.min_icc is not None and self.reproducible is None:
            fix = "Leave min_icc out: only radiomics features are read under several contours."
            raise ModelError("ICC-READINGS", "min_icc needs readings of the features", "none", fix)


NOTHING = Metadata()


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What was learned from some rows: the columns kept (None: all), then ComBat of these (None: none)."""

    columns: Rows | None = None
    harmony: Harmony | None = None

    def apply(self, values: Floats, batch: Batches | None) -> Floats:
        """Values (n, kept) of values (n, p) of rows of these batches (n,)."""
        kept = values if self.columns is None else np.ascontiguousarray(values[:, self.columns])
        return kept if self.harmony is None or batch is None else self.harmony.apply(kept, batch)


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """Patients and features of a table with their metadata, from which every fold learns by its rows."""

    index: "pd.Index[Any]"
    names: tuple[str, ...]
    reproducible: Reproducible | None
    batch: Batches | None

    @classmethod
    def of(cls, table: pd.DataFrame, metadata: Metadata) -> "Preparation":
        """Bind metadata to the rows of a table."""
        batch = None if metadata.batch is None else metadata.batch.reindex(table.index).to_numpy(object)
        return cls(table.index, tuple(map(str, table.columns)), metadata.reproducible, batch)

    def learn(self, values: Floats, rows: Rows) -> Prepared:
        """What these rows of values (n, p) teach; no other row is looked at."""
        columns = self._columns(self.index[rows])
        if self.batch is None:
            return Prepared(columns)
        names = self.names if columns is None else tuple(self.names[i] for i in columns)
        known = Prepared(columns).apply(values[rows], None)
        return Prepared(columns, fit_combat(known, self.batch[rows], names))

    def split(self, values: Floats, train: Rows, test: Rows) -> tuple[Floats, Floats, Prepared]:
        """Values of the rows of both parts, prepared by what the training part teaches, and that."""
        learned = self.learn(values, train)
        known, unseen = (learned.apply(values[rows], self._batches(rows)) for rows in (train, test))
        return known, unseen, learned

    def whole(self, table: pd.DataFrame) -> tuple[pd.DataFrame, Prepared]:
        """The table prepared by what all its rows teach, and that; itself where there is nothing to learn."""
        if self.reproducible is None and self.batch is None:
            return table, Prepared()
        every, values = np.arange(len(table)), table.to_numpy()
        learned = self.learn(values, every)
        names = table.columns if learned.columns is None else table.columns[learned.columns]
        return pd.DataFrame(learned.apply(values, self.batch), index=table.index, columns=names), learned

    def _batches(self, rows: Rows) -> Batches | None:
        return None if self.batch is None else self.batch[rows]

    def _columns(self, patients: "pd.Index[Any]") -> Rows | None:
        if self.reproducible is None:
            return None
        kept = set(self.reproducible(patients))
        return np.flatnonzero([name in kept for name in self.names])
