"""A pattern of file names as a regular expression that stays quick, whatever pattern meets whatever name."""

import re

from core.errors import StudyError

MOST_DEEP = 4  # of **/ in a pattern: each multiplies the ways through the folders of a name
_PHASE = r"\d{1,6}|pre|post\d*"
_TOKEN = re.compile(r"(\{[^{}]*\}|\*\*/|\*)")
_STAR, _DEEP, _ANY = "*", "**/", "{any}"
_WRITTEN = {
    _STAR: "[^/]*",
    _DEEP: "(?:[^/]++/)*",
    _ANY: "[^/]",
    "{patient}": "(?P<patient>[^/]+)",
    "{phase}": f"(?P<phase>{_PHASE})",
}
_LOOSE = {"{patient}": (_ANY, _STAR), "{phase}": (_ANY, _STAR)}


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as an expression; a second {patient} may be written in other case (NACT_01/nact_01.nii.gz).

    Names that do not even fit the pattern with * in the place of its fields are told apart first. Raises
    StudyError (IMPORT-PATTERN).
    """
    pattern = re.sub(r"\{(patient|phase)[:!][^{}]*\}", r"{\1}", pattern)  # as study.toml may format them
    _check(pattern)
    # Stars in a row mean what one means, and take exponential time.
    pattern = re.sub(r"(\*\*/)+", _DEEP, re.sub(r"\*{3,}|\*\*(?!/)", _STAR, pattern))
    parts = [part for part in _TOKEN.split(pattern.strip("/")) if part]
    if parts.count(_DEEP) > MOST_DEEP:
        raise _wrong(f"A pattern may hold **/ at most {MOST_DEEP} times", pattern)
    loose = [more for part in parts for more in _LOOSE.get(part, (part,))]
    return re.compile(rf"(?={_expression(loose)}\Z){_expression(parts)}", re.IGNORECASE)


def _check(pattern: str) -> None:
    fields = set(re.findall(r"\{([^{}]*)\}", pattern))
    if "patient" not in fields or not fields <= {"patient", "phase"} or ".." in pattern.split("/"):
        raise _wrong("A pattern must hold {patient}, and may hold {phase}, * and **", pattern)


def _wrong(expected: str, pattern: str) -> StudyError:
    return StudyError("IMPORT-PATTERN", expected, pattern[:80] or "none", "Correct the pattern.")


def _expression(parts: list[str]) -> str:
    """The parts written so that only the last star before a field, or before the end, tries many places."""
    written, fixed, said = "", list[str](), set[str]()
    star = False  # whether one stands between ``written`` and ``fixed``
    for part in parts:
        if part == _STAR:
            written, fixed, star = written + (_up_to_next(fixed) if star else "".join(fixed)), [], True
        elif part in said:
            fixed.append(f"(?P={part[1:-1]})")
        elif part in _LOOSE:
            written, fixed, star = written + _WRITTEN[_STAR] * star + "".join(fixed), [], False
            written += _WRITTEN[part]
            said.add(part)
        else:
            fixed.append(_WRITTEN.get(part, re.escape(part)))
    return written + _WRITTEN[_STAR] * star + "".join(fixed)


def _up_to_next(fixed: list[str]) -> str:
    """A star and what is fixed between it and the next: it takes the first place that fits, and keeps it.

    Whatever a later place in the same folder left for the next star to take, the first leaves too. Where
    **/ stands between them there is a first place for each folder that it may lead to, and one for none.
    """
    deep = [at for at, part in enumerate(fixed) if part == _WRITTEN[_DEEP]]
    ways = [f"{_first(fixed[:at])}(?:[^/]++/)+{''.join(fixed[at + 1 :])}" for at in deep]
    return f"(?:{'|'.join([*ways, _first(fixed)])})"


def _first(fixed: list[str]) -> str:
    return f"(?>[^/]*?{''.join(part for part in fixed if part != _WRITTEN[_DEEP])})"
