"""Gene sets in GMT files, and which of them the modules are enriched for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from core.errors import Problem, TableError
from core.faults import RAISE, Faults
from core.genomics.correlation import benjamini_hochberg
from core.genomics.module_names import GREY
from core.pathways36 import category_of
from core.regular import exists, regular

CATEGORIES = ("Cell growth and death", "Immune system", "Cell communication", "Signal transduction")
SIMULATED = "simulated:"
GMT = "Each line of a GMT file is a set's name, a description and its genes, separated by tabs"
COLUMNS = [
    "module",
    "gene_set",
    "category",
    "overlap",
    "set_size",
    "module_size",
    "expected",
    "odds_ratio",
    "p",
]


@dataclass(frozen=True, slots=True)
class GeneSets:
    """Gene sets by name, and the category of each: one of KEGG's four that the paper uses, else ""."""

    sets: dict[str, tuple[str, ...]]
    categories: dict[str, str]

    def of_the_paper(self) -> dict[str, tuple[str, ...]]:
        """Sets of the paper's four categories."""
        return {name: genes for name, genes in self.sets.items() if self.categories[name]}


def read_gmt(
    paths: Iterable[str | Path], names: Iterable[str] | None = None, faults: Faults = RAISE
) -> GeneSets:
    """Gene sets of GMT files (name, description, genes; tab-separated); repeated genes count once.

    The category is the description, less a leading "simulated:", if it is one of the four of
    `CATEGORIES`, else that of KEGG's pathway of this name. ``names``: what problems call the files, else
    file 1, file 2, ...; where ``faults`` collects, lines at fault are left out. Adds TableError:
    GENESETS-MISSING if there is no file or one is absent, GENESETS-TABLE, which lists every problem of all
    files: lines without genes, names that repeat, no set at all, files that are no text.
    """
    files = [Path(path) for path in paths]
    called = list(names) if names is not None else [f"file {n}" for n, _ in enumerate(files, start=1)]
    absent = [number for number, path in enumerate(files) if not exists(path)]
    if absent or not files:
        faults.add(_missing([called[number] for number in absent], absent))
    sets: dict[str, tuple[str, ...]] = {}
    categories: dict[str, str] = {}
    problems: list[Problem] = []
    for file, path in zip(called, files, strict=True):
        for at, line in enumerate(_lines(path, file, problems), start=1):
            if not line.strip():
                continue
            name, description, *genes = [cell.strip() for cell in line.split("\t")] + [""] * 2
            members = tuple(dict.fromkeys(gene for gene in genes if gene))
            found = _faults(name, members, sets)
            problems += (Problem("GENESETS-TABLE", GMT, text, fix, file=file, row=at) for text, fix in found)
            if not found:
                sets[name], categories[name] = members, _category(name, description)
    if files and not sets and not problems and not absent:
        problems = [Problem("GENESETS-TABLE", GMT, "no gene set", "Fill the file.", file=called[0])]
    if problems:
        found_all = f"{len(problems)} problem(s): {'; '.join(map(_said, problems[:20]))}"
        faults.add(TableError("GENESETS-TABLE", GMT, found_all, "Correct these lines.").listing(problems))
    return GeneSets(sets, categories)


def enrich(genes: pd.DataFrame, sets: GeneSets, universe: Sequence[str]) -> pd.DataFrame:
    """Over-representation of every gene set in every module: one-sided hypergeometric test.

    ``genes`` [gene, module]; ``universe`` the genes that could have been in a module, those of the
    network: sets and modules are cut down to it. Returns [module, gene_set, category, overlap,
    set_size, module_size, expected, odds_ratio, p, q, genes], sorted by p; grey is no module.
    odds_ratio has 0.5 added to each cell (Haldane-Anscombe). q is Benjamini-Hochberg over every module
    x set, zero overlaps included (p = 1): gseapy leaves those out, which makes its q smaller. A set
    with no gene in the universe cannot be tested and has no row. Raises TableError if no set has one.
    """
    inside = set(map(str, universe))
    members = members_inside(sets, inside)
    proper = genes.loc[genes["module"] != GREY].astype({"gene": str, "module": str})
    proper = proper[proper["gene"].isin(inside)]
    rows = [
        (
            str(module),
            name,
            sets.categories.get(name, ""),
            [g for g in own if g in found],
            len(found),
            len(own),
        )
        for module, own in proper.groupby("module", sort=False)["gene"]
        for name, found in members.items()
    ]
    return _tested(rows, len(inside))


def members_inside(sets: GeneSets, inside: set[str]) -> dict[str, set[str]]:
    """The genes of each set that lie inside the universe; sets with none are left out.

    Raises TableError (GENESETS-OVERLAP) where no set is left.
    """
    members = {name: inside.intersection(genes) for name, genes in sets.sets.items()}
    members = {name: found for name, found in members.items() if found}
    if not members:
        raise TableError(
            "GENESETS-OVERLAP",
            "Gene sets name genes as the expression table does",
            "no gene in common",
            "Use the same identifiers (symbols or Ensembl ids) in both.",
        )
    return members


def _tested(rows: list[tuple[str, str, str, list[str], int, int]], universe: int) -> pd.DataFrame:
    columns = ["module", "gene_set", "category", "genes", "set_size", "module_size"]
    table = pd.DataFrame(rows, columns=columns)
    overlap = table["genes"].map(len).astype(int)
    both, in_set, in_module = (
        c.to_numpy(dtype=float) for c in (overlap, table["set_size"], table["module_size"])
    )
    neither = universe - in_set - in_module + both
    table["overlap"], table["expected"] = overlap, in_set * in_module / universe
    table["odds_ratio"] = (both + 0.5) * (neither + 0.5) / ((in_set - both + 0.5) * (in_module - both + 0.5))
    table["p"] = hypergeom.sf(both - 1, universe, in_set, in_module)
    table["q"] = benjamini_hochberg(table["p"].to_numpy(dtype=np.float64))
    table["genes"] = table["genes"].map(";".join)
    ordered = table.sort_values(["p", "module", "gene_set"], kind="stable", ignore_index=True)
    return ordered[[*COLUMNS, "q", "genes"]]


def _lines(path: Path, name: str, problems: list[Problem]) -> list[str]:
    try:
        return regular(path).read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError):
        found, fix = "a file that cannot be read as text", "Save it as tab-separated text in UTF-8."
        problems.append(Problem("GENESETS-TABLE", GMT, found, fix, file=name))
        return []


def _missing(absent: list[str], numbers: list[int]) -> TableError:
    found = f"no file for number {', '.join(str(n + 1) for n in numbers)}" if absent else "no file named"
    fix = "Put it there, or fetch one: python -m core fetch genesets KEGG_2021_Human -o FILE.gmt."
    expected = "Gene sets must be GMT files ([genesets] files)"
    each = [Problem("GENESETS-MISSING", expected, "no such file", fix, file=name) for name in absent]
    error = TableError("GENESETS-MISSING", expected, found, fix)
    return error.listing(each) if each else error.at(file="study.toml", key="genesets.files")


def _faults(name: str, members: tuple[str, ...], known: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """What is wrong with a line, and what to do."""
    faults = [("no name", "Give the set a name.")] if not name else []
    faults += [("no genes", "Add its genes, or remove the line.")] if not members else []
    return faults + ([(f"{name} stands here again", "Rename one of the two.")] if name in known else [])


def _said(problem: Problem) -> str:
    return (
        f"{problem.file}, line {problem.row}: {problem.found}"
        if problem.row
        else f"{problem.file}: {problem.found}"
    )


def _category(name: str, description: str) -> str:
    text = description.removeprefix(SIMULATED).strip()
    return text if text in CATEGORIES else category_of(name)
