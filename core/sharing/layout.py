"""What stands where in an archive, and the errors of one that is not as it must be."""

from pathlib import PurePosixPath

from core.errors import StudyError

FORMAT = 1
CONTENTS, STUDY, RESULTS = "nodescope.json", "study", "results"
CHUNK = 1 << 20
PACKED = (".gz", ".zip", ".png", ".jpg", ".webp", ".parquet", ".xlsx")  # nothing gained by packing them again


def refused(code: str, expected: str, found: str, fix: str = "Export the study again.") -> StudyError:
    """The error for an archive that is not taken in."""
    return StudyError(code, f"The archive must {expected}", found, fix)


def plain_name(name: str) -> bool:
    """Whether it names a file below the archive's root, not a hidden one, on every system."""
    path = PurePosixPath(name)
    whole = str(path) == name and not path.is_absolute()
    whole = whole and not any(part.startswith(".") for part in path.parts)
    return whole and name.isprintable() and "\\" not in name
