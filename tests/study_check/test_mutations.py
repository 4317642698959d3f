"""Files that were cut, mixed up or filled with rubbish: the check always ends in a report."""

import random
from pathlib import Path

import pytest

from core.errors import ImageError, NodescopeError
from core.imaging.headers import read_promise, require_kept
from core.study.manifest import load_study
from core.study_check import as_page, as_text, check_study
from core.study_check.phases import require_whole
from tests.study_check.sound_study import Folder

TEXTS = ("study.toml", "clinical.csv", "expression.tsv", "sets.gmt")
RUBBISH = (
    b'"', b"\n", b",", b"\t", b"=", b"[", b"]", b"{", b"}", b"-1", b"nan", b"inf", b"1e999", b"\0", b"\xff",
    b"..", b"/", b"{patient", b"true", b"'''", b"#", b"N1", b"main",
)  # fmt: skip


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A few cuts, copies and insertions."""
    for _ in range(rng.randint(1, 6)):
        at, other = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
        new = rng.choice((b"", rng.choice(RUBBISH), data[other : other + rng.randint(1, 60)]))
        data = data[:at] + new + data[at + rng.choice((0, 1, rng.randint(1, 40))) :]
    return data if rng.random() > 0.1 else data[: rng.randrange(len(data) + 1)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound study, its images gone: they are read one by one elsewhere."""
    root = Folder(tmp_path_factory.mktemp("mutated") / "study").write()
    for path in (root / "images").iterdir():
        path.unlink()
    return root


@pytest.mark.parametrize("seed", range(40))
def test_rubbish_ends_in_a_report(seed: int, folder: Path) -> None:
    rng, whole = random.Random(seed), {name: (folder / name).read_bytes() for name in TEXTS}
    try:
        for name in rng.sample(TEXTS, rng.choice((1, 2))):
            (folder / name).write_bytes(mutated(whole[name], rng))
        report = check_study(folder)
        assert as_text(report) and as_page(report)
        try:
            load_study(folder)
        except NodescopeError as error:
            assert {p.code for p in error.problems} <= {p.code for p in report.errors}
    finally:
        for name, data in whole.items():
            (folder / name).write_bytes(data)


def test_a_cut_is_found_by_the_last_bytes_as_by_unpacking(tmp_path: Path) -> None:
    root = Folder(tmp_path / "study").write()
    path, cut = root / "images/T00_1.nii.gz", tmp_path / "cut.nii.gz"
    require_whole(path)
    data = path.read_bytes()
    for length in [*range(0, 400, 40), *range(400, len(data), len(data) // 20), len(data) - 1]:
        cut.write_bytes(data[:length])
        for check in (require_whole, lambda file: require_kept(read_promise(file))):
            with pytest.raises(ImageError):
                check(cut)
