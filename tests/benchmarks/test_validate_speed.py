"""How long the check of the full demo study takes: 145 patients, 435 images, 12,000 genes.

NODESCOPE_BENCH names the folder with ``demo``, as in ``test_demo_study.py``.
"""

import os
import time
from pathlib import Path

from tests.conftest import core


def test_validate(tmp_path: Path, computed: Path) -> None:
    for _ in range(3):
        began, used = time.perf_counter(), os.times()
        done = core("validate", computed / "demo", "--json", tmp_path / "r.json")
        now = os.times()
        cpu = now.children_user + now.children_system - used.children_user - used.children_system
        assert done.returncode == 0, done.stdout
        print(f"\nvalidate, 145 patients: {time.perf_counter() - began:.1f} s, {cpu:.1f} s of CPU", end="")
