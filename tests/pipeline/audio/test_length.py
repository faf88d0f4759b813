"""How long a recording is, whatever its header claims."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import read_audio
from pipeline.audio.length import MEASURED_S, length_ms
from pipeline.audio.samples import SAMPLE_RATE_HZ
from tests.pipeline.synthetic_recordings import as_16k, write_media

STREAM_INFO = 8  # in a FLAC: after the mark and the header of its first block
TOTAL_SAMPLES = STREAM_INFO + 13  # 36 bits, of which the first four share a byte with other fields


def written(path: Path, seconds: float, format_: str) -> Path:
    soundfile.write(path, as_16k(seconds=seconds), SAMPLE_RATE_HZ, format=format_)
    return path


@pytest.mark.parametrize("format_", ["WAV", "FLAC", "MP3", "OGG", "AIFF", "CAF"])
def test_the_length_is_measured(tmp_path: Path, format_: str) -> None:
    assert length_ms(written(tmp_path / "a", 3, format_)) == pytest.approx(3_000, abs=110)


@pytest.mark.parametrize(
    ("container", "codec"), [("mp4", "aac"), ("webm", "libopus"), ("matroska", "flac")]
)
def test_the_length_of_a_track_in_a_container_is_measured(
    tmp_path: Path, container: str, codec: str
) -> None:
    path = tmp_path / "a"
    rate_hz = 48_000
    samples = np.repeat(as_16k(), 3)
    write_media(path, samples, rate_hz, container=container, codec=codec)

    assert length_ms(path) == pytest.approx(2_000, abs=80)


@pytest.mark.parametrize("content", [b"", b"a letter, not a recording" * 50, bytes(10_000)])
def test_a_file_that_is_not_a_recording_has_no_length(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)

    assert length_ms(path) is None


def test_a_file_that_is_not_there_has_no_length(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        length_ms(tmp_path / "gone.wav")


@pytest.mark.parametrize("claimed", [0, 1, 16_000, 0xF_FFFF_FFFF])
def test_a_flac_with_a_wrong_length_in_its_header_is_read_and_measured(
    tmp_path: Path, claimed: int
) -> None:
    path = tmp_path / "a"
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, 16_000 * 10)
    soundfile.write(path, noise, SAMPLE_RATE_HZ, format="FLAC")
    content = bytearray(path.read_bytes())
    content[TOTAL_SAMPLES] = content[TOTAL_SAMPLES] & 0xF0 | claimed >> 32
    struct.pack_into(">I", content, TOTAL_SAMPLES + 1, claimed & 0xFFFF_FFFF)
    path.write_bytes(content)

    assert length_ms(path) == 10_000
    assert read_audio(path).duration_ms == 10_000


def test_an_mp3_with_a_wrong_xing_header_is_measured(tmp_path: Path) -> None:
    path = written(tmp_path / "a", 5, "MP3")
    content = bytearray(path.read_bytes())
    mark = max(content.find(b"Xing"), content.find(b"Info"))
    assert mark > 0
    struct.pack_into(">I", content, mark + 8, 100_000_000)  # frames
    path.write_bytes(content)

    assert length_ms(path) == pytest.approx(5_000, abs=110)


@pytest.mark.parametrize("factor", [0.001, 1_000])
def test_an_mp4_whose_headers_lie_is_measured(tmp_path: Path, factor: float) -> None:
    path = tmp_path / "a"
    write_media(path, as_16k(), SAMPLE_RATE_HZ, container="mp4", codec="aac")
    content = bytearray(path.read_bytes())
    for mark, at in ((b"mvhd", 16 + 4), (b"mdhd", 16 + 4)):  # version 0: length after time scale
        place = content.find(mark) + at
        (length,) = struct.unpack_from(">I", content, place)
        struct.pack_into(">I", content, place, int(length * factor))
    path.write_bytes(content)

    assert length_ms(path) == pytest.approx(2_000, abs=80)


def test_an_ogg_whose_last_page_lies_is_not_taken_for_days(tmp_path: Path) -> None:
    path = written(tmp_path / "a", 3, "OGG")
    content = bytearray(path.read_bytes())
    last_page = content.rfind(b"OggS")
    struct.pack_into("<q", content, last_page + 6, 16_000 * 3_600 * 1_000)
    path.write_bytes(content)

    assert (length_ms(path) or 0) < 10_000
    assert read_audio(path).duration_ms < 10_000


def test_the_length_of_a_very_long_recording_is_estimated_from_its_first_part(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "a", 60, "MP3")
    ticks = iter(range(1_000_000))

    measured = length_ms(path, clock=lambda: next(ticks) * MEASURED_S / 100)

    assert measured == pytest.approx(60_000, rel=0.1)
