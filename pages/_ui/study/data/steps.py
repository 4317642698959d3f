"""The steps of an import: any can be looked at in any order, nothing that was chosen is lost."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.figures.text import plain
from core.importing.drafts import Draft
from pages._ui.guard import guarded
from pages._ui.study.data import clinical, drafting, expression, finish, images, named, rules


@dataclass(frozen=True)
class Step:
    """``draw`` shows it; ``missing`` says what it still needs, "" where it is done."""

    title: str
    draw: Callable[[Draft], None]
    missing: Callable[[Draft], str]


STEPS = {
    "study": Step("Name", named.draw, named.missing),
    "clinical": Step("Clinical table", clinical.draw, clinical.missing),
    "images": Step("Images and masks", images.draw, images.missing),
    "expression": Step("Expression", expression.draw, expression.missing),
    "rules": Step("Who is in", rules.draw, rules.missing),
    "create": Step("Check and create", finish.draw, finish.missing),
}


def draw(draft: Draft) -> None:
    """The steps above, the chosen one below, the way on last."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("All studies", icon=":material/arrow_back:", on_click=drafting.leave, type="tertiary")
        st.caption(
            f"Import of **{plain(draft.get('name') or 'a new study')}**. Every choice is kept as you make it."
        )
    names = list(STEPS)
    opened(draft, draft.get("step", names[0]))
    chosen = st.segmented_control(
        "Steps", names, format_func=lambda name: _title(draft, name), required=True,
        label_visibility="collapsed", **drafting.kept(draft, "step", names[0], names),
    )  # fmt: skip
    st.subheader(STEPS[chosen].title, anchor=False)
    with guarded():
        STEPS[chosen].draw(draft)
    _on(draft, chosen)


def opened(draft: Draft, *names: str) -> None:
    """Note that the user has seen these steps, with what they propose."""
    before = draft.get("opened", [])
    if new := [name for name in names if name not in before]:
        draft.put(opened=[*before, *new])


def _title(draft: Draft, name: str) -> str:
    """A tick where all is answered, by the user or by a proposal that the user has seen."""
    step, mark = STEPS[name], ""
    if name in draft.get("opened", []):
        mark = ":material/more_horiz: " if step.missing(draft) else ":material/check: "
    return f"{mark}{list(STEPS).index(name) + 1} {step.title}"


def _on(draft: Draft, chosen: str) -> None:
    """Back and next; what is missing here is said before the next step, and kept from creating a study."""
    names = list(STEPS)
    at, still = names.index(chosen), STEPS[chosen].missing(draft)
    st.divider()
    with st.container(horizontal=True, vertical_alignment="center"):
        if at:
            st.button("Back", icon=":material/arrow_back:", on_click=_go, args=(draft, names[at - 1]))
        if at + 1 < len(names):
            st.button(
                f"Next: {STEPS[names[at + 1]].title}", icon=":material/arrow_forward:", type="primary",
                on_click=_go, args=(draft, names[at + 1]), disabled=bool(still),
            )  # fmt: skip
            if still:
                st.caption(f"Still to do here: {still}.")


def _go(draft: Draft, name: str) -> None:
    draft.put(step=name)
    st.session_state[drafting.key(draft, "step")] = name
