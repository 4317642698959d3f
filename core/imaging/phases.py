"""The phases of a dynamic series, which scanners tag in different ways or not at all."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.errors import ImageError
from core.imaging.dicom import Slice, uneven

TAGS = ("TemporalPositionIdentifier", "TriggerTime", "AcquisitionTime")


@dataclass(frozen=True, slots=True)
class PhaseSplit:
    """Slices of each phase in time order, a label for each, and what told them apart."""

    phases: tuple[tuple[Slice, ...], ...]
    labels: tuple[str, ...]
    split_by: str


def split_phases(slices: Iterable[Slice]) -> PhaseSplit:
    """Split by the first time tag that gives every slice position once per phase, else by InstanceNumber.

    At each position the k-th lowest InstanceNumber belongs to phase k: right for scanners that number
    phase after phase (180 = 3 x 60) and for those that number slice by slice. Raises ImageError
    (DICOM-MISSING, DICOM-DUPLICATE) where positions hold different numbers of images, (DICOM-PHASES)
    where nothing tells the phases apart.
    """
    everything = tuple(slices)
    counts = Counter(_place(s) for s in everything)
    _require_even(counts)
    n_phases = max(counts.values(), default=0)
    if n_phases <= 1:
        return PhaseSplit((everything,), ("single phase",), "one image per slice position")
    for at, tag in enumerate(TAGS):
        phases = _grouped(everything, lambda s, at=at: s.times[at])  # type: ignore[misc]
        if len(phases) == n_phases and all(len({_place(s) for s in p}) == len(counts) for p in phases):
            return PhaseSplit(phases, _labels(phases, [tag] * n_phases), tag)
    phases = _by_instance(everything, n_phases)
    return PhaseSplit(phases, _labels(phases, [_instances(p) for p in phases]), "InstanceNumber")


def _require_even(counts: Counter[float]) -> None:
    """Missing where most positions have more images than some, doubled where most have fewer."""
    sizes = Counter(counts.values())
    if len(sizes) < 2:
        return
    usual = sizes.most_common(1)[0][0]
    code = "DICOM-MISSING" if min(sizes) < usual else "DICOM-DUPLICATE"
    found = ", ".join(f"{n} at {k} positions" for n, k in sorted(sizes.items()))
    raise uneven(code, "Every slice position must have the same number of images", found)


def _place(place: Slice) -> float:
    return round(place.depth, 1)


def _grouped(slices: tuple[Slice, ...], value: Callable[[Slice], str]) -> tuple[tuple[Slice, ...], ...]:
    groups: dict[str, list[Slice]] = {}
    for one in slices:
        groups.setdefault(value(one), []).append(one)
    return tuple(tuple(groups[v]) for v in sorted(groups, key=by_number))


def by_number(text: str) -> tuple[float, str]:
    """Sort numbers, and DICOM times (HHMMSS.F), by value."""
    try:
        return float(text), text
    except ValueError:
        return float("inf"), text


def _by_instance(slices: tuple[Slice, ...], n_phases: int) -> tuple[tuple[Slice, ...], ...]:
    stacks: dict[float, list[Slice]] = {}
    for one in slices:
        stacks.setdefault(_place(one), []).append(one)
    for stack in stacks.values():
        if len({s.instance for s in stack} - {None}) < n_phases:
            fix = "Upload the phases as separate NIfTI files."
            raise ImageError(
                "DICOM-PHASES", "The phases must differ by time or InstanceNumber", "neither", fix
            )
        stack.sort(key=lambda s: s.instance or 0)
    return tuple(tuple(stack[k] for stack in stacks.values()) for k in range(n_phases))


def _instances(phase: tuple[Slice, ...]) -> str:
    numbers = sorted(s.instance or 0 for s in phase)
    joint = numbers[-1] - numbers[0] + 1 == len(numbers)
    return f"InstanceNumber {numbers[0]}{'-' if joint else ' ... '}{numbers[-1]}"


def _labels(phases: tuple[tuple[Slice, ...], ...], details: list[str]) -> tuple[str, ...]:
    return tuple(f"phase {k} of {len(phases)}: {detail}" for k, detail in enumerate(details, start=1))
