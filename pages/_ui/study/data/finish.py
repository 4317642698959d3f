"""Check and create: what will be, what is still missing, the writing with its progress, then the check."""

import streamlit as st

from core.figures.text import plain
from core.importing import run as import_run
from core.importing.drafts import Draft
from core.importing.run import ImportRun
from core.paths import studies_folder
from core.study.intake.preview import EXAMS, PlanPreview
from core.study.toml_edit import edit_study
from pages._ui.guard import guarded
from pages._ui.guard import show as show_error
from pages._ui.study.data import (
    clinical,
    created,
    drafting,
    expression,
    images,
    named,
    own_settings,
    planned,
    reopened,
    rules,
    scale,
)

EVERY = 1.0
BEFORE = {
    "Name": named.missing, "Clinical table": clinical.missing, "Images and masks": images.missing,
    "Expression": expression.missing, "Who is in": rules.missing,
}  # fmt: skip


def draw(draft: Draft) -> None:
    """What there is to say of the import, whatever its state."""
    run = import_run.run_of(draft.number)
    if run is not None and run.state == "running":
        st.fragment(_running, run_every=EVERY)(draft, run)
        return
    if run is not None and run.error is not None:
        show_error(run.error)
        st.caption("Nothing was created; every choice is still here.")
    if run is not None and run.state == "done":
        created.draw(draft, run)
        st.divider()
    _offer(draft)


def _offer(draft: Draft) -> None:
    still = {title: said for title, missing in BEFORE.items() if (said := missing(draft))}
    if still:
        st.markdown("Before the study can be created:")
        for title, what in still.items():
            st.markdown(f"- **{title}**: {plain(what)}")
        return
    found = planned.ready(draft)
    shown = planned.shown(draft, found, rules.facts(draft))
    _summary(draft, shown)
    own_settings.draw(draft)
    again = named.stands(draft)
    label = "Create it again, in its place" if again else "Create the study"
    st.button(
        label, type="secondary" if again else "primary", icon=":material/check:", on_click=_start,
        args=(draft,), disabled=bool(own_settings.missing(draft)),
    )  # fmt: skip
    if again:
        st.caption("Settings and comments of study.toml stay; images and table are written anew.")
    else:
        st.caption(
            "Images are written as NIfTI without what their headers say of the patients; the originals are "
            "only read."
        )


def _summary(draft: Draft, shown: PlanPreview) -> None:
    table = shown.patients[shown.patients["included"]]
    for (cohort, role), part in table.groupby(["cohort", "role"], sort=False):
        positive = int((part["label"] == 1).sum())
        st.markdown(
            f"- **{plain(cohort)}** ({role}): {len(part)} patients, {positive} LNM positive, "
            f"{len(part) - positive} negative"
        )
    if EXAMS in shown.steps:
        st.markdown("- masks inside the exam folders are looked for now; who has none is left out, by name")
    said = "with" if draft.get("has_expression") else "without"
    out = len(shown.patients) - len(table)
    st.markdown(f"- {said} gene expression; {out} patients of the table are left out (see *Who is in*)")


def _start(draft: Draft) -> None:
    with guarded():
        draft.renew()  # a field may have been filled in since the button was drawn
        found = planned.ready(draft)
        folder, again = studies_folder() / named.folder_name(draft), named.stands(draft)
        number, name = draft.number, folder.name
        import_run.start(
            number, planned.plan(draft, found), found.frame, folder, rules.facts(draft), again,
            then=lambda: _note(number, name),
        )  # fmt: skip


def _note(number: str, name: str) -> None:
    """The draft belongs to a study from now on, whoever is still looking."""
    draft = drafting.drafts().load(number)
    if draft is None:
        return
    draft.put(made=name)
    genes = scale.values(draft) if draft.get("has_expression") else {}
    if own := {**genes, **own_settings.values(draft)}:
        edit_study(studies_folder() / name, own)
    reopened.let_go(draft)


def _running(draft: Draft, run: ImportRun) -> None:
    with guarded():
        if run.state != "running":
            st.rerun()
        share = run.done / run.total if run.total else 0.0
        count = f": {run.done} of {run.total}" if run.total else ""
        st.progress(min(share, 1.0), f"{run.stage}{count}")
        st.caption("This goes on when you leave the page or close the browser.")
        if st.button("Cancel", icon=":material/stop_circle:", help="Nothing is created then."):
            run.stop.set()


def missing(draft: Draft) -> str:
    """Whether the study is made."""
    return "" if draft.get("made") else "create the study"
