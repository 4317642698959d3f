"""What each command on one image does: its features, its tumour volume, the engine on IBSI's phantom."""

import json
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.commands.options import (
    FINE,
    WITH_WARNINGS,
    Add,
    cache_option,
    image_and_mask,
    output_option,
    what_is_measured,
)
from core.commands.places import check_places, write_output
from core.errors import StudyError

if TYPE_CHECKING:
    from core.imaging.parts import Which


def add_feature_commands(add: Add) -> None:
    """Declare the commands; ``add`` (name, command, help) gives the parser of each."""
    radiomics_of = add("radiomics", radiomics, "1781 PyRadiomics features of one lesion")
    image_and_mask(radiomics_of)
    radiomics_of.add_argument("--settings", type=Path, metavar="F.yaml", help="PyRadiomics parameter file")
    what_is_measured(radiomics_of, ("all", "largest", "each"))
    output_option(radiomics_of)
    deep_of = add("deep", deep, "GoogLeNet or ResNet50 features of one lesion's key slice")
    image_and_mask(deep_of)
    deep_of.add_argument("--backbone", choices=("googlenet", "resnet50"), required=True)
    cache_option(deep_of)
    output_option(deep_of)
    volume = add("tumour-volume", tumour_volume, "the I-SPY functional tumour volume as a mask")
    volume.add_argument("--dce", type=Path, required=True, metavar="DIR")
    for name in ("pe", "ser"):
        said = "computed from the phases where it is not given"
        volume.add_argument(f"--{name}", type=Path, metavar="DIR", help=said)
    volume.add_argument("--seg", type=Path, required=True, metavar="FILE")
    output_option(volume)
    ibsi_of = add("ibsi", ibsi, "the feature engine beside IBSI's reference values")
    ibsi_of.add_argument(
        "--phantom", type=Path, metavar="DIR", help="IBSI's own files, else the built-in copy"
    )
    output_option(ibsi_of)


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
    write_output(output, pd.DataFrame(rows).to_csv(index=False))
    return FINE


def deep(image: Path, mask: Path, backbone: Any, cache: Path, output: Path) -> int:
    """One row of average-pool features."""
    import pandas as pd

    from core.imaging.opening import read_pair
    from core.models.case.features import deep_features
    from core.settings import DeepSettings, PatchSettings

    check_places(output, cache)
    volume, drawn, notes = read_pair(image, mask)
    _say(notes)
    cut, folder = PatchSettings(), cache / "weights"
    values, weights = deep_features(volume, drawn, backbone, cut, DeepSettings(), folder)
    print(f"{backbone}: {weights.label}", file=sys.stderr)
    write_output(output, pd.DataFrame([values]).to_csv(index=False))
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
    write_output(output, table.to_csv(index=False))
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
