"""The TCGA-like cohort imported once, for all tests of the import."""

import pytest

from core.importing.headers import header_facts
from core.importing.writing import write_study
from core.study.intake.preview import preview
from tests.importing.taken import RULES, plan_of
from tests.study_makers import Source, write_tcga


@pytest.fixture(scope="session")
def tcga(tmp_path_factory) -> Source:
    return write_tcga(tmp_path_factory.mktemp("tcga"), n=15, genes=80)


@pytest.fixture(scope="session")
def written(tcga, tmp_path_factory):
    """Plan, frame, facts and what was written of the TCGA-like cohort."""
    plan, frame = plan_of(tcga, codes="tcga", name="TCGA", rules=RULES)
    facts = header_facts(plan, preview(plan, frame))
    steps: list[tuple[int, int]] = []
    folder = tmp_path_factory.mktemp("studies") / "tcga"
    done = write_study(plan, frame, folder, facts, progress=lambda *at: steps.append(at))
    assert steps == [(k, len(steps)) for k in range(1, len(steps) + 1)]
    return plan, frame, facts, done
