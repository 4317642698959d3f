"""What each command on one image does: its features, its tumour volume, the engine on IBSI's phantom."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from core.commands import FINE, WITH_WARNINGS
from core.errors import StudyError
from core.places import check_places


def radiomics(image: Path, mask: Path, settings: Path | None, output: Path) -> int:
    """One row of 1781 features."""
    from core.features.parameter_file import from_yaml
    from core.features.radiomics import extract
    from core.imaging.opening import read_pair
    from core.settings import RadiomicsSettings

    check_places(output)
    chosen = from_yaml(_read_settings(settings)) if settings else RadiomicsSettings()
    pair = read_pair(image, mask, chosen.label)
    _announce()
    extract(*pair, chosen).to_frame().T.to_csv(output, index=False)
    return FINE


def deep(image: Path, mask: Path, backbone: Any, cache: Path, output: Path) -> int:
    """One row of average-pool features."""
    import pandas as pd

    from core.imaging.opening import read_pair
    from core.models.case import deep_features
    from core.settings import DeepSettings, PatchSettings

    check_places(output, cache)
    pair = read_pair(image, mask)
    values, weights = deep_features(*pair, backbone, PatchSettings(), DeepSettings(), cache / "weights")
    print(f"{backbone}: {weights.label}", file=sys.stderr)
    pd.DataFrame([values]).to_csv(output, index=False)
    return FINE


def tumour_volume(dce: Path, pe: Path | None, ser: Path | None, seg: Path, output: Path) -> int:
    """The functional tumour volume; prints voxels and cubic centimetres."""
    import numpy as np
    import SimpleITK as sitk

    from core.imaging.opening import measured_volume
    from core.imaging.tumour_volume import cubic_cm
    from core.imaging.volumes import write_volume

    check_places(output)
    mask = measured_volume(dce, pe, ser, seg, partial(print, file=sys.stderr))
    write_volume(mask, output)
    voxels = int(np.count_nonzero(sitk.GetArrayViewFromImage(mask)))
    print(json.dumps({"voxels": voxels, "cc": round(cubic_cm(mask), 3)}))
    return FINE


def ibsi(phantom: Path | None, output: Path) -> int:
    """IBSI's reference values beside the engine's; 3 when a value lies outside its tolerance."""
    from core.features.ibsi.phantom import COMPILED, phantom_files
    from core.features.ibsi.table import OUTSIDE, headline, ibsi_table
    from core.imaging.opening import read_pair

    check_places(output)
    pair = read_pair(*phantom_files(phantom)) if phantom else None
    _announce(COMPILED)
    table = ibsi_table(pair)
    table.to_csv(output, index=False)
    print(headline(table), file=sys.stderr)
    return WITH_WARNINGS if (table["status"] == OUTSIDE).any() else FINE


def _announce(modules: str | tuple[str, ...] = "core.features") -> None:
    """Say so where these modules of the feature engine are compiled first."""
    from core.features.radiomics import note_on_first_use

    if note := note_on_first_use(modules):
        print(note, file=sys.stderr, flush=True)


def _read_settings(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = "a file in another encoding" if isinstance(error, UnicodeDecodeError) else "none"
        expected = "The settings must be a readable file in UTF-8"
        raise StudyError("SETTINGS-FILE", expected, found, "Check --settings.") from error
