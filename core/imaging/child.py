"""Decoding in a process of its own: what crashes, hangs or eats memory ends there, as one error.

``python -m core.imaging.child REQUEST`` is what runs in it. A request names a task and its paths; the answer
is a case (``handover``) or an error, both as plain JSON and .npy.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import Any

from core.errors import CannotRun, ImageError, MaskError, NodescopeError
from core.imaging.case_folder import CaseImages
from core.imaging.handover import read_case, write_case
from core.imaging.tasks import TASKS
from core.paths import ROOT

MEMORY = 8 * 1024**3  # address space: the largest case that the readers accept, and what the libraries map
SECONDS = 180
_KINDS = {kind.__name__: kind for kind in (ImageError, MaskError, CannotRun)}
_OUT_OF_MEMORY, _NO_ROOM = 77, 78


def decoded(task: str, paths: Mapping[str, Path], options: Mapping[str, Any]) -> CaseImages:
    """The case that a task of ``core.imaging.tasks.TASKS`` makes of files, decoded in a child process.

    Raises what the task raises, else ImageError: DECODE-TIME (over 3 minutes), DECODE-MEMORY (over 8 GB),
    DECODE-CRASH; CannotRun (DISK) where the folder for temporary files is full.
    """
    try:
        place = tempfile.TemporaryDirectory(prefix="nodescope-")
    except OSError as error:
        raise _ended(_NO_ROOM) from error
    with place as folder:
        out = Path(folder)
        request: dict[str, Any] = {"task": task, "paths": {k: str(p.absolute()) for k, p in paths.items()}}
        request |= {"options": dict(options), "memory": MEMORY, "seconds": SECONDS}
        code = _run(out, json.dumps(request))
        if code != _NO_ROOM and (out / "error.json").is_file():
            raise _error(json.loads((out / "error.json").read_text(encoding="utf-8")))
        if code:
            raise _ended(code)
        try:
            return read_case(out)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise _ended(code) from error


def _run(out: Path, request: str) -> int | None:
    """Exit code of the child; None where it was stopped for taking too long."""
    try:
        (out / "request.json").write_text(request, encoding="utf-8")
    except OSError:
        return _NO_ROOM
    command = [sys.executable, "-m", "core.imaging.child", str(out)]
    silent: Any = subprocess.DEVNULL
    child = subprocess.Popen(
        command, cwd=ROOT, stdin=silent, stdout=silent, stderr=silent, start_new_session=True
    )
    try:
        return child.wait(SECONDS)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _error(said: dict[str, str]) -> NodescopeError:
    kind = _KINDS.get(said.pop("kind"), ImageError)
    return kind(**said)


def _ended(code: int | None) -> ImageError | CannotRun:
    if code in (_NO_ROOM, -signal.SIGXFSZ):
        fix = "Free some space in the folder for temporary files, or name another in TMPDIR."
        return CannotRun("DISK", "The disk must have room to unpack the case", "a full disk", fix)
    fix = "Export the images again, as NIfTI or as uncompressed DICOM."
    ends = {
        None: ("DECODE-TIME", f"The upload must be readable within {SECONDS} seconds", "more"),
        _OUT_OF_MEMORY: ("DECODE-MEMORY", f"The upload must fit into {MEMORY // 1024**3} GB", "more"),
    }
    crashed = ("DECODE-CRASH", "The upload must be readable", "files on which the reader breaks down")
    if code in (None, -signal.SIGXCPU):
        return ImageError(*ends[None], fix)
    return ImageError(*ends.get(code, crashed), fix)


def main(folder: str) -> int:
    """Runs in the child. Exit 0 with a case, 1 with an error in words, 77 out of memory, 78 out of disk."""
    out = Path(folder)
    request = json.loads((out / "request.json").read_text(encoding="utf-8"))
    _limit(request["memory"], request["seconds"])
    try:
        answer = _answer(request)
        with suppress(OSError):
            return _hand_over(answer, out)
    except MemoryError:
        return _OUT_OF_MEMORY
    return _NO_ROOM


def _answer(request: dict[str, Any]) -> CaseImages | NodescopeError:
    paths = {name: Path(path) for name, path in request["paths"].items()}
    try:
        return TASKS[request["task"]](**paths, **request["options"])
    except NodescopeError as error:
        return error


def _hand_over(answer: CaseImages | NodescopeError, out: Path) -> int:
    if isinstance(answer, CaseImages):
        write_case(answer, out)
        return 0
    said = {"kind": type(answer).__name__, "code": answer.code, "expected": answer.expected}
    said |= {"found": answer.found, "fix": answer.fix}
    (out / "error.json").write_text(json.dumps(said), encoding="utf-8")
    return 1


def _limit(memory: int, seconds: float) -> None:
    """Address space and processor seconds, where the system knows such limits."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, ceil(4 * seconds))):
        with suppress(ValueError, OSError):
            _, hard = resource.getrlimit(what)
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (least, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
