"""The stages of a study, in the order in which they are computed."""

from core.stages.biology import BIOLOGY
from core.stages.bundle import BUNDLE
from core.stages.evaluation import COHORT_TESTS, EVALUATION
from core.stages.fusion import FUSION
from core.stages.imaging import IMAGING
from core.stages.preservation import PRESERVATION
from core.stages.readers import READERS
from core.stages.robustness import ROBUSTNESS
from core.stages.signatures import SIGNATURES
from core.stages.validation import VALIDATION

STAGES = (
    COHORT_TESTS, *IMAGING, *SIGNATURES, FUSION, EVALUATION, BUNDLE,
    *BIOLOGY, ROBUSTNESS, READERS, *VALIDATION, PRESERVATION,
)  # fmt: skip
