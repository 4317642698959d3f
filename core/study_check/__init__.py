"""Checking a study folder: every problem of every file in one pass, none hidden by another.

The rules are those of the readers that a run uses; here they note what they would raise.
"""

from pathlib import Path

from core.errors import NodescopeError, Problem
from core.faults import Faults
from core.progress import Report, silent
from core.study.manifest import read_study
from core.study_check.covariates import check_known
from core.study_check.expression import check_expression, check_gene_sets, check_second
from core.study_check.files import check_files
from core.study_check.page import as_page
from core.study_check.pairs import check_pairs
from core.study_check.phases import check_phases
from core.study_check.report import StudyReport, group_of
from core.study_check.text import as_text

__all__ = ["StudyReport", "as_page", "as_text", "check_study"]


def check_study(
    root: Path, preset: str | None = None, workers: int = 2, progress: Report | None = None
) -> StudyReport:
    """Every problem of a study folder. Raises nothing for what is wrong with the study itself.

    Args:
        root: the study folder.
        preset: as of ``load_study``.
        workers: threads that open images and masks.
        progress: hears what is checked, patients done and patients in all.
    """
    faults, tell = Faults(), progress or silent
    try:
        study = read_study(root, preset, faults)
    except NodescopeError as error:
        return StudyReport(_name(root), error.problems)
    check_known(study, faults)
    tell("Expression and gene sets", 0, 1)
    genes = check_expression(study, faults)
    check_second(study, faults)
    sets = check_gene_sets(study, genes, faults)
    there = check_files(study, faults)
    check_phases(study, faults)
    pairs = check_pairs(study, there, workers, lambda done, n: tell("Images and masks", done, n), faults)
    checked = {"patients": len(study.clinical), "images and masks": pairs}
    checked |= {"genes": 0 if genes is None else len(genes), "gene sets": sets}
    return StudyReport(_name(root), _by_file(faults.problems), checked)


def _by_file(problems: list[Problem]) -> tuple[Problem, ...]:
    """Folder by folder and file by file, as they came up; within one by row."""
    groups, files = (list(dict.fromkeys(map(of, problems))) for of in (group_of, lambda p: p.file))
    places = {group: n for n, group in enumerate(groups)}, {file: n for n, file in enumerate(files)}
    return tuple(sorted(problems, key=lambda p: (places[0][group_of(p)], places[1][p.file], p.row or 0)))


def _name(root: Path) -> str:
    """The folder's name; letters that are not UTF-8 as a question mark."""
    return root.resolve().name.encode("utf-8", "replace").decode()
