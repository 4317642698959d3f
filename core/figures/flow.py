"""The study flow, from images to pathways, with the state of each stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from core.figures.palette import Theme, style

WIDE, TALL = 0.88, 0.62
LETTERS = 14  # of a line in a box: it must fit on a narrow page too
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """One box: title, column and row."""

    title: str
    column: float
    row: float


# Placed so that no two arrows cross.
NODES = {
    "patients": Node("Patients", 0, 1),
    "masks": Node("Tumour masks", 1, 1),
    "resnet50": Node("ResNet50", 2, 0),
    "radiomics": Node("Radiomics", 2, 1),
    "googlenet": Node("GoogLeNet", 2, 2),
    "signature_resnet50": Node("ResNet50<br>signature", 3, 0),
    "signature_radiomics": Node("Radiomics<br>signature", 3, 1),
    "signature_googlenet": Node("GoogLeNet<br>signature", 3, 2),
    "fusion": Node("DLRN<br>nomogram", 4, 1),
    "evaluation": Node("Evaluation", 5, 1),
    "expression": Node("Expression", 1, 3.2),
    "gsva": Node("GSVA", 2, 3.2),
    "pathways": Node("Pathway-<br>signature", 3, 3.2),
    "modules": Node("WGCNA<br>modules", 2, 4.2),
    "module_traits": Node("Module-trait", 4, 4.2),
    "gene_score": Node("RadDeepGene", 5, 4.2),
    "enrichment": Node("Enrichment", 3, 5.2),
}
FAMILIES = ("radiomics", "googlenet", "resnet50")
RING = "peritumoral"
EDGES = (
    ("patients", "masks"), ("fusion", "evaluation"), ("patients", "expression"), ("expression", "modules"),
    ("modules", "module_traits"), ("modules", "enrichment"), ("expression", "gsva"), ("gsva", "pathways"),
    ("module_traits", "gene_score"), ("fusion", "module_traits"), ("fusion", "pathways"),
)  # fmt: skip


def flow_figure(
    details: Mapping[str, str],
    states: Mapping[str, str],
    theme: Theme,
    *,
    fused: Sequence[str] = FAMILIES[:2],
) -> go.Figure:
    """Boxes and arrows from patients to pathways.

    Args:
        details: what each box says below its title, by stage name.
        states: "done", "running", "stale", "waiting" or "failed" by stage name; without one: as done.
        theme: light or dark.
        fused: feature families whose signatures the nomogram joins.
    """
    figure = go.Figure(
        go.Scatter(x=[0, 5], y=[0, 5], mode="markers", marker={"opacity": 0}, hoverinfo="skip")
    )
    nodes, edges = _placed(RING in states, fused)
    paths = [_path(nodes[start], nodes[end]) for start, end in edges]
    boxes = [(node, states.get(name, "done"), details.get(name, "")) for name, node in nodes.items()]
    rows = 6 if RING not in states else 7
    # All at once: plotly checks every earlier shape again for each one added.
    figure.update_layout(
        shapes=[*(_line(p, theme) for p in paths), *(box(n, state, theme) for n, state, _ in boxes)],
        annotations=[*(arrow(p, theme) for p in paths), *(_text(*box, theme) for box in boxes)],
    )
    figure.update_xaxes(visible=False, range=[-0.45, 5.45], fixedrange=True)
    figure.update_yaxes(visible=False, range=[5.6, 5.6 - rows], fixedrange=True)
    return style(figure, theme, 105 * rows, top=4)


def _placed(ring: bool, fused: Sequence[str]) -> tuple[dict[str, Node], list[tuple[str, str]]]:
    """Boxes and arrows of a study; a signature that is not fused is evaluated only."""
    families = [*FAMILIES, *([RING] if ring else [])]
    edges = [*EDGES]
    for family in families:
        signature = f"signature_{family}"
        joined = "fusion" if family in fused else "evaluation"
        edges += [("masks", family), (family, signature), (signature, joined)]
    return (_with_ring(RING in fused) if ring else NODES), edges


def _with_ring(fused: bool) -> dict[str, Node]:
    """One row more: the ring in line with the nomogram that it enters, else above everything."""
    up = {"radiomics", "resnet50"} if fused else set()
    nodes = {n: replace(b, row=b.row - (n.removeprefix("signature_") in up)) for n, b in NODES.items()}
    row = 1 if fused else -1
    ring = {RING: Node("Peritumoral", 2, row), f"signature_{RING}": Node("Peritumoral<br>signature", 3, row)}
    return nodes | ring


def box(node: Node, state: str, theme: Theme) -> dict[str, Any]:
    """Shape of a box; its line tells the state."""
    colour = {"running": theme.accent, "failed": "#c0392b", "waiting": theme.quiet, "stale": theme.quiet}.get(
        state, theme.ink
    )
    line = {"color": colour, "width": 2 if state in ("running", "failed") else 1}
    line["dash"] = {"waiting": "dot", "stale": "dash"}.get(state, "solid")
    return {
        "type": "rect", "x0": node.column - WIDE / 2, "x1": node.column + WIDE / 2,
        "y0": node.row - TALL / 2, "y1": node.row + TALL / 2, "line": line, "fillcolor": theme.paper,
    }  # fmt: skip


def _text(node: Node, state: str, detail: str, theme: Theme) -> dict[str, Any]:
    note = "<br>".join(wrap(detail if state == "done" else state, LETTERS))
    text = f"<b>{node.title}</b>" + (f"<br><span style='font-size:11.5px'>{note}</span>" if note else "")
    font = {"color": theme.quiet if state in ("waiting", "stale") else theme.ink, "size": 12}
    return {"x": node.column, "y": node.row, "text": text, "showarrow": False, "font": font}


def _path(start: Node, end: Node) -> list[Point]:
    """An elbow from the right side of one box to the left of the next; down to one that lies behind."""
    if start.column == end.column:
        return [(start.column, start.row + TALL / 2), (end.column, end.row - TALL / 2)]
    if end.column < start.column:
        x, turn = start.column - WIDE / 4, end.row - TALL
        return [(x, start.row + TALL / 2), (x, turn), (end.column, turn), (end.column, end.row - TALL / 2)]
    left, right = start.column + WIDE / 2, end.column - WIDE / 2
    middle = right - (1 - WIDE) / 2
    return [(left, start.row), (middle, start.row), (middle, end.row), (right, end.row)]


def _line(path: list[Point], theme: Theme) -> dict[str, Any]:
    text = "M" + " L".join(f"{x},{y}" for x, y in path)
    return {"type": "path", "path": text, "line": {"color": theme.quiet, "width": 1.1}, "layer": "below"}


def arrow(path: list[Point], theme: Theme) -> dict[str, Any]:
    """Arrow along the last part of a path."""
    (ax, ay), (x, y) = path[-2:]
    return {
        "x": x, "y": y, "ax": ax, "ay": ay, "axref": "x", "ayref": "y", "showarrow": True, "text": "",
        "arrowhead": 2, "arrowsize": 0.9, "arrowwidth": 1.1, "arrowcolor": theme.quiet,
    }  # fmt: skip
