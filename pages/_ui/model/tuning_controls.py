"""Controls of the tuning page: the settings of one signature, each kept in the link."""

from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from core.methods import tuning as words
from core.models.preparation import Metadata
from core.models.tuning import Projections
from core.settings import ForestSettings, ResamplingSettings, SelectionSettings
from core.stages.metadata import metadata
from pages._ui import access, show, state

ALL, NUMBER, SHARE = "all possible", "number", "% variance"


class Training(NamedTuple):
    """Training patients of one family, the study's settings for it, and what tells them from others."""

    family: str
    label: str
    X: pd.DataFrame
    y: pd.Series
    name: str
    selection: SelectionSettings
    forest: ForestSettings
    resampling: ResamplingSettings
    key: str
    metadata: Metadata

    def remember(self, make: Any, *key: object) -> Any:
        """What ``make`` gives for these patients, computed once per key."""
        return access.derive(make, self.key, *key)

    def widget(self, key: str) -> str:
        """Each family keeps its own settings."""
        return f"{self.family}_{key}"


def training(family: str, label: str, features: pd.DataFrame) -> Training:
    """The training patients whose features were computed."""
    study = access.study()
    clinical = study.clinical.set_index("patient").loc[features.index]
    clinical = clinical[clinical["role"] == "training"]
    settings = study.settings
    return Training(
        family, label, features.loc[clinical.index], clinical["lnm"], ", ".join(clinical["cohort"].unique()),
        settings.selection(family), settings.forest, replace(settings.resampling, repeats=1),
        access.pipeline().keys[f"signature_{family}"], metadata(study, family, _readings),
    )  # fmt: skip


def _readings(stage: str) -> dict[str, Any]:
    return {"readings": access.frame(stage, "readings")}


def starts(of: Training, everything: Projections) -> dict[str, Any]:
    """The study's own settings, as the controls show them."""
    given, most = of.selection.components, everything.most
    share = given is not None and given < 1
    return {
        state.TUNING_COMPONENTS: ALL if given is None else SHARE if share else NUMBER,
        state.TUNING_NUMBER: min(20 if given is None or share else int(given), most),
        state.TUNING_SHARE: round(100 * given) if given is not None and share else 90,
        state.TUNING_NEIGHBOURS: min(of.selection.neighbours, everything.neighbours),
        state.TUNING_KEEP: min(of.selection.keep, most),
        state.TUNING_TREES: of.forest.trees,
    }


def reset(of: Training, first: dict[str, Any]) -> None:
    """Put the study's settings back."""
    for key, value in first.items():
        st.session_state[of.widget(key)] = value


def components(of: Training, first: dict[str, Any], most: int) -> int | float | None:
    """Number of PCA components, a share of variance, or None for all possible."""
    how = show.choice(
        "Components", [ALL, NUMBER, SHARE], of.widget(state.TUNING_COMPONENTS),
        default=first[state.TUNING_COMPONENTS], help=words.HELP_COMPONENTS,
    )  # fmt: skip
    if how == NUMBER:
        return _slider(of, first, state.TUNING_NUMBER, "Number", most)
    if how == SHARE:
        return _slider(of, first, state.TUNING_SHARE, "% of the variance", 99) / 100
    return None


def relief(of: Training, first: dict[str, Any], everything: Projections) -> tuple[int, int]:
    """Neighbours and components kept."""
    near, kept = st.columns(2)
    with near:
        if of.selection.method == "relieff":
            most, said = everything.neighbours, words.HELP_NEIGHBOURS
            neighbours = _slider(of, first, state.TUNING_NEIGHBOURS, "Neighbours", most, said)
        else:
            neighbours = of.selection.neighbours
            st.caption(words.no_neighbours(of.selection))
    with kept:
        keep = _slider(of, first, state.TUNING_KEEP, "Components kept", everything.most, words.HELP_KEEP)
    return neighbours, keep


def forest(of: Training, first: dict[str, Any]) -> ForestSettings:
    """Number of trees; the rest as the study has it."""
    most = max(1000, of.forest.trees)
    trees = _slider(of, first, state.TUNING_TREES, "Trees", most, words.HELP_TREES, 10)
    return replace(of.forest, trees=trees)


def _slider(
    of: Training, first: dict[str, Any], key: str, label: str, most: int, said: str = "", step: int = 1
) -> int:
    """A whole number up to ``most``; a plain line where there is nothing to choose."""
    if most <= step:
        st.caption(f"{label}: {most}, no other number is possible here.")
        return most
    return st.slider(
        label, min(step, first[key]), most, first[key], step, key=of.widget(key), bind="query-params",
        help=said or None,
    )  # fmt: skip
