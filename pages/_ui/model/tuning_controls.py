"""Controls of the tuning page: the settings of one signature, each kept in the link."""

from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from core.methods.learning import SHORT
from core.methods.tuning import controls as words
from core.models.preparation import Metadata
from core.models.tuning.projections import Projections
from core.settings import Classifier, ForestSettings, LearnerSettings, ResamplingSettings, SelectionSettings
from core.stages.metadata import metadata
from core.tuning.configuration import Configuration
from pages._ui import access, show, state

ALL, NUMBER, SHARE = "all possible", "number", "% variance"
MOST_TREES = 1000
Values = dict[str, Any]


class Training(NamedTuple):
    """Training patients of one family, the study's settings for it, and what tells them from others.

    ``others``: features of the validation patients, ``others_y`` their outcome.
    """

    family: str
    label: str
    X: pd.DataFrame
    y: pd.Series
    name: str
    selection: SelectionSettings
    forest: ForestSettings
    learner: LearnerSettings
    resampling: ResamplingSettings
    key: str
    metadata: Metadata
    study: Configuration
    others: pd.DataFrame
    others_y: pd.Series

    def remember(self, make: Any, *key: object) -> Any:
        """What ``make`` gives for these patients, computed once per key."""
        return access.derive(make, self.key, *key)

    def widget(self, key: str) -> str:
        """Each family keeps its own settings."""
        return f"{self.family}_{key}"

    def settings(self, of: Configuration) -> tuple[SelectionSettings, Classifier]:
        """The study's settings with a configuration in them."""
        return of.selection(self.selection), of.classifier(self.forest, self.learner)


def training(family: str, label: str, features: pd.DataFrame) -> Training:
    """The training patients whose features were computed."""
    study = access.study()
    every = study.clinical.set_index("patient").loc[features.index]
    clinical, others = (every[every["role"] == role] for role in ("training", "validation"))
    settings = study.settings
    return Training(
        family, label, features.loc[clinical.index], clinical["lnm"], ", ".join(clinical["cohort"].unique()),
        settings.selection(family), settings.forest, settings.learner,
        replace(settings.resampling, repeats=1),
        access.pipeline().keys[f"signature_{family}"], metadata(study, family, _readings),
        Configuration.of(settings, family), features.loc[others.index], others["lnm"],
    )  # fmt: skip


def _readings(stage: str) -> dict[str, Any]:
    return {"readings": access.frame(stage, "readings")}


def values(of: Training, shown: Configuration, everything: Projections) -> Values:
    """A configuration as the controls show it."""
    given, most = shown.components, everything.most
    share = given is not None and given < 1
    return {
        state.TUNING_COMPONENTS: ALL if given is None else SHARE if share else NUMBER,
        state.TUNING_NUMBER: min(20 if given is None or share else int(given), most),
        state.TUNING_SHARE: max(1, min(99, round(100 * given))) if given is not None and share else 90,
        state.TUNING_NEIGHBOURS: min(shown.neighbours, everything.neighbours),
        state.TUNING_KEEP: min(shown.keep, most),
        state.TUNING_TREES: min(shown.trees, most_trees(of)),
        state.TUNING_LEARNER: SHORT[shown.learner],
    }


def as_set(given: Values) -> Configuration:
    """The configuration that the controls show."""
    how, share = given[state.TUNING_COMPONENTS], given[state.TUNING_SHARE] / 100
    components = {ALL: None, NUMBER: given[state.TUNING_NUMBER], SHARE: share}[how]
    rest = (state.TUNING_NEIGHBOURS, state.TUNING_KEEP, state.TUNING_TREES)
    learner = next(name for name, said in SHORT.items() if said == given[state.TUNING_LEARNER])
    return Configuration(components, *(given[key] for key in rest), learner)


def nearest(of: Training, wanted: Configuration, everything: Projections) -> Configuration:
    """The configuration that the controls show for one that may be beyond their ends."""
    return as_set(values(of, wanted, everything))


def move(of: Training, shown: Configuration, everything: Projections) -> None:
    """Let the controls show a configuration."""
    for key, value in values(of, shown, everything).items():
        st.session_state[of.widget(key)] = value


def components(of: Training, first: Values, most: int) -> Values:
    """Number of PCA components, a share of variance, or all possible."""
    how = show.choice(
        "Components", [ALL, NUMBER, SHARE], of.widget(state.TUNING_COMPONENTS),
        default=first[state.TUNING_COMPONENTS], help=words.HELP_COMPONENTS,
    )  # fmt: skip
    found = {**first, state.TUNING_COMPONENTS: how}
    if how == NUMBER:
        found[state.TUNING_NUMBER] = _slider(of, first, state.TUNING_NUMBER, "Number", most)
    if how == SHARE:
        found[state.TUNING_SHARE] = _slider(of, first, state.TUNING_SHARE, "% of the variance", 99)
    return found


def relief(of: Training, first: Values, everything: Projections) -> Values:
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
    return {state.TUNING_NEIGHBOURS: neighbours, state.TUNING_KEEP: keep}


def learner(of: Training, first: Values) -> Values:
    """The learner, and the number of trees of a forest; the rest as the study has it."""
    named = show.choice(
        "Learner", list(SHORT.values()), of.widget(state.TUNING_LEARNER),
        default=first[state.TUNING_LEARNER], help=words.HELP_LEARNER,
    )  # fmt: skip
    found = {**first, state.TUNING_LEARNER: named}
    if named == SHORT["forest"]:
        found[state.TUNING_TREES] = _slider(
            of, first, state.TUNING_TREES, "Trees", most_trees(of), words.HELP_TREES, 10
        )
    else:
        st.caption(words.fitted_anew(as_set(found).classifier(of.forest, of.learner)))
    return {key: found[key] for key in (state.TUNING_LEARNER, state.TUNING_TREES)}


def most_trees(of: Training) -> int:
    """The largest forest on this page."""
    return max(MOST_TREES, of.forest.trees)


def _slider(
    of: Training, first: Values, key: str, label: str, most: int, said: str = "", step: int = 1
) -> int:
    """A whole number up to ``most``; a plain line where there is nothing to choose."""
    if most <= step:
        st.caption(f"{label}: {most}, no other number is possible here.")
        return most
    return st.slider(
        label, min(step, first[key]), most, first[key], step, key=of.widget(key), bind="query-params",
        help=said or None,
    )  # fmt: skip
