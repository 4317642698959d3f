"""How images and masks are named: layouts that fit, a pattern of one's own, and what it matches."""

from dataclasses import replace

import streamlit as st

from core.errors import NodescopeError
from core.figures.text import listed, plain
from core.importing.drafts import Draft
from core.study.intake.layouts import Proposal, propose
from core.study.intake.patterns import UNSOUGHT, Preview
from core.study.intake.plan import CohortPlan
from pages._ui.guard import show as show_error
from pages._ui.study.data import drafting, planned

OWN = "own"
NAMES = {
    "patient": "Patient", "name": "Name there", "rule": "Joined by", "phases": "Phases", "files": "Files",
    "mask": "Mask", "problem": "Problem",
}  # fmt: skip
MOST = 8  # patients joined by hand at a time
NOBODY = ""
INSIDE = (
    "Masks inside are not looked for yet: one is when you show its case below, all are when the study is "
    "created. Who has none is left out then, by name."
)


def choose(draft: Draft, cohort: CohortPlan, patients: list[str]) -> CohortPlan:
    """The cohort with its patterns, and the numbers of patients that each proposal matches."""
    found = _proposals(draft, cohort, patients)
    options = [*found, OWN]
    titles = {layout: _title(proposal, len(patients)) for layout, proposal in found.items()}
    if not found:
        st.warning(
            "No usual layout matches a patient of the clinical table here. Is it the right folder, and do "
            "its names hold the patient codes? Else describe the names below.",
            icon=":material/search_off:",
        )
    chosen = st.radio(
        "How the files are named", options,
        format_func=lambda o: titles.get(o, "otherwise: a pattern of my own"),
        **drafting.kept(draft, f"layout_{cohort.name}", options[0], options),
    )  # fmt: skip
    now = found[chosen] if chosen != OWN else None
    images, masks = (now.images, now.masks) if now else _own(draft, cohort)
    if now:
        st.caption(f"Images *{plain(images)}*, masks *{plain(masks) or 'in the same folders'}*")
    if (images, masks) != (cohort.images, cohort.masks):
        name = cohort.name
        draft.put(**{f"pattern_{name}": images, f"mask_pattern_{name}": masks, f"seen_{name}": ""})
    return replace(cohort, images=images, masks=masks)


def preview(draft: Draft, cohort: CohortPlan, shown: Preview) -> None:
    """How many patients are complete, what is wrong with the others, and joining by hand."""
    table = shown.table
    whole = f"{len(shown.complete)} of {len(table)} patients have"
    if shown.sought:
        st.markdown(f"**{whole} an image and a mask.**")
    else:
        st.markdown(f"**{whole} an exam folder.** {INSIDE}")
    faulty = table[table["problem"] != ""]
    only = False
    if len(faulty):
        only = st.toggle(f"Only the {len(faulty)} with a problem", key=drafting.key(draft, "faulty"))
    rows = (faulty if only else table).rename(columns=NAMES)
    st.dataframe(rows, hide_index=True, height=min(38 + 35 * len(rows), 320))
    if shown.unused:
        more = ", ..." if len(shown.unused) > 5 else ""
        some = listed([plain(name) for name in shown.unused[:5]], ", ")
        st.caption(f"{len(shown.unused)} names in the folder are of no patient of this cohort: {some}{more}.")
    if shown.cut:
        st.warning("The folder holds more than could be looked at: choose one further down.")
    _by_hand(draft, cohort, shown)


def _proposals(draft: Draft, cohort: CohortPlan, patients: list[str]) -> dict[str, Proposal]:
    """Proposals by layout."""
    images, masks = planned.listings(draft, cohort)
    mark = (id(images), id(masks), tuple(patients))
    found = drafting.memo(
        draft, f"proposals_{cohort.name}", mark, lambda: propose(images, patients, masks)
    )  # fmt: skip
    return {proposal.layout: proposal for proposal in found[:4]}


def _title(proposal: Proposal, patients: int) -> str:
    of = f"of **{proposal.complete} of {patients}** patients"
    if proposal.masks:
        return f"{proposal.layout}: image and mask {of}"
    return f"{proposal.layout}: exam folder {of}; masks {UNSOUGHT}"


def _own(draft: Draft, cohort: CohortPlan) -> tuple[str, str]:
    left, right = st.columns(2)
    images = left.text_input(
        "Images", placeholder="{patient}/dce_{phase}.nii.gz",
        help="Names below the folder: {patient} the code, {phase} its number, * anything, **/ any folders.",
        **drafting.kept(draft, f"own_images_{cohort.name}", cohort.images),
    )  # fmt: skip
    masks = right.text_input(
        "Masks", placeholder="{patient}/mask.nii.gz",
        help="Empty: the mask lies in the patient's own folder.",
        **drafting.kept(draft, f"own_masks_{cohort.name}", cohort.masks),
    )  # fmt: skip
    return images.strip(), masks.strip()


def _by_hand(draft: Draft, cohort: CohortPlan, shown: Preview) -> None:
    """Patients whose name is not told apart, or not found, joined to a name of the folder."""
    ambiguous = shown.matches.ambiguous
    several = dict(zip(ambiguous["patient"], ambiguous["candidates"].str.split(", "), strict=True))
    none = {patient: list(shown.unused) for patient in shown.matches.unmatched if shown.unused}
    chosen = dict(draft.get(f"chosen_{cohort.name}", {}))
    open_ = {**{p: [n] for p, n in chosen.items()}, **several, **none}
    if not open_:
        return
    with st.expander(f"Join names by hand: {len(several)} ambiguous, {len(none)} not found"):
        for row in range(0, min(len(open_), MOST), 4):
            for place, (patient, names) in zip(
                st.columns(4), list(open_.items())[row : row + 4], strict=False
            ):
                key = drafting.key(draft, f"join_{cohort.name}_{patient}")
                options = [NOBODY, *names[:200]]
                place.selectbox(
                    plain(patient), options, options.index(chosen.get(patient, NOBODY)), key=key,
                    format_func=lambda name: name or "(left out)",
                    on_change=_join, args=(draft.number, cohort.name, patient, key),
                )  # fmt: skip


def _join(number: str, name: str, patient: str, key: str) -> None:
    draft = drafting.drafts().load(number)
    if draft is None:
        return
    joined = {p: n for p, n in draft.get(f"chosen_{name}", {}).items() if p != patient}
    value = st.session_state[key]
    draft.put(**{f"chosen_{name}": joined | ({patient: value} if value else {})})


def checked(draft: Draft, cohort: CohortPlan, patients: list[str]) -> Preview | None:
    """What the cohort's patterns match; what is wrong with them is said. None then."""
    try:
        return planned.matched(draft, cohort, patients)
    except NodescopeError as error:
        show_error(error)
        return None
