"""What the repeated refits of the honest validation know."""

from dataclasses import replace

import pytest

from core.errors import StudyError
from core.settings import LearnerSettings, SelectionSettings, Settings
from core.stages.refits import require_known


def test_the_forest_is_known() -> None:
    require_known(Settings())
    require_known(replace(Settings(), selection_radiomics=SelectionSettings(method="surf")))


@pytest.mark.parametrize(
    "settings",
    [
        replace(Settings(), learner=LearnerSettings("svm")),
        replace(Settings(), selection_googlenet=SelectionSettings(search=True)),
    ],
)
def test_other_learners_are_refused_by_name(settings: Settings) -> None:
    with pytest.raises(StudyError, match="REFIT-LEARNER") as refused:
        require_known(settings)
    assert ("svm" in str(refused.value)) != ("googlenet" in str(refused.value))
