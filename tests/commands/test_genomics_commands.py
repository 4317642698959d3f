"""modules and gsva on the command line: R's numbers for good tables, a note for each repair."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.__main__ import main
from tests.conftest import core

KEYS = ["--power", "6", "--type", "unsigned", "--min-size", "30", "--deep-split", "3", "--merge", "0.25"]
SMALL = ["--power", "4", "--type", "signed", "--min-size", "5", "--deep-split", "2", "--merge", "0.2"]


@pytest.fixture
def small(tmp_path: Path) -> pd.DataFrame:
    """Three modules of 20 genes among 20 others, 24 samples."""
    rng = np.random.default_rng(2)
    shared = np.repeat(np.vstack([rng.normal(size=(3, 24)), np.zeros((1, 24))]), 20, axis=0)
    values = 6 + 2 * shared + rng.normal(size=shared.shape)
    return pd.DataFrame(values, [f"g{i}" for i in range(80)], [f"s{i}" for i in range(24)])


def run(table: pd.DataFrame | str, folder: Path, *more: str) -> int:
    path = folder / "e.csv"
    path.write_text(table if isinstance(table, str) else table.to_csv())
    return main(["modules", str(path), *SMALL, *more, "-o", str(folder / "out")])


def same(found: Path, expected: Path, atol: float) -> None:
    ours, theirs = (pd.read_csv(path, index_col=0) for path in (found, expected))
    assert list(ours) == list(theirs) and list(ours.index) == list(theirs.index)
    np.testing.assert_allclose(ours, theirs, atol=atol)


@pytest.mark.parametrize("kind", ["unsigned", "signed"])
def test_modules_writes_what_r_wrote(kind: str, shared: Path, tmp_path: Path) -> None:
    power = {"unsigned": "6", "signed": "12"}[kind]
    keys = ["--power", power, "--type", kind, *KEYS[4:]]
    done = core("modules", shared / "reference/expression.csv", *keys, "-o", tmp_path)
    assert done.returncode == 0 and "WGCNA modules" in done.stderr, done.stderr
    reference = shared / "reference"
    expected = pd.read_csv(reference / f"modules_{kind}.csv")[["gene", "module", "unmerged"]]
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "modules.csv"), expected)
    for name in ("eigengenes", "kme"):
        same(tmp_path / f"{name}.csv", reference / f"{name}_{kind}.csv", 1e-9)
    if kind == "unsigned":
        same(tmp_path / "soft_threshold.csv", reference / "soft_threshold.csv", 1e-9)


@pytest.mark.parametrize("case", ["case02", "case06", "case12", "reassign1"])
def test_modules_takes_every_setting_of_r(case: str, shared: Path, tmp_path: Path) -> None:
    folder = shared / "reference/wgcna_cases"
    row = pd.read_csv(folder / "cases.csv", index_col="case").loc[case]
    keys = {
        "--power": row["power"], "--type": row["type"].replace(" ", "-"), "--tom-type": row["tom_type"],
        "--min-size": row["min_size"], "--deep-split": row["deep_split"], "--merge": row["merge"],
        "--reassign": row["reassign"], "--min-core-kme": row["min_core_kme"], "-o": tmp_path,
    }  # fmt: skip
    if case == "case06":
        del keys["--tom-type"]  # unsigned where the network is signed-hybrid
    flags = [] if row["pam_dendro"] else ["--no-pam-dendro"]
    arguments = [
        str(folder / f"{case}_expression.csv.gz"),
        *flags,
        *(str(x) for kv in keys.items() for x in kv),
    ]
    assert main(["modules", *arguments]) == 0
    expected = pd.read_csv(folder / f"{case}_modules.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "modules.csv"), expected)
    same(tmp_path / "eigengenes.csv", folder / f"{case}_eigengenes.csv", 1e-9)


def test_modules_by_bicor(tmp_path: Path) -> None:
    data = Path(__file__).parents[1] / "data" / "genomics"
    keys = ["--power", "6", "--type", "unsigned", "--correlation", "bicor", "--min-size", "15", *KEYS[6:]]
    assert main(["modules", str(data / "outliers.csv.gz"), *keys, "-o", str(tmp_path)]) == 0
    expected = pd.read_csv(data / "bicor_modules_unsigned.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "modules.csv"), expected)


def repeated(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table, table.iloc[:3] - 1])


def versioned(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(index=lambda g: f"ENSG{int(g[1:]):011d}.{g[1:]}")


def dated(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(index={"g0": "2-Sep", "g1": "1-Mar"})


def holed(table: pd.DataFrame) -> pd.DataFrame:
    return table.mask((np.arange(80)[:, None] == 5) & (np.arange(24) == 3))


@pytest.mark.parametrize(
    ("change", "said", "genes"),
    [
        (lambda table: table.T, "samples in its rows", 80),
        (repeated, "highest mean of each gene is kept): 3", 80),
        (versioned, "version was taken off: 80", 80),
        (dated, "may have been several symbols, left out: 1", 79),
        (holed, "missing values, left out: 1", 79),
        (lambda table: table.iloc[:, :12], "12 samples", 80),
        (lambda table: table * 20, "look linear", 80),
    ],
)
def test_each_repair_is_said(
    change: object,
    said: str,
    genes: int,
    small: pd.DataFrame,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(change(small), tmp_path) == 3
    assert said in capsys.readouterr().err
    assert len(pd.read_csv(tmp_path / "out/modules.csv")) == genes


def test_a_clean_table_has_no_note_and_constant_genes_are_grey(small: pd.DataFrame, tmp_path: Path) -> None:
    small.iloc[7] = 5.0
    assert run(small, tmp_path) == 0
    genes = pd.read_csv(tmp_path / "out/modules.csv", index_col="gene")
    assert genes.at["g7", "module"] == "grey"
    assert set(genes.loc[genes.index[:60].drop("g7"), "module"]) == {"turquoise", "blue", "brown"}


def test_a_sample_that_stands_apart_is_named(
    small: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small["s9"] = small["s9"].sample(frac=1, random_state=0).to_numpy() * 1.8
    assert run(small, tmp_path) == 0
    assert "stand apart (Z.k below -2.5): s9" in capsys.readouterr().err


def test_scale_and_orientation_can_be_said(
    small: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(small, tmp_path) == 0
    expected = pd.read_csv(tmp_path / "out/kme.csv", index_col=0)
    assert run(2**small - 1, tmp_path, "--scale", "linear") == 1
    assert "[EXPRESSION-NEGATIVE]" in (said := capsys.readouterr().err) and "--negatives zero" in said
    linear = (2**small - 1).clip(lower=-0.4)
    negative = int((linear < 0).to_numpy().sum())
    assert run(linear, tmp_path, "--scale", "linear", "--negatives", "zero") == (3 if negative else 0)
    np.testing.assert_allclose(pd.read_csv(tmp_path / "out/kme.csv", index_col=0), expected, atol=0.05)
    assert run(small.iloc[:20], tmp_path, "--genes-in", "rows") == 0
    assert run(small.T, tmp_path, "--genes-in", "columns") == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("gene,s1,s2\nTP53,1,x\n", "EXPRESSION-TABLE"),
        ("", "EXPRESSION-FILE"),
        ("gene,s1,s2,s3,s4\n" + "".join(f"g{i},1,2,3,{i}\n" for i in range(5)), "WGCNA-SIZE"),
        ("gene,s1,s2,s3\n" + "".join(f"g{i},1,{i % 5},3\n" for i in range(30)), "WGCNA-SIZE"),
        ("gene,s1,s2,s3,s4\n" + "".join(f"g{i},1,2,3,\n" for i in range(30)), "WGCNA-SIZE"),
    ],
)
def test_bad_tables_are_one_sentence(
    text: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(text, tmp_path) == 1
    said = capsys.readouterr().err.strip()
    assert said.startswith(f"[{code}]") and "\n" not in said and str(tmp_path) not in said
    assert not list((tmp_path / "out").glob("*.csv"))


@pytest.mark.parametrize(
    ("option", "name"),
    [(("--power", "0"), "power"), (("--deep-split", "5"), "deep_split"), (("--merge", "2"), "merge_height")],
)
def test_settings_out_of_range_are_refused(
    option: tuple[str, str],
    name: str,
    small: pd.DataFrame,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(small, tmp_path, *option) == 1
    said = capsys.readouterr().err
    assert said.startswith("[SETTINGS]") and name in said and "study.toml" not in said


def test_gsva_of_a_turned_table_with_repeats(small: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "s.gmt").write_text("\t".join(["SET", "x", *small.index[:20]]) + "\n")
    repeated(small).to_csv(tmp_path / "e.csv")
    small.T.to_csv(tmp_path / "t.csv")
    small.to_csv(tmp_path / "plain.csv")
    scores = []
    for name, code in (("plain", 0), ("e", 3), ("t", 3)):
        out = tmp_path / f"{name}_scores.csv"
        arguments = ["gsva", tmp_path / f"{name}.csv", tmp_path / "s.gmt", "-o", out]
        assert main([str(a) for a in arguments]) == code
        scores.append(pd.read_csv(out, index_col=0))
    for other in scores[1:]:
        pd.testing.assert_frame_equal(scores[0], other)
