"""The cases that this session holds, in its memory only."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import NodescopeError
from core.store import Entry
from pages._ui import state
from pages._ui.case.case import Case
from pages._ui.case.decoding import How

if TYPE_CHECKING:
    from core.models.case.prediction import Prediction

Ids = tuple[str, ...]


@dataclass(eq=False)
class Held:
    """One upload: its number in this session, the user's own names of its files, what came of it.

    ``at_hand``: its files are still there, so that they can be read in another way; ``how``: the way in which
    they were read last; ``wanted``: the one that the user asked for. ``batch``: its scanner, or whatever the
    model's ComBat goes by, None where it was not told; ``covariates``: those that were given, by name.
    """

    number: int
    names: str
    ids: Ids
    case: Case | None = None
    error: NodescopeError | None = None
    phase: int | None = None
    batch: str | None = None
    covariates: dict[str, float | str] = field(default_factory=dict)
    at_hand: bool = True
    how: How = How()
    wanted: How = How()
    results: dict[str, Any] = field(default_factory=dict)

    def result(self, entry: Entry) -> "Prediction | None":
        """Its prediction by this model, or None."""
        return self.results.get(entry.key)

    def key(self, name: str) -> str:
        """Each case has its own controls: the slice of one may not exist in the next."""
        return "-".join([name, *self.ids])

    def renew(self, case: Case) -> None:
        """Another mask, or another reading: it has to be confirmed and scored again."""
        self.case, self.phase = case, None
        self.results.clear()


def held() -> list[Held]:
    """Every case of this session, by number."""
    return list(st.session_state.get(state.CASE, {}).values())


def remove(ids: Ids) -> None:
    """Forget one case and everything computed of it."""
    kept = st.session_state.get(state.CASE, {})
    kept.pop(ids, None)
    st.session_state.setdefault(state.CASE_REMOVED, set()).add(ids)
    if not kept:
        st.session_state.pop(state.CASE, None)
