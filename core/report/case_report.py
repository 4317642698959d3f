"""One case on one page of HTML: opens without a network, prints on A4, names no file and no patient."""

import base64
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

from core.figures.case import among_figure, pushes_figure
from core.figures.export import can_draw
from core.figures.nomogram import Marked, nomogram_figure
from core.figures.palette import LIGHT, LNM_NAMES
from core.figures.slices import Slice, slice_figure
from core.figures.text import number
from core.methods import predict as said
from core.models.bundle import Bundle
from core.models.case.prediction import Prediction

BARS = 10
STYLE = """
@page { size: A4; margin: 8mm }
body { font: 12px/1.35 "Source Sans 3", "Helvetica Neue", Arial, sans-serif; color: #1c2126;
  max-width: 1000px; margin: 12px auto; padding: 0 12px }
h1 { font-size: 18px; margin: 0 } h2 { font-size: 13px; margin: 8px 0 2px }
p { margin: 3px 0 } .big { font-size: 22px; font-weight: 600; margin: 4px 0 }
.alarm { border: 2px solid #b3261e; color: #b3261e; padding: 4px 8px; font-weight: 600 }
.warn { border-left: 4px solid #e69f00; padding-left: 8px } .quiet { color: #5c6670; font-size: 10.5px }
.row { display: grid; grid-template-columns: 1fr 1fr; gap: 14px }
.wide { grid-template-columns: 36fr 64fr } img, .plot { width: 100%; display: block }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: 1px 8px 1px 0;
  border-bottom: 1px solid #e3e6e9; font-variant-numeric: tabular-nums }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 8.5px }
  img { max-height: 78mm; object-fit: contain; object-position: left top } .big { font-size: 17px }
  .quiet { font-size: 7.5px } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
"""


def case_report(result: Prediction, bundle: Bundle, picture: Slice, notes: Sequence[str], line: str) -> str:
    """The page.

    ``picture``: the key slice with the tumour's outline; ``notes``: on the upload; ``line``: provenance.
    """
    slice_, nomogram, among, pushed = _drawn(_figures(result, bundle, picture))
    meaning = said.interval_meaning(result) if result.models else ""
    parts = [
        f"<h1>Nodescope: one case</h1><p class='quiet'>{escape(line)}</p>",
        *_headline(result),
        f"<div class='row wide'><div><h2>Key slice with the tumour</h2>{slice_}",
        _tumour(result, picture.title, notes),
        f"</div><div><h2>Signatures</h2>{_table(pd.DataFrame(said.signature_table(result)))}",
        _table(pd.DataFrame(said.covariate_table(result))) if result.covariates else "",
        f"<h2>Nearest training patients</h2>{_table(_nearest(result))}",
        f"<p class='quiet'>{escape(said.neighbours(result))}</p></div></div>",
        f"<h2>Nomogram</h2>{nomogram}",
        f"<div class='row'><div><h2>Among the training patients</h2>{among}",
        f"<p class='quiet'>{escape(meaning)}</p></div><div>",
        f"<h2>Features that pushed the radiomics signature most</h2>{pushed}" if pushed else "",
        "</div></div>",
        f"<p class='quiet'>{escape(said.methods(bundle, result.models))}</p>",
    ]
    head = f"<meta charset='utf-8'><title>Nodescope case report</title><style>{STYLE}</style>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{''.join(parts)}</body></html>\n"


def _figures(result: Prediction, bundle: Bundle, picture: Slice) -> list[go.Figure | None]:
    """Key slice, nomogram, place among the training patients, features that pushed (None without)."""
    marked = Marked(result.on_axes, result.points, result.total_points, result.probability)
    height = 310 + 50 * len(result.covariates)
    figures = [
        slice_figure(replace(picture, title=""), LIGHT, 330).update_layout(width=360),
        nomogram_figure(bundle.axes, LIGHT, marked).update_layout(width=1000, height=height),
        among_figure(bundle.training, result.as_dict(), LIGHT).update_layout(width=560, height=300),
    ]
    if not result.contributions:
        return [*figures, None]
    pushed = pushes_figure(pd.DataFrame(result.contributions).head(BARS), LIGHT)
    return [*figures, pushed.update_layout(width=560, height=300)]


def _drawn(figures: Sequence[go.Figure | None]) -> list[str]:
    """Figures as SVG images; where no browser draws files, as plotly's own, its script once."""
    there = [figure for figure in figures if figure is not None]
    if can_draw():
        drawn = iter(_svg_images(there))
    else:
        drawn = iter(_embedded(figure, first=figure is there[0]) for figure in there)
    return ["" if figure is None else next(drawn) for figure in figures]


def _svg_images(figures: Sequence[go.Figure]) -> list[str]:
    """All by one browser; each an image of its own, or their clip paths would take each other's names."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{k}.svg" for k in range(len(figures))]
        sheets = [figure.update_layout(paper_bgcolor="white") for figure in figures]
        pio.write_images(
            sheets,
            paths,
            format="svg",
            width=[f.layout.width for f in sheets],
            height=[f.layout.height for f in sheets],
        )
        codes = [base64.b64encode(path.read_bytes()).decode() for path in paths]
    return [f"<img alt='' src='data:image/svg+xml;base64,{code}'>" for code in codes]


def _embedded(figure: go.Figure, first: bool) -> str:
    html = figure.to_html(full_html=False, include_plotlyjs=first, config={"staticPlot": True})
    return f"<div class='plot'>{html}</div>"


def _headline(result: Prediction) -> list[str]:
    first, *others = result.warnings if not result.domain["inside"] else ["", *result.warnings]
    caution = " ".join([*others, "Research use only, not for clinical decisions."])
    return [
        f"<p class='alarm'>{escape(first)}</p>" if first else "",
        f"<p class='big'>Probability of LNM {number(result.probability)}</p>",
        f"<p>{escape(said.headline(result))}</p><p><b>{escape(said.interval(result))}</b></p>",
        f"<p class='warn'>{escape(caution)}</p>",
    ]


def _tumour(result: Prediction, phase: str, notes: Sequence[str]) -> str:
    tumour = result.tumour
    size = f"{tumour['voxels']:,} voxels, {tumour['volume_mm3'] / 1000:.1f} cc"
    weights = "; ".join(f"{name}: {label}" for name, label in result.weights.items())
    quiet = escape(f"{' '.join(notes)} Weights: {weights}.")
    return (
        f"<p>{size}, extent {tumour['diameter_mm']:.0f} mm; {escape(phase)}.</p><p class='quiet'>{quiet}</p>"
    )


def _nearest(result: Prediction) -> pd.DataFrame:
    rows = pd.DataFrame(result.neighbours)
    numbers = rows.drop(columns=["rank", "lnm"]).map(number).rename(columns={"distance": "Distance"})
    return pd.concat([rows["rank"].rename("Rank"), rows["lnm"].map(LNM_NAMES).rename("LNM"), numbers], axis=1)


def _table(frame: pd.DataFrame) -> str:
    return str(frame.to_html(index=False, border=0, escape=True))
