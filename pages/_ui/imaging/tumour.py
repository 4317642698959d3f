"""A patient's tumour over time and in space: enhancement over the phases, surface in 3D."""

from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.figures.text import number
from core.figures.tumour import kinetics_figure, surface_figure
from core.study.phase_files import phase_files, phase_titles
from pages._ui import access, show, state
from pages._ui.guard import guarded
from pages._ui.imaging.volume import has_lesion

if TYPE_CHECKING:
    from core.imaging.surface import Surface


def draw(patient: str) -> None:
    """The kinetic curve, and on demand the surface (slow to draw without a graphics card)."""
    if not has_lesion(patient):
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("**Enhancement of the tumour**")
        kinetics(patient)
    with right, guarded():
        st.markdown("**Surface of the tumour**")
        if st.toggle(
            "Draw in 3D", key=state.VIEW_SURFACE, help="Takes a few seconds without a graphics card."
        ):
            solid = surface(patient)
            said = f"{number(solid.voxel_mm3 / 1000, 2)} cc; drag to turn it."
            draw_it = partial(surface_figure, solid.vertices, solid.faces, solid.plane)
            show.chart(draw_it, said, "viewer_surface", caption=said)


def kinetics(patient: str) -> None:
    """Enhancement over the DCE phases."""
    study = access.study()
    files = phase_files(study, patient)
    titles = phase_titles(list(files), study.cohort(patient).phase)
    if len(files) < 2 or next(iter(titles.values())) != "pre-contrast":
        st.caption("No enhancement curve: it needs an image before and one after contrast.")
        return
    with guarded():
        table = _enhancement(patient, files)
        peak = table.loc[table["median"].idxmax()]
        said = (
            f"Enhancement is highest in the phase {titles[int(peak['phase'])]}: median "
            f"{number(peak['median'], 0)}% above pre-contrast, quartiles {number(peak['q1'], 0)} to "
            f"{number(peak['q3'], 0)}% (n = {int(peak['n']):,} voxels)."
        )
        show.chart(partial(kinetics_figure, table, titles), said, "kinetics", caption=said)


def surface(patient: str, index: int | None = None) -> "Surface":
    """The tumour's surface, with the plane of a slice where its number is given."""
    from core.imaging.surface import read_surface
    from core.imaging.volumes import is_volume_file

    study, label = access.study(), access.study().settings.radiomics.label
    image = None if is_volume_file(path := study.mask_path(patient)) else study.image_path(patient)
    return access.derive(partial(read_surface, path, index, label, image), patient, index, *_stamps([path]))


def _enhancement(patient: str, files: dict[int, Any]) -> pd.DataFrame:
    from core.imaging.kinetics import read_kinetics

    mask, label = access.study().mask_path(patient), access.study().settings.radiomics.label
    stamps = [f"{phase}" for phase in files] + _stamps([*files.values(), mask])
    return access.derive(partial(read_kinetics, files, mask, label), patient, *stamps)


def _stamps(paths: list[Any]) -> list[str]:
    """They change with the files."""
    return [f"{path} {path.stat().st_mtime_ns if path.exists() else 0}" for path in paths]
