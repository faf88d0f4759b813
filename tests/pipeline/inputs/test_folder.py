from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.core.errors import AudioError, RecordingListError
from pipeline.core.progress import ignore_report
from pipeline.inputs.folder import recordings_in
from pipeline.inputs.gathering import InputRules, gather_inputs

WAV_START = b"RIFF\x24\x00\x00\x00WAVEfmt "


def put(path: Path, content: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def found_in(folder: Path, **flags: Path) -> list[str]:
    return [each.path.relative_to(folder).as_posix() for each in recordings_in(folder, **flags)]


def test_media_is_found_by_name_or_content_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.MP3", "b/10.wav", "a.mp4", ".hidden.wav", ".cache/x.wav", "会议/一.m4a"):
        put(tmp_path / name)
    put(tmp_path / "recording-without-ending", WAV_START)
    put(tmp_path / "notes.txt", b"a b.wav")
    put(tmp_path / "picture.webp", b"RIFF\x24\x00\x00\x00WEBPVP8 ")
    put(tmp_path / "photo.heic", b"\x00\x00\x00\x18ftypheic")
    put(tmp_path / "a.json", b"{}")

    assert found_in(tmp_path) == [
        "a.mp4",
        "recording-without-ending",
        "b/10.wav",
        "b/2.MP3",
        "会议/一.m4a",
    ]


def test_the_folder_for_output_is_not_searched(tmp_path: Path) -> None:
    put(tmp_path / "a.wav")
    put(tmp_path / "out" / "b.wav")

    assert found_in(tmp_path, leave_out=tmp_path / "out") == ["a.wav"]


def test_links_lead_to_files_and_round_no_circle(tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.wav")
    (tmp_path / "in" / "b.wav").symlink_to(tmp_path / "in" / "a.wav")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "folder.wav").symlink_to(tmp_path)
    (tmp_path / "in" / "nowhere").symlink_to(tmp_path / "gone")

    assert found_in(tmp_path / "in") == ["a.wav", "b.wav"]


def test_a_folder_is_an_input_with_the_subfolders_in_it(tmp_path: Path) -> None:
    put(tmp_path / "x" / "a.wav")
    put(tmp_path / "b.wav")

    inputs = gather_inputs(tmp_path)

    assert [(each.key, each.shown, each.subfolders) for each in inputs] == [
        ("b", "b.wav", ()),
        ("a", str(Path("x", "a.wav")), ("x",)),
    ]


def test_a_folder_without_recordings_is_one_sentence(tmp_path: Path) -> None:
    put(tmp_path / "a.txt")

    with pytest.raises(RecordingListError, match="holds no audio or video file"):
        gather_inputs(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root opens anything")
def test_a_folder_that_is_closed_fails_by_itself(tmp_path: Path) -> None:
    put(tmp_path / "a.wav")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)

    _, refused = gather_inputs(tmp_path, rules=InputRules())

    with pytest.raises(AudioError, match=r"closed: The folder cannot be opened"):
        refused.read(ignore_report)
