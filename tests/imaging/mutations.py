"""Damaged files, seeded: what a broken disk, a bad export or an attacker makes of an upload.

``python -m tests.imaging.mutations FOLDER FIRST LAST`` decodes them one by one in a process that may die, and
prints a line of JSON before and after each; ``outcomes`` runs it, and again after every crash.
"""

import io
import json
import shutil
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from core.errors import NodescopeError
from core.imaging.opening import case_mask
from core.imaging.tasks import TASKS
from tests.imaging.dicom_maker import write_seg, write_series
from tests.volumes import as_image, ball, noise

ROOT = Path(__file__).resolve().parents[2]
SHAPE = (6, 10, 12)
HEAD = 700  # bytes in which headers live
EXTREMES = [0, 1, -1, 127, 255, 32767, -32768, 65535, 2**31 - 1, -(2**31)]
FLOATS = [0.0, -1.0, np.nan, np.inf, 1e38, 1e-38]
WORDS = [b"nan", b"-1", b"0", b"99999999", b"1e400", b"x", b"", b"../../etc", b"%s%n"]


def base(folder: Path) -> dict[str, dict[str, bytes]]:
    """Whole cases by kind: file name -> bytes. The first file of each is the one that is damaged."""
    folder.mkdir(parents=True, exist_ok=True)
    image, mask = as_image(noise(SHAPE)), as_image(ball(SHAPE, 3).astype(np.uint8))
    found = {}
    for kind in ("nii", "nii.gz", "nrrd", "mha"):
        for name, volume in (("secret_a", image), ("secret_mask", mask)):
            sitk.WriteImage(volume, str(folder / f"{name}.{kind}"), useCompression=kind == "nrrd")
        names = [f"secret_a.{kind}", f"secret_mask.{kind}"]
        found[kind] = {n: (folder / n).read_bytes() for n in names}
        found[f"mask {kind}"] = {n: (folder / n).read_bytes() for n in reversed(names)}
    phases = np.random.default_rng(0).integers(1, 900, (3, *SHAPE)).astype(np.uint16)
    slices = {f"secret{k}.dcm": p.read_bytes() for k, p in enumerate(write_series(folder / "dyn", phases))}
    found["dicom"] = slices
    seg = write_seg(folder / "seg", np.full((2, *SHAPE[1:]), 255, np.uint8), (1, 2)).read_bytes()
    found["seg"] = {"secret_seg.dcm": seg, **slices}
    box = struct.pack("<6H", 2, 2, 2, 4, 4, 4) + b"\x01" * 27
    found["les"] = {"secret.les": box, **slices}
    found["zip"] = {"secret.zip": _zipped(found["nii"])}
    return found


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return packed.getvalue()


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """One to four damages, most of them in the header."""
    changed = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        changed = _damage(changed, rng)
    return bytes(changed)


def _damage(data: bytearray, rng: np.random.Generator) -> bytearray:
    if len(data) < 8:
        return data
    end = len(data) if rng.random() < 0.2 else min(HEAD, len(data))
    at, how = int(rng.integers(0, end - 4)), rng.integers(0, 8)
    if how == 0:
        data[at] ^= 1 << int(rng.integers(0, 8))
    elif how == 1:
        data[at : at + int(rng.integers(1, 9))] = rng.bytes(4)
    elif how == 2:
        number = int(rng.choice(EXTREMES))
        data[at : at + 2] = struct.pack("<H", number & 0xFFFF)
    elif how == 3:
        data[at - at % 4 : at - at % 4 + 4] = struct.pack("<f", rng.choice(FLOATS))
    elif how == 4:
        return data[: int(rng.integers(0, len(data)))]
    elif how == 5:
        del data[at : at + int(rng.integers(1, 60))]
    elif how == 6:
        data[at:at] = data[at : at + int(rng.integers(1, 60))]
    else:
        data[at : at + int(rng.integers(1, 5))] = WORDS[rng.integers(0, len(WORDS))]
    return data


def write_case(seed: int, cases: dict[str, dict[str, bytes]], folder: Path) -> tuple[str, Path]:
    """The damaged case of a seed in ``folder``: its kind, and the zip or folder to open."""
    rng = np.random.default_rng(seed)
    kind = list(cases)[seed % len(cases)]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for k, (name, data) in enumerate(cases[kind].items()):
        (folder / name).write_bytes(mutated(data, rng) if k == 0 else data)
    return kind, folder / "secret.zip" if kind == "zip" else folder


def main(folder: str, first: str, last: str) -> None:
    work = Path(folder)
    cases = base(work / "base")
    for seed in range(int(first), int(last)):
        kind, source = write_case(seed, cases, work / "case")
        print(json.dumps({"seed": seed, "kind": kind}), flush=True)
        begun, said = time.perf_counter(), "read"
        try:
            case_mask(TASKS["case"](source, work / "unpacked"))
        except NodescopeError as error:
            said = str(error)
        except Exception as error:  # noqa: BLE001 (the very thing that is counted)
            said = f"TRACEBACK {type(error).__name__} {error}"
        shutil.rmtree(work / "unpacked", ignore_errors=True)
        print(json.dumps({"said": said, "seconds": time.perf_counter() - begun}), flush=True)


def outcomes(folder: Path, first: int, last: int) -> list[dict]:
    """What became of each seed: {seed, kind, said, seconds}; said is CRASH where the process died."""
    found: list[dict] = []
    while first < last:
        command = [sys.executable, "-m", "tests.imaging.mutations", str(folder), str(first), str(last)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=3000)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        noise = [line for line in done.stdout.splitlines() if not line.startswith("{")]
        heads, tails = lines[::2], lines[1::2]
        found += [{**head, **tail} for head, tail in zip(heads, tails, strict=False)]
        if len(heads) > len(tails):
            found.append({**heads[-1], "said": "CRASH", "seconds": 0.0})
        elif done.returncode or not heads:
            raise RuntimeError(done.stderr[-2000:])
        if noise or "secret" in done.stderr:
            found[-1]["said"] = f"TRACEBACK printed {noise[:1]} {done.stderr[-300:]}"
        first = found[-1]["seed"] + 1
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
