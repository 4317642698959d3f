"""The whole study on one page of HTML: opens without a network, figures can be zoomed and read off."""

from collections.abc import Callable
from datetime import date
from html import escape

import pandas as pd
from markdown_it import MarkdownIt

from core import __version__
from core.figures.palette import LIGHT
from core.methods.overview import methods
from core.methods.tuning.record import provenance
from core.report.study import biology, imaging, models
from core.report.study.parts import Plot, Results, Section, Table
from core.report.study.patients import patients
from core.settings import differing, resting_on_deep
from core.tuning.record import Record

EVALUATED = ("evaluation", "fusion")
# Title, stages without which there is none, and what makes it; None where they found nothing to show.
CHAPTERS: tuple[tuple[str, tuple[str, ...], Callable[[Results], Section | None]], ...] = (
    ("Patients", (), patients),
    ("Robustness to the contour", (), imaging.robustness),
    ("Models", EVALUATED, models.discrimination),
    ("Differences between the models", EVALUATED, models.differences),
    ("Nomogram", ("fusion",), models.nomogram),
    ("Validation", ("evaluation",), models.validation),
    ("Co-expression modules", ("modules", "module_traits"), biology.modules),
    ("Pathways of the modules", ("enrichment", "gsva", "fusion", "modules"), biology.pathways),
    ("GSVA", ("gsva", "fusion"), biology.gsva),
    ("Gene score", ("gene_score",), biology.gene_score),
    ("Beside the published results", ("evaluation",), models.beside_the_paper),
)
# Names of a study must neither link nor load anything.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])
CONFIG = {"displaylogo": False, "responsive": True}
STYLE = """
body { font: 15px/1.5 "Source Sans 3", "Helvetica Neue", Arial, sans-serif; color: #1c2126; background: #fff;
  max-width: 1080px; margin: 24px auto; padding: 0 20px }
h1 { font-size: 28px; margin: 0 } h2 { font-size: 21px; margin: 44px 0 6px; border-top: 1px solid #e3e6e9;
  padding-top: 14px } .quiet { color: #5c6670; font-size: 13px } .badges span { display: inline-block;
  border: 1px solid currentColor; border-radius: 4px; padding: 1px 8px; margin: 0 6px 4px 0; font-size: 13px }
.caution { color: #8a4b00 } nav a { margin-right: 14px } a { color: #5b4fcf } figure { margin: 14px 0 4px }
figcaption p, .quiet p { margin: 2px 0 } .scroll { overflow-x: auto } table { border-collapse: collapse;
  font-size: 13px; min-width: 60% } td, th { text-align: left; padding: 3px 12px 3px 0; vertical-align: top;
  border-bottom: 1px solid #e3e6e9; font-variant-numeric: tabular-nums }
@media print { nav { display: none } figure, table { break-inside: avoid } body { max-width: none } }
"""


def study_report(results: Results, record: Record) -> str:
    """The page, of the chapters that are computed; ``record``: what tuning has done to the study."""
    made = [(title, make(results)) for title, needs, make in CHAPTERS if results.has(*needs)]
    sections = [(title, section) for title, section in made if section is not None]
    drawn = _Drawn()
    body = "".join(drawn.section(n, title, section) for n, (title, section) in enumerate(sections))
    links = "".join(f"<a href='#s{n}'>{escape(title)}</a>" for n, (title, _) in enumerate(sections))
    title = escape(results.study.name)
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width'><title>{title}: Nodescope report</title>"
        f"<style>{STYLE}</style></head><body>{_head(results, record)}<nav>{links}</nav>{body}"
        f"{_foot(results)}</body></html>\n"
    )


def contents(results: Results) -> tuple[list[str], list[str]]:
    """Titles of the chapters that a report would have, and of the stages that are not computed."""
    return [title for title, needs, _ in CHAPTERS if results.has(*needs)], _waiting(results)


class _Drawn:
    """Turns sections into HTML; Plotly's script comes with the first figure alone."""

    def __init__(self) -> None:
        self.script = True

    def section(self, number: int, title: str, section: Section) -> str:
        body = "".join(self._part(part) for part in section.parts if part)
        text = f"<div class='quiet'><b>Methods.</b> {escape(section.methods)}</div>"
        return f"<section id='s{number}'><h2>{escape(title)}</h2>{body}{text}</section>"

    def _part(self, part: str | Plot | Table) -> str:
        if isinstance(part, str):
            return _text(part)
        if isinstance(part, Table):
            return f"<figure>{_table(part.frame)}{_caption(part.caption)}</figure>"
        figure = part.draw(theme=LIGHT)
        html = figure.to_html(full_html=False, include_plotlyjs=self.script, config=CONFIG)
        self.script = False
        return f"<figure>{html}{_caption(part.caption)}</figure>"


def _head(results: Results, record: Record) -> str:
    study, preset = results.study, results.study.settings.preset
    badges = ["Research use only, not for clinical decisions", f"preset {preset}"]
    cautions = _cautions(results)
    marks = "".join(f"<span>{escape(text)}</span>" for text in badges)
    marks += "".join(f"<span class='caution'>{escape(text)}</span>" for text in cautions)
    line = f"Nodescope {__version__}, {date.today().isoformat()}. Tuning: {provenance(record)}."
    notes = "".join(_text(note) for note in results.signature_notes())
    about = f"<p>{escape(study.description)}</p>" if study.description else ""
    return (
        f"<h1>{escape(study.name)}</h1>{about}<p class='badges'>{marks}</p>{notes}"
        f"<p class='quiet'>{escape(line)}</p><div class='quiet'>{_missing(results)}</div>"
    )


def _cautions(results: Results) -> list[str]:
    """What makes the numbers no evidence."""
    said = ["Synthetic study: simulated patients, no clinical evidence"] if results.study.synthetic else []
    if results.study.settings.preset == "published":
        said.append("As published: selection outside the folds, optimistic")
    if results.random_weights():
        models = resting_on_deep(results.study.settings)
        said.append(f"Deep features from seeded random weights: {models} are no evidence")
    return said


def _missing(results: Results) -> str:
    waiting = _waiting(results)
    return _text(f"Not computed, so not in this report: {', '.join(waiting)}.") if waiting else ""


def _waiting(results: Results) -> list[str]:
    return [state.title for state in results.pipeline.states() if state.state != "done"]


def _foot(results: Results) -> str:
    """The methods of the headline, what the study sets itself, and the keys of all that was used."""
    changed = pd.DataFrame(differing(results.study.settings), columns=["Setting", "Value", "Default"])
    keys = pd.DataFrame(sorted(results.used.items()), columns=["Stage", "Settings key"])
    own = _table(changed) if len(changed) else _text("All settings are the defaults.")
    return (
        f"<section><h2>Methods and settings</h2>{_text(methods(results.study.settings))}"
        f"<h3>Settings that differ from the defaults</h3>{own}<h3>Stored results</h3>{_table(keys)}</section>"
    )


def _caption(text: str) -> str:
    return f"<figcaption class='quiet'>{_text(text)}</figcaption>" if text else ""


def _text(markdown: str) -> str:
    return str(MARKDOWN.render(markdown))


def _table(frame: pd.DataFrame) -> str:
    return f"<div class='scroll'>{frame.to_html(index=False, border=0, escape=True, na_rep='')}</div>"
