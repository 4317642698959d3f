"""Report on the features: families, what differs by LNM, what is reproducible, what carries the signature."""

from functools import partial

import pandas as pd

from core.features.distribution import LEAST, compare
from core.features.naming import parts
from core.features.reliability import RELIABLE
from core.figures.agreement import groups_figure
from core.figures.features import rows_figure
from core.figures.palette import LNM_NAMES
from core.figures.text import listed, number, p_value, share
from core.methods.imaging import DESCRIPTIVE, differing_features, features_methods
from core.models.resampled import Resampled
from core.models.stability import feature_shares
from core.report.study.imaging import contours
from core.report.study.parts import Plot, Results, Section, Table
from core.stages.signatures import families

GROUPS = (LNM_NAMES[0], LNM_NAMES[1])
LEADING = 3  # image types that are named


def features(results: Results) -> Section:
    """A row per family, the radiomics features by their effect, and the image types of their signature."""
    settings = results.study.settings
    titles = {family: title for family, title in families(settings).items() if results.has(family)}
    tested = {family: _tested(results, family) for family in titles}
    rows = [_row(results, family, title, tested[family]) for family, title in titles.items()]
    found: list[str | Plot | Table] = [Table(pd.DataFrame(rows), _reproducible(results))]
    table, groups = tested["radiomics"], _groups(results)
    if len(table):
        said = differing_features(table, "radiomics", "in the training cohort", groups)
        draw = partial(rows_figure, table, by="group", groups=GROUPS)
        found += [said, Plot(draw, f"A point is a radiomics feature, large where q < 0.05. {DESCRIPTIVE}")]
    if results.has("signature_radiomics"):
        found += _carried(results)
    count = int(table["p"].notna().sum()) if len(table) else 0
    return Section(tuple(found), features_methods(settings, "radiomics", groups, count))


def _training(results: Results) -> pd.Series:
    """LNM of the training patients with features."""
    clinical = results.study.clinical.set_index("patient")
    measured = results.frame("radiomics", "features").index
    return clinical.loc[[p for p in measured if clinical.at[p, "role"] == "training"], "lnm"]


def _groups(results: Results) -> str:
    lnm = _training(results)
    return " v ".join(f"{name} (n = {(lnm == label).sum()})" for label, name in enumerate(GROUPS))


def _tested(results: Results, family: str) -> pd.DataFrame:
    """Every feature of a family by LNM in the training cohort; no rows where a class is too small."""
    lnm = _training(results)
    if lnm.value_counts().reindex([0, 1], fill_value=0).min() < LEAST:
        return pd.DataFrame()
    values = results.frame(family, "features").loc[lnm.index]
    return compare(values, lnm.to_numpy() == 1).merge(parts(values.columns), on="feature")


def _row(results: Results, family: str, title: str, tested: pd.DataFrame) -> dict[str, object]:
    """A family as printed."""
    measured = results.frame(family, "features")
    row: dict[str, object] = {
        "Family": title,
        "Features": f"{measured.shape[1]:,}",
        "Patients": len(measured),
    }
    if len(tested):
        known = tested.dropna(subset=["p"])
        row["Vary"] = f"{len(known):,}"
        row["q < 0.05 by LNM"] = f"{int((known['q'] < 0.05).sum()):,}"
    stage = contours(results) if family == "radiomics" else None
    icc = pd.Series(dtype=float) if stage is None else results.frame(stage, "icc")["icc"]
    row[f"ICC of {RELIABLE:g} or more"] = f"{int((icc >= RELIABLE).sum()):,}" if len(icc) else "not measured"
    info = results.frame(f"signature_{family}", "info")
    row["Components kept"] = share(info["kept"], info["available"]) if info else "not computed"
    row["Strongest by LNM"] = _strongest(tested)
    return row


def _strongest(tested: pd.DataFrame) -> str:
    if tested.empty or tested["p"].isna().all():
        return "not tested"
    best = tested.loc[tested["p"].idxmin()]
    return f"{best['short']}, AUC {number(best['auc'])}, {p_value(best['q'], 'q')}"


def _reproducible(results: Results) -> str:
    """What the columns of the families mean."""
    reading = "No ICC is computed" if contours(results) is None else "ICC: radiomics features alone"
    return f"LNM: training cohort, Mann-Whitney. {reading}. Components: of the fit on all training patients."


def _carried(results: Results) -> list[str | Plot | Table]:
    """Share of the radiomics signature that each image type carries over the models of the folds."""
    entry = results.pipeline.entry("signature_radiomics")
    names = [name for name in entry or () if name.startswith("resampled_")]
    frames = {name.removeprefix("resampled_"): results.frame("signature_radiomics", name) for name in names}
    if not frames:
        return []
    shares = feature_shares(Resampled.from_frames(frames))
    group = parts(shares.columns)["group"].to_numpy()
    carried = shares.T.groupby(group).sum().rename_axis("group").reset_index()
    carried.insert(1, "features", carried["group"].map(pd.Series(group).value_counts()))
    long = carried.melt(["group", "features"], var_name="fit", value_name="share")
    caption = "Loadings lead back from the components to the features. Tick: share of all features."
    said = f"{_leading(long)}: median share over {len(shares)} models of the folds."
    return [said, Plot(partial(groups_figure, long, "Radiomics"), caption)]


def _leading(carried: pd.DataFrame) -> str:
    """The image types that carry most, beside their share of the features: ``groups_figure``'s frame."""
    middle = carried.groupby("group").agg(share=("share", "median"), features=("features", "first"))
    middle["of"] = middle["features"] / middle["features"].sum()
    most = middle.sort_values("share", ascending=False)[:LEADING]
    named = [
        f"{row.Index} (**{100 * row.share:.0f}%**; {100 * row.of:.0f}% of the features)"
        for row in most.itertuples()
    ]
    return f"The radiomics signature rests most on {listed(named)}"
