"""Against what R's ``pretty`` prints."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models.pretty import pretty


@pytest.mark.parametrize(
    ("low", "high", "steps", "expected"),
    [
        (1, 10, 5, np.arange(0, 11, 2)),
        (0, 1, 5, np.arange(6) / 5),
        (1, 3, 5, [1, 1.5, 2, 2.5, 3]),
        (1, 20, 2, [0, 10, 20]),
        (1, 20, 10, np.arange(0, 21, 2)),
        (0.006, 0.964, 10, np.arange(11) / 10),
    ],
)
def test_values_of_r(low: float, high: float, steps: int, expected) -> None:
    assert pretty(low, high, steps) == pytest.approx(expected)


finite = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 6))


@given(finite, finite)
def test_ticks_cover_the_range_at_equal_steps(one: float, other: float) -> None:
    low, high = sorted((one, other))
    ticks = pretty(low, high)
    slack = 1e-9 * max(abs(low), abs(high), 1e-3)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert 2 <= len(ticks) <= 25
    assert np.allclose(np.diff(ticks), ticks[1] - ticks[0], rtol=1e-4)
