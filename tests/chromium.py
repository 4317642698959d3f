"""Says before the tests whether the browser ones can run, and what to install if not."""

import shutil

if shutil.which("chromium") is None:
    print("Chromium was not found: the tests in tests/browser do not run. Install it: apt install chromium")
