"""The two cohorts of Liu et al. 2024 as a study folder: who is in it so far, and the files that say so."""

import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import StudyError
from core.study.archives.own_files import CLINICAL, EXCLUSIONS, NO_EXCLUSIONS
from core.study.archives.rules import Rule, Source, decided, flow, role, rules_of
from core.study.archives.xena_tables import CODE
from core.study.intake.node_status import LabelRule, NodeStatus, completed, node_status

COLLECTIONS = {"tcga_brca": "tcga_brca", "breast_mri_nact_pilot": "nact_pilot"}  # -> cohort of study.toml
STAGES = ("ajcc_pathologic_n.diagnoses", "pathologic_N")
COUNTS = ("number_of_lymphnodes_positive_by_he",)
AGES = ("age_at_index.demographic", "age_at_initial_pathologic_diagnosis")
YOURS = "yours to supply"
# What the paper reports (its Methods); why single patients were left out is not published.
PAPER = {
    "tcga_brca": "108 with MRI, 93 with preoperative DCE-MRI on GE at 1.5 T, 88 after 4 not located or "
    "ambiguous and 1 without transcriptome",
    "breast_mri_nact_pilot": "64, and 57 after 7 were left out",
}
TEMPLATE = Path(__file__).with_name("liu2024.toml")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known so far: ``series`` of the index, ``headers`` of what was downloaded.

    ``expressed``: patients with a tumour sample, ``status``: node status of TCGA-BRCA; None: not fetched yet.
    ``labels``: those in clinical.csv; ``excluded``: patient -> the user's reason; ``masks``: who has one.
    """

    series: pd.DataFrame
    headers: pd.DataFrame | None = None
    expressed: Collection[str] | None = None
    status: NodeStatus | None = None
    labels: Mapping[str, int] = field(default_factory=dict)
    excluded: Mapping[str, str] = field(default_factory=dict)
    masks: Collection[str] = ()


def study_flow(known: Known) -> pd.DataFrame:
    """The flow of `rules.flow` over both cohorts, to the patients who can be computed."""
    steps = {
        collection: [*_rules(known, collection), *_last(known, collection)] for collection in COLLECTIONS
    }
    return flow(known.series, steps, known.headers)


def clinical_table(known: Known, clinical: pd.DataFrame | None) -> pd.DataFrame:
    """[patient, cohort, age, pathologic_n, lnm] of everybody whom nothing rules out so far.

    ``clinical``: Xena's table (`read_clinical`). ``lnm`` is missing where nobody has said it: it is never
    guessed, and what stands in clinical.csv already is kept.
    """
    tables = []
    for collection, cohort in COLLECTIONS.items():
        left = decided(known.series, collection, _rules(known, collection), known.headers)
        tables.append(pd.DataFrame({"patient": left["patient"].drop_duplicates(), "cohort": cohort}))
    table = pd.concat(tables, ignore_index=True).assign(age=np.nan, pathologic_n=np.nan)
    if clinical is not None:
        own = clinical.set_index("patient")
        for name, choices in (("age", AGES), ("pathologic_n", STAGES)):
            column = next((c for c in choices if c in own), None)
            table[name] = table["patient"].map(own[column]) if column else np.nan
    labels = ({} if known.status is None else known.status.labels) | dict(known.labels)
    return table.assign(lnm=table["patient"].map(labels).astype("Int64"))


def tcga_status(clinical: pd.DataFrame, rule: LabelRule | None = None) -> NodeStatus:
    """Node status from Xena's clinical table, by pathologic N and, where that says nothing, node counts.

    Raises StudyError (XENA-NODES) where the table has neither.
    """
    found = [
        node_status(clinical["patient"], clinical[name], chosen)
        for names, chosen in ((STAGES, rule or LabelRule("stage")), (COUNTS, LabelRule("count")))
        for name in names
        if name in clinical
    ]
    if not found:
        expected = f"A clinical table with {', '.join((*STAGES, *COUNTS))}"
        raise StudyError("XENA-NODES", expected, "none of them", "Name the labels in clinical.csv yourself.")
    return found[0] if len(found) == 1 else completed(found[0], found[1])


def write_study(folder: Path) -> None:
    """study.toml and an empty exclusions.csv, unless they are there."""
    if not (folder / EXCLUSIONS).exists():
        (folder / EXCLUSIONS).write_text(NO_EXCLUSIONS, encoding="utf-8")
    if not (folder / "study.toml").exists():
        shutil.copyfile(TEMPLATE, folder / "study.toml")


def adopt_lesions(masks: Path) -> None:
    """Copies TCIA's PATIENT-Sn-m.les to PATIENT.les where a patient has a single one and no mask yet."""
    by_patient: dict[str, list[Path]] = {}
    for path in sorted(masks.glob("TCGA-??-????-*.les")):
        by_patient.setdefault(path.name[:CODE], []).append(path)
    for patient, files in by_patient.items():
        if len(files) == 1 and not (masks / f"{patient}.les").exists():
            shutil.copyfile(files[0], masks / f"{patient}.les")


def _rules(known: Known, collection: str) -> list[Rule]:
    """The archives' rules, with what Xena knows before what only headers say."""
    usual = [rule for rule in rules_of(collection) if rule.keep is not None]
    offline = [rule for rule in usual if not rule.needs]
    own = _among("excluded", f"Not in {EXCLUSIONS}", "named there", _others(known), source="you")
    return [*offline, own, *_from_xena(known, collection), *(rule for rule in usual if rule.needs)]


def _from_xena(known: Known, collection: str) -> list[Rule]:
    if role(collection) != "training":
        return []
    labelled = None if known.status is None else {**known.status.labels, **known.labels}
    expressed, stage = known.expressed, "NX, none, or contradictory"
    return [
        _among("expression", "Tumour sample in Xena", "without one", expressed, source="xena"),
        _among("node_status", "Node status by pathologic N", stage, labelled, source="xena"),
    ]


def _last(known: Known, collection: str) -> list[Rule]:
    labels = set(known.labels) & _patients(known, collection)
    own = _among("node_status", f"Node status in {CLINICAL}", "without one", labels or None, YOURS, "you")
    masks = _among("mask", "Tumour mask", "without one", known.masks or None, "none there yet", "you")
    return [masks] if role(collection) == "training" else [own, masks]


def _others(known: Known) -> set[str]:
    return set(known.series["patient"]) - set(known.excluded)


def _patients(known: Known, collection: str) -> set[str]:
    return set(known.series.loc[known.series["collection"] == collection, "patient"])


def _among(
    name: str,
    title: str,
    without: str,
    patients: Collection[str] | None,
    unknown: str = "not fetched yet",
    source: Source = "index",
) -> Rule:
    if patients is None:
        return Rule(name, title, unknown, origin=source)
    return Rule(name, title, without, lambda s: s["patient"].isin(list(patients)), origin=source)
