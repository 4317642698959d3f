"""A local archive, and a client that does not wait long for it."""

import pytest

from core.study.archives.transfer import Client
from tests.study.archives.server import running


@pytest.fixture
def archive():
    with running() as server:
        yield server


@pytest.fixture
def client():
    return Client(timeout=0.5, pauses=(0, 0))
