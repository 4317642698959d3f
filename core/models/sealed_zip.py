"""A zip whose manifest holds the SHA-256 of every member, and of itself.

This finds truncation and careless editing. It is no signature: who writes a whole new file also
writes its hashes, so what is inside must still be read without trust.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from core.errors import BundleError

MANIFEST = "manifest.json"
MOST, LARGEST = 64, 1024 * 2**20
DAMAGED = (EOFError, LookupError, NotImplementedError, OSError, RuntimeError, TypeError, ValueError)


def seal(content: Mapping[str, Any], members: Mapping[str, bytes]) -> bytes:
    """Zip of JSON values and members (name -> bytes)."""
    hashes = {name: _hash(data) for name, data in members.items()}
    manifest: dict[str, Any] = {"content": dict(content), "members": hashes}
    manifest["seal"] = _hash(_canonical(manifest))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def unseal(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """JSON values and members of ``seal``.

    Raises BundleError BUNDLE-READ (no such file, or damaged) or BUNDLE-ALTERED (a hash differs).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive)
        manifest = json.loads(members.pop(MANIFEST))
        seal_, hashes, content = manifest.pop("seal"), manifest["members"], manifest["content"]
        intact = seal_ == _hash(_canonical(manifest))
        intact = intact and hashes == {name: _hash(member) for name, member in members.items()}
    except (*DAMAGED, zipfile.BadZipFile, zlib.error):
        raise unreadable() from None
    if not intact or not isinstance(content, dict):
        found = "a file changed after it was written"
        raise BundleError("BUNDLE-ALTERED", "An unaltered model file", found, "Freeze or download it again.")
    return content, members


def unreadable(found: str = "a damaged or another kind of file") -> BundleError:
    """The error for a file that is no bundle."""
    return BundleError("BUNDLE-READ", "A model frozen by Nodescope", found, "Freeze or download it again.")


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if len(entries) > MOST or len(names) < len(entries) or sum(e.file_size for e in entries) > LARGEST:
        raise ValueError
    members = {}
    for entry in entries:
        with archive.open(entry) as stream:
            # A member may hold more than it declares: never read further than that.
            members[entry.filename] = stream.read(entry.file_size + 1)
        if len(members[entry.filename]) != entry.file_size:
            raise ValueError
    return members


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _canonical(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
