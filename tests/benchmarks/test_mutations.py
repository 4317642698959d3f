"""2,000 damaged uploads, other seeds than those of the tests."""

from collections import Counter

from tests.imaging.mutations import outcomes
from tests.imaging.test_mutations import require_tame


def test_2000_damaged_uploads(tmp_path):
    found = outcomes(tmp_path, 1000, 3000)
    print(Counter(one["said"].split("]")[0].removeprefix("[") for one in found).most_common())
    assert len(found) == 2000
    require_tame(found, tmp_path)
