"""The choices of a draft as the plan that core carries out."""

from functools import partial
from pathlib import Path

import pandas as pd

from core.errors import NodescopeError
from core.importing.drafts import Draft
from core.study.intake.patterns import Preview
from core.study.intake.people import People, codes_of, people
from core.study.intake.plan import CohortPlan, ImportPlan, masks_folder
from core.study.intake.preview import PlanPreview, cohort_images, preview
from core.study.intake.rules import Rule
from core.study.intake.scan import Listing, scan
from core.study.intake.tables import SourceTable
from pages._ui.study.data import cohorts, columns, drafting, labels, place, table


def ready(draft: Draft) -> SourceTable | None:
    """The clinical table, once its columns are known; the steps after it need that."""
    try:
        found = table.read(draft)
    except NodescopeError:
        return None
    return found if found is not None and not columns.missing(draft, found) else None


def plan(draft: Draft, found: SourceTable) -> ImportPlan:
    """Everything that was chosen so far."""
    mapping = columns.chosen(draft, found)
    label = labels.rule(draft, found, mapping.outcome)
    second = labels.second_rule(draft, found, mapping.outcome_2, label) if mapping.outcome_2 else None
    given, genes = cohorts.roles(draft, found), bool(draft.get("has_expression"))
    more = {} if second is None else {"label_2": second}
    return ImportPlan(
        name=draft.get("name", "").strip(),
        description=draft.get("description", "").strip(),
        read_as=found.read_as,
        columns=mapping,
        codes=codes_of(found.frame[mapping.patient]),
        label=label,
        cohorts=tuple(_cohort(draft, name, role, mapping.cohort) for name, role in given.items()),
        rules=tuple(Rule(**{**rule, "values": tuple(rule["values"])}) for rule in draft.get("rules", [])),
        expression=place.known(draft, "expression") if genes else "",
        scale=draft.get("scale", "auto"),
        genesets=tuple(filter(None, [place.known(draft, "genesets") if genes else ""])),
        confirmed=tuple(filter(None, (draft.get(f"confirmed_{name}") for name in given))),
        **more,
    )


def persons(draft: Draft, found: SourceTable, now: ImportPlan) -> People:
    """The patients of the table under the plan."""
    mark = (id(found), now.columns, now.cohorts, now.codes, now.left_out)
    return drafting.memo(draft, "people", mark, lambda: people(found.frame, now))


def listings(draft: Draft, cohort: CohortPlan) -> tuple[Listing, Listing | None]:
    """What lies in a cohort's folder, and in that of its masks where it is another."""
    other = masks_folder(cohort)
    return _listed(draft, Path(cohort.folder)), None if other == Path(cohort.folder) else _listed(
        draft, other
    )


def _listed(draft: Draft, folder: Path) -> Listing:
    """A folder is listed once, and again when its first level changes or *Look again* is pressed."""
    mark = (folder.stat().st_mtime_ns, draft.get("look", 0))
    return drafting.memo(draft, f"listing {folder}", mark, lambda: scan(folder))


def shown(draft: Draft, found: SourceTable, facts: pd.DataFrame | None = None) -> PlanPreview:
    """What the plan makes of it all. Raises TableError."""
    now = plan(draft, found)
    mark = (id(found), now, None if facts is None else len(facts))
    return drafting.memo(
        draft, "preview", mark, lambda: preview(now, found.frame, facts, lambda f: _listed(draft, f))
    )  # fmt: skip


def matched(draft: Draft, cohort: CohortPlan, patients: list[str]) -> Preview:
    """What the patterns of a cohort match. Raises StudyError."""
    listings(draft, cohort)
    mark = (cohort, tuple(patients), draft.get("look", 0))
    make = partial(cohort_images, cohort, patients, lambda f: _listed(draft, f))
    return drafting.memo(draft, f"matched_{cohort.name}", mark, make)


def patients(draft: Draft, found: SourceTable, now: ImportPlan, cohort: CohortPlan) -> list[str]:
    """Codes of the patients of a cohort."""
    who = persons(draft, found, now).who
    return list(who.loc[who["cohort"] == cohort.name, "patient"])


def _cohort(draft: Draft, name: str, role: str, column: str) -> CohortPlan:
    folder = place.known(draft, f"images_{name}")
    return CohortPlan(
        name=name, role="training" if role == "training" else "validation",
        values=(name,) if column else (), folder=folder,
        images=draft.get(f"pattern_{name}", ""), masks=draft.get(f"mask_pattern_{name}", ""),
        masks_folder=place.known(draft, f"masks_{name}") if draft.get(f"masks_apart_{name}") else "",
        phase=int(draft.get(f"phase_{name}", 1)), chosen=dict(draft.get(f"chosen_{name}", {})),
        series=dict(draft.get(f"series_{name}", {})),
    )  # fmt: skip
