"""One case of a cohort, read as the study will read it: does the mask lie on the tumour?"""

from functools import partial

import streamlit as st

from core.digests import digest
from core.figures.slices import slice_figure
from core.figures.text import plain
from core.importing.drafts import Draft
from core.study.intake.patterns import Preview
from core.study.intake.plan import CohortPlan
from pages._ui import show
from pages._ui.case import pictures
from pages._ui.case.case import Case, with_mask
from pages._ui.guard import guarded
from pages._ui.study.data import drafting


def draw(draft: Draft, cohort: CohortPlan, shown: Preview) -> None:
    """A patient to look at, the key slice with the outline, and the confirmation."""
    if not shown.complete:
        return
    st.markdown("#### Does the mask lie on the tumour?")
    patients = list(shown.complete)
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    patient = left.selectbox(
        "Patient to look at", patients, format_func=plain,
        **drafting.kept(draft, f"look_at_{cohort.name}", patients[0], patients),
    )  # fmt: skip
    opened = drafting.key(draft, f"open_{cohort.name}")
    if right.button(
        "Show this case", icon=":material/visibility:", type="primary" if _new(opened) else "secondary"
    ):
        st.session_state[opened] = True
    if _new(opened):
        return
    with guarded():
        _case(draft, cohort, shown, patient)


def confirmed(draft: Draft, cohort: CohortPlan) -> bool:
    """Whether a case was looked at since folders, patterns and phase are as they are."""
    return draft.get(f"seen_{cohort.name}") == _mark(cohort)


def _new(opened: str) -> bool:
    return not st.session_state.get(opened)


def _mark(cohort: CohortPlan) -> str:
    return digest([cohort.folder, cohort.masks_folder, cohort.images, cohort.masks, str(cohort.phase)])[:12]


def _case(draft: Draft, cohort: CohortPlan, shown: Preview, patient: str) -> None:
    series = cohort.series.get(patient)
    mark = (_mark(cohort), patient, series)
    with st.spinner("Reading the images"):
        case = drafting.memo(draft, "case", mark, lambda: _read(cohort, shown, patient))
    picture, facts = st.columns([3, 2], gap="large")
    phase = _phase(case, cohort)
    with facts:
        _facts(case, phase)
        _series(draft, cohort, case, patient)
        if confirmed(draft, cohort):
            st.markdown(":green-badge[:material/check: Confirmed]")
        else:
            st.button(
                "Yes, it lies on the tumour", type="primary", icon=":material/check:", on_click=_confirm,
                args=(draft.number, cohort.name, patient, _mark(cohort)),
            )  # fmt: skip
            st.caption("If not: choose other patterns above, or have the masks corrected first.")
    with picture:
        st.fragment(_slices)(draft, case, phase)


def _confirm(number: str, name: str, patient: str, mark: str) -> None:
    draft = drafting.drafts().load(number)
    if draft is not None:
        draft.put(**{f"seen_{name}": mark, f"confirmed_{name}": patient})


def _read(cohort: CohortPlan, shown: Preview, patient: str) -> Case:
    """Images and mask of a patient as the study will hold them. Raises ImageError or MaskError."""
    from core.imaging.opening import case_mask
    from core.importing.images import case_of, exam_of

    files = shown.files[patient]
    images = exam_of(cohort, files) if files.exam else case_of(cohort, files)
    case = Case(
        images.phases, images.phase_labels, (), images.notes, choices=images.choices, choice=images.choice
    )
    return with_mask(case, case_mask(images))


def _phase(case: Case, cohort: CohortPlan) -> int:
    """Of an exam the chosen phase, of a file the only one."""
    return min(cohort.phase, len(case.phases) - 1)


def _facts(case: Case, phase: int) -> None:
    report, image = case.report, case.phases[phase]
    size = " x ".join(str(n) for n in image.GetSize())
    spacing = " x ".join(f"{s:.2g}" for s in image.GetSpacing())
    st.markdown(
        f"**Tumour: {report.voxels:,} voxels, {report.volume_mm3 / 1000:.1f} cc, "
        f"{report.diameter_mm:.0f} mm**"
    )
    if len(case.labels) > 1:
        labels = ", ".join(f"{label} ({n:,} voxels)" for label, n in case.labels.items())
        st.markdown(f"Label {case.label} is taken as the tumour; the mask holds {labels}.")
    st.markdown(f"Shown: {plain(case.titles[phase])}; {size} voxels of {spacing} mm.")
    for note in (*case.notes, *report.notes):
        if note.startswith("["):
            st.warning(plain(note), icon=":material/warning:")
        else:
            st.caption(plain(note))


def _series(draft: Draft, cohort: CohortPlan, case: Case, patient: str) -> None:
    """Which of several series is the dynamic one of this patient."""
    if len(case.choices) < 2:
        return
    key = drafting.key(draft, f"series_{cohort.name}_{patient}")
    st.selectbox(
        "Dynamic series of this patient", range(len(case.choices)), case.choice, case.choices.__getitem__,
        key=key, on_change=_choose, args=(draft.number, cohort.name, patient, key),
    )  # fmt: skip


def _choose(number: str, name: str, patient: str, key: str) -> None:
    draft = drafting.drafts().load(number)
    if draft is not None:
        draft.put(**{f"series_{name}": draft.get(f"series_{name}", {}) | {patient: st.session_state[key]}})


def _slices(draft: Draft, case: Case, phase: int) -> None:
    with guarded():
        first, last = pictures.extent(case)
        index = case.key_slice
        if last > first:
            index = st.slider("Slice", first + 1, last + 1, index + 1, key=drafting.key(draft, "slice")) - 1
        figure = partial(slice_figure, pictures.overlay(case, phase, index))
        show.chart(figure, f"Slice {index + 1} with the tumour outlined.", "import_overlay", private=True)
