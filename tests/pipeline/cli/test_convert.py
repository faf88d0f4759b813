from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cli.transcribe import main
from pipeline.formats.registry import FORMATS
from tests.pipeline.formats.documents import CONVERSATION


@pytest.fixture
def srt(tmp_path: Path) -> Path:
    path = tmp_path / "周会 1.SRT"
    path.write_bytes(FORMATS["srt"].write(CONVERSATION))
    return path


def convert(*arguments: object) -> int:
    return main(["convert", *map(str, arguments)])


def test_a_transcript_is_written_in_every_format(srt: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    assert convert(srt, "--to", ",".join(FORMATS), "--out", out) == 0

    assert {path.name for path in out.iterdir()} == {
        f"周会 1.{each.extension}" for each in FORMATS.values()
    }
    assert (out / "周会 1.srt").read_bytes() == FORMATS["srt"].write(CONVERSATION)


@pytest.mark.parametrize(
    ("script", "text"), [("keep", "头发"), ("simplified", "头发"), ("traditional", "頭髮")]
)
def test_chinese_is_written_in_the_characters_asked_for(
    tmp_path: Path, script: str, text: str
) -> None:
    path = tmp_path / "talk.srt"
    path.write_text("1\n00:00:00,000 --> 00:00:01,000\n头发\n", "utf-8")

    assert convert(path, "--to", "vtt", "--script", script, "--out", tmp_path / "out") == 0

    assert text in (tmp_path / "out" / "talk.vtt").read_text("utf-8")


def test_what_does_not_fit_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.stm"
    path.write_text("c 1 A 0 2 hi\n" + "c 1 A soon 2 hi\n" * 7, encoding="utf-8")

    assert convert(path, "--to", "srt", "--out", tmp_path / "out") == 0

    told = capsys.readouterr().err.splitlines()
    assert told[0] == (
        "note: x.stm: line 2, unreadable: 'c 1 A soon 2 hi', should hold "
        "'file 1 speaker start end text' with times in seconds"
    )
    assert (len(told), told[-1]) == (6, "note: x.stm: 7 notes in all")


def test_one_bad_file_does_not_keep_the_others_from_being_converted(
    srt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.doc").write_bytes(b"?")

    status = convert(tmp_path / "x.doc", tmp_path / "no.srt", srt, "--to", "txt", "--out", tmp_path)

    assert status == 1
    assert "大家好" in (tmp_path / "周会 1.txt").read_text("utf-8")
    first, second = capsys.readouterr().err.splitlines()
    assert "x.doc: its format cannot be detected" in first
    assert second.startswith("error: no.srt: ")


def test_a_file_is_not_written_over_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    content = FORMATS["srt"].write(CONVERSATION)
    path.write_bytes(content)

    assert convert(path, "--to", "srt", "--out", tmp_path) == 1
    assert path.read_bytes() == content


def test_an_unknown_format_is_refused(srt: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        convert(srt, "--to", "odt", "--out", tmp_path)

    assert stop.value.code == 2


def test_the_encoding_of_a_file_is_detected_and_reported_or_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.srt"
    path.write_bytes("1\n00:00:01,000 --> 00:00:02,000\n您好，請進。\n".encode("big5"))

    assert convert(path, "--to", "txt", "--out", tmp_path / "auto") == 0
    assert "x.srt: encoding: 'Big5'" in capsys.readouterr().err
    assert convert(path, "--to", "txt", "--out", tmp_path / "big5", "--encoding", "Big5") == 0
    assert capsys.readouterr().err == ""

    for folder in ("auto", "big5"):
        assert "您好，請進。" in (tmp_path / folder / "x.txt").read_text("utf-8")
