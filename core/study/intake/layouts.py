"""Known ways to lay out a cohort's images, tried on a folder: which of them match, and how many patients."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import StudyError
from core.study.intake.patterns import resolve
from core.study.intake.scan import VOLUMES, Listing

# Name, images, masks. {ext}: each ending of a volume file that the folder holds. The first of equals wins.
LAYOUTS = (
    ("MAMA-MIA", "**/images/{patient}/{patient}_{phase}{ext}", "**/segmentations/expert/{patient}{ext}"),
    ("MAMA-MIA", "**/{patient}/{patient}_{phase}{ext}", "**/expert/{patient}{ext}"),
    ("Nodescope", "images/{patient}_{phase}{ext}", "masks/{patient}{ext}"),
    ("images and masks", "images/{patient}{ext}", "masks/{patient}{ext}"),
    ("images and labels", "imagesTr/{patient}_{phase}{ext}", "labelsTr/{patient}{ext}"),
    ("BIDS", "**/sub-{patient}/**/sub-{patient}_*run-{phase}*{ext}", "**/sub-{patient}_*mask{ext}"),
    ("BIDS", "**/sub-{patient}/**/sub-{patient}_*run-{phase}*{ext}", "**/sub-{patient}_*dseg{ext}"),
    ("BIDS", "**/sub-{patient}/**/sub-{patient}_*acq-{phase}*{ext}", "**/sub-{patient}_*mask{ext}"),
    ("BIDS", "**/sub-{patient}/**/sub-{patient}_*acq-{phase}*{ext}", "**/sub-{patient}_*dseg{ext}"),
    ("BIDS", "**/sub-{patient}/**/sub-{patient}_*dce*{ext}", "**/sub-{patient}_*mask{ext}"),
    ("one folder per patient", "{patient}/*{phase}{ext}", "{patient}/*mask*{ext}"),
    ("one folder per patient", "{patient}/*{phase}{ext}", "{patient}/*seg*{ext}"),
    ("files side by side", "{patient}_{phase}{ext}", "{patient}_mask{ext}"),
    ("files side by side", "{patient}_{phase}{ext}", "{patient}_seg{ext}"),
)
APART = "images and masks in two folders"
TWO_FOLDERS = (
    (APART, "**/{patient}_{phase}{ext}", "**/{patient}{ext}"),
    (APART, "**/{patient}_{phase}{ext}", "**/{patient}_*{ext}"),
    (APART, "**/{patient}{ext}", "**/{patient}{ext}"),
    (APART, "**/{patient}{ext}", "**/{patient}_*{ext}"),
)
EXAM = "one exam folder per patient, masks inside"
LESIONS = "one exam folder per patient, TCGA .les masks"
DRAWN = "one exam folder per patient, masks as files"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A layout that matches: its name, the two patterns, and of how many patients all is there.

    Masks inside the exam folders (``masks`` "") are not looked for: ``complete`` then counts exams.
    """

    layout: str
    images: str
    masks: str
    complete: int
    found: int


def propose(
    listing: Listing, patients: Iterable[str] | None = None, masks_listing: Listing | None = None
) -> tuple[Proposal, ...]:
    """Layouts that match at least one patient, the most complete first.

    ``patients``: codes of the clinical table; without them every name in the folder counts as a patient.
    """
    codes = None if patients is None else list(patients)
    other = masks_listing or listing
    texts = "\n".join((*listing.files, *listing.folders)).lower(), "\n".join(other.files).lower()
    found: list[Proposal] = []
    for layout, images, masks in (*_files(listing, other), *_exams(listing, other)):
        if not (_occurs(images, texts[0]) and _occurs(masks, texts[1])):
            continue
        one = _tried(layout, images, masks, listing, codes, masks_listing)
        found += [one] if one is not None else []
        if one is not None and codes and one.complete == len(codes):
            break  # the layouts stand in order: a later one cannot be better
    best: dict[str, Proposal] = {}
    for proposal in sorted(found, key=lambda p: (-_seen(p), -p.found)):
        best.setdefault(proposal.layout, proposal)
    return tuple(best.values())


def _seen(proposal: Proposal) -> float:
    """Complete patients; of masks that nobody looked for, half are taken to be there."""
    return proposal.complete if proposal.masks else proposal.complete / 2


def _occurs(pattern: str, text: str) -> bool:
    """Whether all that a pattern says in so many letters stands somewhere: before the long look."""
    return all(part.lower() in text for part in re.split(r"\{[^{}]*\}|\*\*/|\*", pattern))


def _tried(
    layout: str, images: str, masks: str, listing: Listing, codes: list[str] | None, other: Listing | None
) -> Proposal | None:
    try:
        preview = resolve(listing, images, masks, codes, masks_listing=other)
    except StudyError:
        return None
    found = int((preview.table["name"] != "").sum())
    return Proposal(layout, images, masks, len(preview.complete), found) if found else None


def _files(listing: Listing, other: Listing) -> list[tuple[str, str, str]]:
    endings, others = _endings(listing), _endings(other)
    return [
        (name, images.replace("{ext}", end), masks.replace("{ext}", mask_end))
        for name, images, masks in (LAYOUTS if other is listing else TWO_FOLDERS)
        for end in endings
        for mask_end in others
    ]


def _exams(listing: Listing, other: Listing) -> list[tuple[str, str, str]]:
    """A folder per patient at each depth where folders hold images; DICOM ends in .dcm or in nothing."""
    depths = sorted({name.count("/") for name in _exam_folders(listing)})[:4]
    masks = []
    if any(name.lower().endswith(".les") for name in other.files):
        masks.append((LESIONS, "**/{patient}-S*.les"))
    masks += [(DRAWN, f"**/{{patient}}{end}") for end in _endings(other)] + [(EXAM, "")]
    return [(name, "*/" * depth + "{patient}", pattern) for name, pattern in masks for depth in depths]


def _exam_folders(listing: Listing) -> set[str]:
    """Folders, at any height, with DICOM or volume files below."""
    above: set[str] = set()
    for name in listing.files:
        folder, _, last = name.rpartition("/")
        if (
            folder
            and folder not in above
            and (last.lower().endswith((".dcm", ".ima", *VOLUMES)) or "." not in last)
        ):
            parts = folder.split("/")
            above.update("/".join(parts[:end]) for end in range(1, len(parts) + 1))
    return above


def _endings(listing: Listing) -> list[str]:
    """Endings of volume files, .nii.gz before .nii."""
    present = [name.lower() for name in listing.files]
    longest = sorted(VOLUMES, key=len, reverse=True)
    return [end for end in longest if any(name.endswith(end) for name in present)]
