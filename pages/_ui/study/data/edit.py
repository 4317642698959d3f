"""Changing a study that is there: its names, its cohorts, its outcome; comments of study.toml stay."""

from pathlib import Path
from typing import Any

import streamlit as st

from core.figures.text import plain
from core.importing.drafts import Draft
from core.study.toml_file import read_toml
from pages._ui import answers
from pages._ui.guard import guarded
from pages._ui.study.data import drafting, reopened, scale

ROLES = ("training", "validation")
SCALE, NEGATIVES = ("expression", "scale"), ("settings", "expression", "negatives")
Values = dict[tuple[str, ...], Any]


def draw(folder: Path) -> None:
    """A form of what study.toml says, and the way back into the import that made the study."""
    manifest = read_toml(folder).values
    with st.expander("Edit", icon=":material/edit:"):
        _again(folder)
        with st.form(f"edit_{folder.name}", border=False):
            values = {**_head(manifest), **_cohorts(manifest), **_outcome(manifest), **_expression(manifest)}
            saved = st.form_submit_button("Save the changes", icon=":material/save:", type="primary")
        st.caption(
            "Comments and everything else in study.toml stay. What depends on a change is computed anew."
        )
    if saved:
        _save({place: value for place, value in values.items() if _now(manifest, place) != value})


def _again(folder: Path) -> None:
    st.button(
        "Go through the import again", icon=":material/replay:", on_click=_reopen, args=(folder,),
        help="With every choice as it was made: table, images, expression and rules can be changed.",
    )  # fmt: skip


def _reopen(folder: Path) -> None:
    with guarded():
        drafting.open_(of_study(folder) or reopened.begin(folder))


def of_study(folder: Path) -> Draft | None:
    """The import that made the study, if it is still kept."""
    return next((d for d in drafting.drafts().all() if d.get("made") == folder.name), None)


def _save(changed: Values) -> None:
    if not changed:
        st.info("Nothing was changed.")
    elif answers.save(changed):
        st.toast("Saved.", icon=":material/check:")
        st.rerun()


def _head(manifest: dict[str, Any]) -> Values:
    head = manifest.get("study", {})
    return {
        ("study", "name"): st.text_input("Name", head.get("name", "")),
        ("study", "description"): st.text_area("Description", head.get("description", "")),
    }


def _cohorts(manifest: dict[str, Any]) -> Values:
    values: Values = {}
    for name, body in manifest.get("cohorts", {}).items():
        left, right = st.columns(2)
        role, phase = ("cohorts", name, "role"), ("cohorts", name, "phase")
        at = ROLES.index(body["role"]) if body.get("role") in ROLES else 0
        values[role] = left.selectbox(f"Role of {plain(name)}", ROLES, at, key=f"edit_role_{name}")
        values[phase] = right.number_input(
            f"DCE phase of {plain(name)}", 0, 20, int(body.get("phase", 1)), key=f"edit_phase_{name}",
            help="0: before contrast, 1: the first after it.",
        )  # fmt: skip
    return values


def _outcome(manifest: dict[str, Any]) -> Values:
    outcome = manifest.get("outcome", {})
    before = [str(value) for value in outcome.get("positive", [])]
    chosen = st.multiselect(
        f"Values of {plain(str(outcome.get('column', '')))} that mean LNM positive", before, before,
        accept_new_options=True,
    )  # fmt: skip
    same = chosen == before
    return {("outcome", "positive"): outcome.get("positive", []) if same else [_typed(v) for v in chosen]}


def _expression(manifest: dict[str, Any]) -> Values:
    expression = manifest.get("expression")
    if not expression:
        return {}
    now = {"scale": _now(manifest, SCALE), "negatives": _now(manifest, NEGATIVES)}
    left, right = st.columns(2)
    return {
        SCALE: _one_of(left, "Scale of the expression file", scale.SCALES, now["scale"]),
        NEGATIVES: _one_of(right, "Values below 0 on a linear scale", scale.NEGATIVES, now["negatives"]),
    }


def _one_of(place: Any, label: str, words: dict[str, str], now: Any) -> str:
    at = list(words).index(now) if now in words else 0
    return place.selectbox(label, list(words), at, format_func=words.get)


def _typed(text: str) -> Any:
    return int(text) if text.lstrip("-").isdigit() else text


def _now(manifest: dict[str, Any], place: tuple[str, ...]) -> Any:
    found: Any = manifest
    for name in place:
        found = found.get(name) if isinstance(found, dict) else None
    default = {"phase": 1, "scale": "auto", "negatives": "refuse", "description": ""}
    return default.get(place[-1]) if found is None else found
