"""200 damaged uploads: each is read or refused in one sentence, none crashes or hangs the app."""

import pytest

from core.errors import NodescopeError
from core.imaging.opening import open_case
from tests.imaging.mutations import base, outcomes, write_case


def require_tame(found, folder, slowest=10.0):
    """No traceback, no hang; what kills a process is one error for who opens it."""
    assert not [one for one in found if one["said"].startswith("TRACEBACK")]
    assert max(one["seconds"] for one in found) < slowest
    assert not [one for one in found if "ecret" in one["said"]]
    for one in found:
        if one["said"] == "CRASH":
            _, source = write_case(one["seed"], base(folder / "base"), folder / "case")
            with pytest.raises(NodescopeError):
                open_case(source, folder / "unpacked")


def test_200_damaged_uploads(tmp_path):
    found = outcomes(tmp_path, 0, 200)
    assert len(found) == 200 and len({one["kind"] for one in found}) == 12
    require_tame(found, tmp_path)
    refused = [one for one in found if one["said"].startswith("[")]
    assert len(refused) > 100
    assert len({one["said"].split("]")[0] for one in refused}) > 8
