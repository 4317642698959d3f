"""Judging a subset equals evaluating that subset alone; the unfiltered judgement is what the stage stores."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluation.judge import judge, judge_some, training_cutoffs
from core.evaluation.roc import youden
from core.evaluation.summary import summarise
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study

MODELS = ("Radiomics", "DLRN")
TABLES = ("metrics", "comparisons", "roc", "decision", "calibration")


def simulated(seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    parts = []
    for cohort, role, n in (("A", "training", 40), ("B", "validation", 24)):
        y = rng.permutation(np.repeat([0, 1], n // 2))
        part = pd.DataFrame({"cohort": cohort, "role": role, "lnm": y})
        part.insert(0, "patient", [f"{cohort}{i}" for i in range(n)])
        for model in MODELS:
            part[model] = 1 / (1 + np.exp(-(y - 0.5 + rng.normal(size=n)).round(1)))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def test_the_judgement_of_everyone_is_what_the_stage_stored(small_run) -> None:
    pipeline = Pipeline(load_study(small_run.study), Store(small_run.cache))
    stored, predictions = pipeline.entry("evaluation"), pipeline.entry("fusion")["predictions"]
    models = list(stored["metrics"]["model"].unique())
    found = judge(predictions, models, training_cutoffs(predictions, models))
    everyone, left_out = judge_some(predictions, models, list(predictions["patient"]))
    assert left_out == {}
    assert everyone is not None
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(found, name), stored[name], check_exact=True)
        pd.testing.assert_frame_equal(getattr(everyone, name), stored[name], check_exact=True)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 5), st.data())
def test_a_subset_is_judged_as_evaluate_does_with_the_cutoffs_of_all_training_patients(seed, data) -> None:
    frame = simulated(seed)
    codes = data.draw(st.lists(st.sampled_from(list(frame["patient"])), unique=True, min_size=1))
    found, left_out = judge_some(frame, MODELS, codes)
    kept = frame[frame["patient"].isin(codes)]
    for cohort, part in frame.groupby("cohort"):
        own = kept[kept["cohort"] == cohort]
        enough = min((own["lnm"] == 0).sum(), (own["lnm"] == 1).sum()) >= 2
        assert (cohort in left_out) == (not enough)
        if not enough:
            continue
        alone = summarise(own, "lnm", MODELS, train=frame[frame["role"] == "training"])
        rows = found.metrics[found.metrics["cohort"] == cohort].set_index("model")
        for model in MODELS:
            for name, value in alone["models"][model].items():
                shown = rows.loc[model, name]
                assert (value is None and not np.isfinite(shown)) or shown == value
        pairs = found.comparisons[found.comparisons["cohort"] == cohort].iloc[0]
        assert pairs["delong_p"] == alone["comparisons"][0]["delong_p"]
        assert len(part) >= rows["n"].max()
    assert (found is None) == (len(left_out) == 2)


def test_why_a_cohort_is_left_out() -> None:
    frame = simulated()
    positive = frame[(frame["cohort"] == "B") & (frame["lnm"] == 1)]["patient"]
    training = frame[frame["cohort"] == "A"]["patient"]
    found, left_out = judge_some(frame, MODELS, [*training, *positive])
    assert left_out == {"B": f"no LNM negative of {len(positive)} patients"}
    assert set(found.roc["cohort"]) == {"A"}
    assert judge_some(frame, MODELS, [])[1] == {"A": "no patient", "B": "no patient"}
    assert (
        judge_some(frame, MODELS, list(positive)[:1])[1]["B"]
        == "1 LNM positive and no LNM negative of 1 patient"
    )


def test_cutoffs_come_from_all_training_patients() -> None:
    frame = simulated()
    train = frame[frame["role"] == "training"]
    expected = {m: max(youden(train["lnm"], train[m]), 0) for m in MODELS}
    few = [*train["patient"][:12], *frame[frame["cohort"] == "B"]["patient"]]
    found, _ = judge_some(frame, MODELS, few)
    assert found.metrics.set_index(["cohort", "model"])["threshold"].to_dict() == {
        (cohort, model): expected[model] for cohort in "AB" for model in MODELS
    }


@pytest.mark.parametrize("role", ["training", "validation"])
def test_one_cohort_alone(role: str) -> None:
    frame = simulated()
    found, left_out = judge_some(frame, MODELS, frame[frame["role"] == role]["patient"])
    assert list(found.metrics["role"].unique()) == [role]
    assert len(left_out) == 1
