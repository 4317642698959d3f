"""Settings of study.toml: what is taken, and that every other value is one clear error."""

import math
import tomllib
from dataclasses import fields

import pytest

from core.errors import StudyError
from core.overrides import override
from core.overrides.ranges import RULES
from core.settings import Settings, as_dict

FAULTS = [
    "search.c = 1",
    "search.c = [1, 0]",
    "search.keep = [10, 10]",
    "search.keep = [2.5]",
    "search.depth = [0]",
    "search.rate = [0.1, 2]",
    "search.trees = [100]",
    "forest.trees = 1.5",
    "forest.trees = 60.0",
    "forest.trees = true",
    "forest.trees = 0",
    'forest.trees = "many"',
    "forest.min_leaf = 0",
    "forest.seed = -1",
    "forest.seed = 4294967296",
    "forest = 5",
    'learner.name = "tree"',
    "learner.c = 0",
    "learner.rate = 1.5",
    "learner.depth = 0",
    "woods.trees = 5",
    "forest.leaves = 5",
    "resampling.folds = 1",
    "resampling.repeats = 0",
    "selection_radiomics.keep = 0",
    "selection_radiomics.neighbours = 0",
    "selection_radiomics.components = 0",
    "selection_radiomics.components = 1.0",
    "selection_radiomics.components = 2.5",
    "selection_radiomics.components = nan",
    "selection_radiomics.components = [1]",
    "selection_radiomics.components = true",
    "selection_radiomics.min_icc = 1.2",
    'selection_radiomics.min_icc = "0.8"',
    "selection_radiomics.min_icc = nan",
    "selection_googlenet.min_icc = 0.8",
    'selection_radiomics.method = "relief"',
    "selection_radiomics.method = 1",
    "harmonise.batch = 3",
    'harmonise.batch = " "',
    "radiomics.spacing = [1.0, 1.0]",
    "radiomics.spacing = [1.0, 1.0, 0.0]",
    "radiomics.spacing = [1.0, 1.0, inf]",
    'radiomics.spacing = [1.0, 1.0, "1"]',
    "radiomics.spacing = 1.0",
    "radiomics.bin_width = 0",
    "radiomics.bin_width = inf",
    "radiomics.label = 0",
    "radiomics.log_sigmas = []",
    "radiomics.log_sigmas = [1.0, -2.0]",
    "radiomics.log_sigmas = [1.0, 1.0]",
    'patch.window = "other"',
    "patch.window = 1",
    "patch.size = 31",
    "patch.margin = 0.5",
    "patch.width = 0",
    "patch.level = nan",
    "deep.allow_random = 1",
    "fusion.signatures = []",
    'fusion.signatures = "radiomics"',
    'fusion.signatures = ["radiomics", "radiomics"]',
    'fusion.signatures = ["radiomics", "vgg"]',
    "fusion.signatures = [1]",
    'expression.scale = "log10"',
    "expression.min_mean = inf",
    "coexpression.power = 0",
    "coexpression.power = 6.5",
    "coexpression.r_squared = 1.2",
    'coexpression.network = "both"',
    'coexpression.tom = "signed hybrid"',
    "coexpression.min_size = 2",
    "coexpression.deep_split = 5",
    "coexpression.merge_height = -0.1",
    "coexpression.pam_respects_dendro = 1",
    "coexpression.reassign_threshold = 2",
    "coexpression.min_core_kme = -0.1",
    "coexpression.min_kme_stay = nan",
    "gene_score.max_p = 1.1",
    "gene_score.min_gs = -0.1",
    f"gene_score.min_kme = {'9' * 400}",
]
GOOD = [
    ("search.c = [1, 0.1]", (1.0, 0.1)),
    ("search.keep = [40, 10]", (40, 10)),
    ("search.min_leaf = []", ()),
    ("selection_radiomics.components = 0.95", 0.95),
    ("selection_radiomics.components = 12", 12),
    ("selection_radiomics.min_icc = 1", 1.0),
    ("selection_radiomics.min_icc = 0.75", 0.75),
    ('harmonise.batch = "scanner"', "scanner"),
    ('learner.name = "svm"', "svm"),
    ("learner.c = 2", 2.0),
    ('selection_radiomics.method = "multisurf"', "multisurf"),
    ("radiomics.bin_width = 25", 25.0),
    ("radiomics.log_sigmas = [1, 2.5]", (1.0, 2.5)),
    ("patch.level = -100", -100.0),
    ("coexpression.power = 7", 7),
    ("coexpression.pam_respects_dendro = false", False),
    ("coexpression.reassign_threshold = 0", 0.0),
    ('coexpression.network = "signed hybrid"', "signed hybrid"),
    ('fusion.signatures = ["resnet50", "radiomics"]', ("resnet50", "radiomics")),
    ("deep.allow_random = false", False),
]


@pytest.mark.parametrize("line", FAULTS)
def test_what_cannot_be_a_setting_is_one_clear_error(line: str) -> None:
    with pytest.raises(StudyError, match=r"^\[SETTINGS\] .*must") as caught:
        override(Settings(), tomllib.loads(line))
    assert len(str(caught.value)) < 400 and "\n" not in str(caught.value)


@pytest.mark.parametrize(("line", "value"), GOOD)
def test_a_setting_is_taken_in_its_own_type(line: str, value: object) -> None:
    (stage, name), changes = line.split(" ", maxsplit=1)[0].split("."), tomllib.loads(line)
    found = getattr(getattr(override(Settings(), changes), stage), name)
    assert found == value and type(found) is type(value)


def test_the_defaults_pass_their_own_rules() -> None:
    stages = {k: v for k, v in as_dict(Settings()).items() if isinstance(v, dict)}
    changes = {n: {k: v for k, v in stage.items() if v is not None} for n, stage in stages.items()}
    assert override(Settings(), changes) == Settings()
    assert math.isfinite(Settings().patch.level)


def test_every_rule_belongs_to_a_setting() -> None:
    stages = [getattr(Settings(), f.name) for f in fields(Settings) if f.name != "preset"]
    assert set(RULES) <= {f.name for stage in stages for f in fields(stage)}


@pytest.mark.parametrize("preset", ["other", "", 1, ["published"]])
def test_an_unknown_preset_is_one_clear_error(preset: str) -> None:
    with pytest.raises(StudyError, match=r"^\[SETTINGS\]"):
        override(Settings(), {}, preset)


@pytest.mark.parametrize(
    ("stage", "key", "value"),
    [("forest", "trees", 10**30), ("search", "keep", [10, 10**400]), ("coexpression", "power", 10**9)],
)
def test_numbers_that_no_computation_could_take(stage: str, key: str, value: object) -> None:
    with pytest.raises(StudyError, match=rf"{stage}\.{key} must be .*(at most 1,000,000|from 1 to 100)"):
        override(Settings(), {stage: {key: value}})


def test_a_seed_may_be_large() -> None:
    assert override(Settings(), {"resampling": {"seed": 2**32 - 1}}).resampling.seed == 2**32 - 1
