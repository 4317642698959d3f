"""Names of features in parts that can be read: image type, class, feature."""

import re

import pandas as pd

from core.families import DEEP

PERITUMORAL = "peritumoral_"  # before PyRadiomics' name of a feature of the ring around the lesion
LOG = re.compile(r"log-sigma-(\d+)-(\d+)-mm.*")


def parts(names: "pd.Index[str] | list[str]") -> pd.DataFrame:
    """Parts of feature names, one row each.

    Columns: feature (as stored), image (original, log-sigma-1-mm, wavelet-LLH, ...), group (the image type
    without its sigma or band), class (shape, firstorder, glcm, ...), short (readable). A deep feature has the
    backbone as image and group and no class; one of the peritumoral ring has it in ``short``.
    """
    return pd.DataFrame([_parts(str(name)) for name in names])


def _parts(name: str) -> dict[str, str]:
    if name.startswith(PERITUMORAL):
        inner = _parts(name.removeprefix(PERITUMORAL))
        return {**inner, "feature": name, "short": f"ring {inner['short']}"}
    image, _, rest = name.partition("_")
    if image in DEEP:
        title = DEEP[image]
        return {"feature": name, "image": title, "group": title, "class": "", "short": f"{title} {rest}"}
    kind, _, feature = rest.partition("_")
    shown = LOG.sub(lambda m: f"log-sigma-{float(f'{m[1]}.{m[2]}'):g}-mm", image)
    group = "log-sigma" if shown.startswith("log-sigma") else shown.split("-")[0]
    return {
        "feature": name, "image": shown, "group": group, "class": kind, "short": f"{shown} {kind} {feature}",
    }  # fmt: skip
