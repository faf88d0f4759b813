from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.options import PipelineOptions, SpeakerCount
from pipeline.core.provenance import ModelUse
from pipeline.runtime.checkpoint import Checkpoint, fingerprint, identity_of, kept_identity

MODELS = (ModelUse("vad", "made-up", "0" * 64),)
OTHER_MODELS = (ModelUse("vad", "made-up", "1" * 64),)
OPTIONS = PipelineOptions()
IDENTITY = identity_of("abc", OPTIONS, MODELS, is_replaced=False)


def begin(folder: Path, identity: str = IDENTITY) -> list[bytes]:
    """Open it, note that somebody was here, give what was kept."""
    checkpoint = Checkpoint.open(folder, identity)
    found = list(checkpoint.words.read())
    checkpoint.words.append(b"here")
    checkpoint.close()
    return found


def test_the_same_work_finds_what_was_kept(tmp_path: Path) -> None:
    begin(tmp_path / "kept")

    assert begin(tmp_path / "kept") == [b"here"]
    assert kept_identity(tmp_path / "kept") == IDENTITY


@pytest.mark.parametrize(
    "other",
    [
        identity_of("abd", OPTIONS, MODELS, is_replaced=False),
        identity_of("abc", PipelineOptions(speakers=SpeakerCount(2, 2)), MODELS, is_replaced=False),
        identity_of("abc", OPTIONS, OTHER_MODELS, is_replaced=False),
        identity_of("abc", OPTIONS, MODELS, is_replaced=True),
    ],
)
def test_other_work_discards_it(tmp_path: Path, other: str) -> None:
    begin(tmp_path)

    assert begin(tmp_path, other) == []
    assert begin(tmp_path, IDENTITY) == []


def test_files_of_others_in_the_folder_stay(tmp_path: Path) -> None:
    begin(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")

    begin(tmp_path, identity_of("abd", OPTIONS, MODELS, is_replaced=False))

    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_damaged_note_of_whose_work_it_is_discards_the_work(tmp_path: Path) -> None:
    begin(tmp_path)
    (tmp_path / "work.json").write_bytes(b"\xff\xfe")

    assert begin(tmp_path) == []


def test_files_are_told_apart_by_their_content(tmp_path: Path) -> None:
    for name, content in (("a", b"one"), ("b", b"one"), ("c", b"two")):
        (tmp_path / name).write_bytes(content)

    marks = [fingerprint(tmp_path / name) for name in "abc"]

    assert marks[0] == marks[1] != marks[2]
