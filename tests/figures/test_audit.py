"""The figure of the audit draws every printed entry, names those flagged and keeps far ones in sight."""

import pandas as pd
import pytest

from core.figures.audit import EDGE, audit_figure
from core.figures.palette import DARK, LIGHT, Theme


@pytest.fixture
def entries() -> pd.DataFrame:
    rows = []
    for row, off in ((1, 0.0), (2, -14.2)):
        for entry in ("ACC", "SEN", "SPEC"):
            far = off if entry == "SPEC" else 0.2
            verdict = "cannot be" if far == -14.2 else "fits"
            rows.append(
                {"row": row, "name": f"model {row}", "n": 88, "entry": entry, "printed": "0.73",
                 "reads": "0.87", "verdict": verdict, "steps_low": far - 0.1, "steps_high": far + 0.1}
            )  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_flagged_entries_are_named_and_in_sight(entries: pd.DataFrame, theme: Theme) -> None:
    figure = audit_figure(entries, theme)
    marks = {trace.name: trace for trace in figure.data if trace.name}
    assert set(marks) == {"ACC", "SEN", "SPEC"}
    assert list(marks["SPEC"].x) == pytest.approx([0.0, -EDGE])
    assert [text.strip() for text in marks["SPEC"].text] == ["", "SPEC 0.73, counts give 0.87"]
    assert marks["SPEC"].marker.color == (theme.quiet, theme.accent)
    assert set(marks["ACC"].text) == {""}
    assert list(figure.layout.yaxis.ticktext) == ["model 1, n = 88", "model 2, n = 88"]
    assert "last printed decimal" in figure.layout.xaxis.title.text


def test_an_entry_that_the_counts_leave_undefined_is_not_drawn(entries: pd.DataFrame) -> None:
    entries.loc[entries["entry"] == "SEN", ["steps_low", "steps_high"]] = float("nan")
    assert {trace.name for trace in audit_figure(entries, LIGHT).data if trace.name} == {"ACC", "SPEC"}
