"""Exported and imported into an empty cache, a computed study keeps its keys and is not computed again."""

from pathlib import Path

from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun, core


def stamps(cache: Path) -> dict[str, int]:
    return {str(p.relative_to(cache)): p.stat().st_mtime_ns for p in cache.glob("*/*/manifest.json")}


def test_exported_and_imported_nothing_is_computed_again(small_run: SmallRun, tmp_path: Path) -> None:
    archive, studies, cache = tmp_path / "small.zip", tmp_path / "elsewhere/studies", tmp_path / "cache"
    out = core("export", small_run.study, "-o", archive, "--cache", small_run.cache)
    assert out.returncode == 0 and "Exporting" in out.stderr, out.stderr
    into = core("import", archive, "--to", studies, "--cache", cache, "--name", "colleague")
    assert into.returncode == 0 and "run computes" not in into.stderr, into.stderr
    before = stamps(cache)
    ours = Pipeline(load_study(small_run.study), Store(small_run.cache))
    theirs = Pipeline(load_study(studies / "colleague"), Store(cache))
    assert ours.keys == theirs.keys and {s.state for s in theirs.states()} == {"done"}
    assert core("run", studies / "colleague", "--cache", cache).returncode == 0
    assert stamps(cache) == before  # no stage and no case
    for stage in theirs.keys:
        one, other = ours.entry(stage), theirs.entry(stage)
        assert (one is None) == (other is None)
        assert one is None or one.manifest == other.manifest
    again = core("import", archive, "--to", studies, "--cache", cache, "--name", "colleague")
    assert again.returncode == 1 and again.stderr.strip().startswith("[STUDY-EXISTS]")


def test_without_results_the_study_alone_goes_along(small_run: SmallRun, tmp_path: Path) -> None:
    archive = tmp_path / "small.zip"
    done = core("export", small_run.study, "-o", archive, "--without-results", "--cache", small_run.cache)
    assert done.returncode == 0 and " 0 stored results" in done.stderr
    into = core("import", archive, "--to", tmp_path / "studies", "--cache", tmp_path / "cache")
    assert into.returncode == 0 and "run computes: " in into.stderr
    assert core("validate", tmp_path / "studies/demo").returncode == 0
