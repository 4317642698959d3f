"""Random cohorts for property tests: outcomes of both classes, probabilities with ties."""

import numpy as np
from hypothesis import strategies as st


@st.composite
def cohorts(draw, models=1, smallest=2, largest=30):
    positives, negatives = (draw(st.integers(smallest, largest)) for _ in range(2))
    n = positives + negatives
    y = np.array([1] * positives + [0] * negatives)
    # Hundredths: ties within and between classes are common.
    columns = [
        np.array(draw(st.lists(st.integers(0, 100), min_size=n, max_size=n))) / 100 for _ in range(models)
    ]
    return y, *columns
