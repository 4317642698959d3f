"""What decides the numbers of the cohorts page."""

from core.digests import digest
from pages._ui import access


def clinical_key() -> str:
    """What decides every number that comes from the clinical table alone."""
    return digest(access.study().clinical.to_csv(index=False))


def inclusion_keys() -> list[str]:
    """Store keys of what ``steps`` reads."""
    entries = [access.entry(stage) for stage in ("masks", "key_slices", "radiomics", "fusion", "expression")]
    return [entry.key if entry else "" for entry in entries]
