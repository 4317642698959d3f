"""A second expression table named in a study: read first, copied, and nothing changed where that fails."""

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import NodescopeError
from core.importing.second_cohort import name_second
from core.study.manifest import load_study
from tests.study_folder import replaced


@pytest.fixture
def study(small_study: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_study, tmp_path / "study", copy_function=os.link))


def _table(path: Path, samples: int, low: float = 0.0) -> Path:
    values = np.random.default_rng(1).uniform(low, 12, (40, samples))
    names = [f"S{k}" for k in range(samples)]
    pd.DataFrame(values, [f"G{k}" for k in range(40)], names).rename_axis("gene").to_csv(path, sep="\t")
    return path


def test_a_table_is_copied_named_and_another_one_takes_its_place(study: Path, tmp_path: Path) -> None:
    first, other = _table(tmp_path / "a.tsv", 15), _table(tmp_path / "b.tsv", 20, low=-1)
    assert name_second(study, first) == 15
    assert load_study(study).second_expression.read_bytes() == first.read_bytes()
    assert name_second(study, other, "linear", "zero") == 20
    after = load_study(study)
    assert after.second_expression.read_bytes() == other.read_bytes()
    assert (after.settings.preservation.scale, after.settings.preservation.negatives) == ("linear", "zero")
    assert (study / "expression_second.tsv").read_bytes() == first.read_bytes()
    # An answer that is taken back is no longer there.
    name_second(study, first)
    assert load_study(study).settings.preservation.scale == "auto"


def test_where_it_fails_the_study_is_as_it_was(study: Path, tmp_path: Path) -> None:
    names, text = sorted(p.name for p in study.iterdir()), (study / "study.toml").read_text()
    for table, code in (
        (_table(tmp_path / "few.tsv", 14), "PRESERVATION-COHORT"),
        (_table(tmp_path / "odd.tsv", 15, low=-3), "EXPRESSION-SCALE"),
    ):
        with pytest.raises(NodescopeError, match=code):
            name_second(study, table)
    replaced(study / "clinical.csv", "patient\n")  # by another hand meanwhile
    with pytest.raises(NodescopeError):
        name_second(study, _table(tmp_path / "good.tsv", 15))
    assert sorted(p.name for p in study.iterdir()) == names and (study / "study.toml").read_text() == text
