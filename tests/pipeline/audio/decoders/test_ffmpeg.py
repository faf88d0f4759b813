from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.audio.decoders.block import DecodingStoppedError
from pipeline.audio.decoders.ffmpeg import (
    decode_with_ffmpeg,
    ffmpeg_arguments,
    has_ffmpeg_program,
)
from pipeline.audio.decoders.mixdown import mix_down
from pipeline.audio.spool import PcmSpool
from pipeline.core.audio_track import ONE_TRACK
from pipeline.core.progress import ignore_report
from tests.pipeline.synthetic_recordings import as_16k, likeness, voice, write_media

needs_ffmpeg = pytest.mark.skipif(not has_ffmpeg_program(), reason="no ffmpeg program is installed")


@needs_ffmpeg
def test_the_program_decodes_what_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "-recording.m4a"
    write_media(path, voice(44_100), 44_100, container="ipod", codec="aac")

    mixdown = mix_down(lambda: decode_with_ffmpeg(path, ONE_TRACK), PcmSpool, ignore_report)

    assert mixdown.is_complete
    mixdown.spool.finish()
    correlation, lag = likeness(mixdown.spool.as_audio(), as_16k())
    assert correlation > 0.995
    assert abs(lag) <= 16


@needs_ffmpeg
def test_what_the_program_cannot_decode_is_left_to_others(tmp_path: Path) -> None:
    path = tmp_path / "noise.mp3"
    path.write_bytes(b"no sound here")

    with pytest.raises(DecodingStoppedError):
        list(decode_with_ffmpeg(path, ONE_TRACK))


@needs_ffmpeg
def test_a_reader_that_stops_early_leaves_no_process(tmp_path: Path) -> None:
    path = tmp_path / "long.m4a"
    ten_seconds = np.tile(voice(44_100), 5)  # more than the first block holds
    write_media(path, ten_seconds, 44_100, container="ipod", codec="aac")
    blocks = decode_with_ffmpeg(path, ONE_TRACK)

    assert len(next(blocks).samples) > 0
    blocks.close()
    path.unlink()  # nothing keeps it open


def test_without_the_program_the_file_is_left_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    assert not has_ffmpeg_program()
    with pytest.raises(DecodingStoppedError):
        list(decode_with_ffmpeg(tmp_path / "x.amr", ONE_TRACK))


def test_the_command_line_takes_no_address_and_asks_nothing(tmp_path: Path) -> None:
    arguments = ffmpeg_arguments("ffmpeg", Path("-http:x.wav"))

    source = arguments[arguments.index("-i") + 1]
    assert Path(source).is_absolute()
    assert arguments[1] == "-nostdin"
    assert arguments[arguments.index("-protocol_whitelist") + 1] == "file,pipe"
