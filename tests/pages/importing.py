"""What tests of the data page share: a folder of data, and an import as another session finds it."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk
from streamlit.testing.v1 import AppTest

from core.importing.drafts import Draft, Drafts
from tests.image_study import SPACING, lesion
from tests.volumes import as_image

PAGE = "pages/study/data.py"
N = 14
STAGES = ("N0", "N1a")
SERVER = "On the server"


def write_data(folder: Path) -> None:
    """What a user has on the server: a table, and a folder per patient."""
    for k in range(N):
        write_exam(folder / "images" / f"P{k:02d}", k)
    rows = [f"P{k:02d},{STAGES[k % 2]},{40 + k},2015-03-{k + 1:02d},GE" for k in range(N)]
    (folder / "table.csv").write_text("\n".join(["id,pathologic_N,age,surgery_date,scanner", *rows]) + "\n")


def write_exam(folder: Path, k: int) -> None:
    """One image and its mask."""
    folder.mkdir(parents=True)
    random, inside = np.random.default_rng(k), lesion(k)
    voxels = (100 + 40 * inside + random.normal(0, 4, inside.shape)).astype(np.float32)
    sitk.WriteImage(as_image(voxels, SPACING), str(folder / "dce_1.nii.gz"))
    sitk.WriteImage(as_image(inside.astype(np.uint8), SPACING), str(folder / "mask.nii.gz"))


def reopen(opened, draft: Draft) -> AppTest:
    """The import as another session finds it."""
    app = opened(PAGE)
    return app.button(key=f"go_{draft.number}").click().run()


def fresh(draft: Draft) -> dict[str, object]:
    """The choices as they stand on disk."""
    return Drafts(draft.folder.parents[1]).load(draft.number).choices


def press(app: AppTest, label: str) -> AppTest:
    """Click the button of this label."""
    return next(b for b in app.button if b.label == label).click().run()
