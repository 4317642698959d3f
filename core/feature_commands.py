"""What each command on one image does: its features, its tumour volume, the engine on IBSI's phantom."""

import json
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.commands import FINE, WITH_WARNINGS
from core.errors import StudyError
from core.places import check_places

if TYPE_CHECKING:
    from core.imaging.parts import Which


def radiomics(
    image: Path, mask: Path, settings: Path | None, label: int | None, parts: "Which", output: Path
) -> int:
    """One row of 1781 features, or one per part of the lesion, the largest first."""
    from concurrent.futures import ThreadPoolExecutor
    from dataclasses import replace

    import pandas as pd

    from core.features.parameter_file import from_yaml
    from core.features.radiomics import extract
    from core.imaging.opening import read_pair
    from core.imaging.parts import lesions
    from core.settings import RadiomicsSettings

    check_places(output)
    chosen = from_yaml(_read_settings(settings)) if settings else RadiomicsSettings()
    chosen = chosen if label is None else replace(chosen, label=label)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(read_pair, image, mask, chosen.label)  # a child decodes while this process imports
        _announce()
    volume, drawn, notes = read.result()
    _say(notes)
    ones = lesions(drawn, chosen.label, parts)  # of 0 and 1
    rows = [extract(volume, one, replace(chosen, label=1)) for one in ones]
    pd.DataFrame(rows).to_csv(output, index=False)
    return FINE


def deep(image: Path, mask: Path, backbone: Any, cache: Path, output: Path) -> int:
    """One row of average-pool features."""
    import pandas as pd

    from core.imaging.opening import read_pair
    from core.models.case import deep_features
    from core.settings import DeepSettings, PatchSettings

    check_places(output, cache)
    volume, drawn, notes = read_pair(image, mask)
    _say(notes)
    cut, folder = PatchSettings(), cache / "weights"
    values, weights = deep_features(volume, drawn, backbone, cut, DeepSettings(), folder)
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
    pair = read_pair(*phantom_files(phantom))[:2] if phantom else None
    _announce(COMPILED)
    table = ibsi_table(pair)
    table.to_csv(output, index=False)
    print(headline(table), file=sys.stderr)
    return WITH_WARNINGS if (table["status"] == OUTSIDE).any() else FINE


def _announce(modules: str | tuple[str, ...] = "core.features") -> None:
    """Say so where these modules of the feature engine are compiled first."""
    from core.features.radiomics import note_on_first_use

    _say(filter(None, [note_on_first_use(modules)]))


def _say(notes: Iterable[str]) -> None:
    for note in notes:
        print(note, file=sys.stderr, flush=True)


def _read_settings(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = "a file in another encoding" if isinstance(error, UnicodeDecodeError) else "none"
        expected = "The settings must be a readable file in UTF-8"
        raise StudyError("SETTINGS-FILE", expected, found, "Check --settings.") from error
