import stat
from pathlib import Path

import pytest

from core.errors import CannotRun
from core.importing.drafts import Drafts


def test_choices_come_back_in_another_session(tmp_path: Path) -> None:
    draft = Drafts(tmp_path).new(name="One", decided={"NX": "exclude"})
    draft.put(step="images")
    (found,) = Drafts(tmp_path).all()
    assert found.number == draft.number
    assert found.choices == {"name": "One", "decided": {"NX": "exclude"}, "step": "images"}
    assert stat.S_IMODE(draft.folder.stat().st_mode) == 0o700


def test_the_newest_is_first_and_a_damaged_one_is_passed_over(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    old, new, broken = (drafts.new(name=str(k)) for k in range(3))
    (broken.folder / "draft.json").write_text("{")
    assert [d.number for d in drafts.all()] == [new.number, old.number]
    assert drafts.load(broken.number) is None


def test_discarding_takes_the_uploads_along_and_nothing_else(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    draft, other = drafts.new(), drafts.new()
    draft.files.mkdir()
    (draft.files / "scan.nii").write_text("x")
    drafts.discard(draft.number)
    assert not draft.folder.exists()
    assert drafts.load(other.number) is not None


@pytest.mark.parametrize("number", ["..", "../..", "", "/etc", "ABCDEFGH", "0123456"])
def test_a_number_never_leads_out_of_the_drafts(number: str, tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    kept = drafts.new()
    drafts.discard(number)
    assert drafts.load(number) is None
    assert kept.folder.is_dir()


def test_no_room_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("a file in its place")
    with pytest.raises(CannotRun, match="WRITE"):
        Drafts(tmp_path).new()


def test_what_was_chosen_meanwhile_is_not_lost(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drawn = drafts.new(name="Mine")  # as a button was drawn with it
    drafts.load(drawn.number).put(description="typed", name="Ours")  # and a field was filled in then
    drawn.put(step="clinical")
    assert drafts.load(drawn.number).choices == {"name": "Ours", "description": "typed", "step": "clinical"}
    assert drawn.choices == drafts.load(drawn.number).choices
