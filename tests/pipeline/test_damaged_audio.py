from __future__ import annotations

import shutil
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import read_audio
from pipeline.core.errors import AudioError
from tests.pipeline.synthetic_recordings import as_16k, floats, likeness, voice, write_media

RIFF_SIZE, CHANNELS, RATE, DATA_SIZE = 4, 22, 24, 40  # where a plain WAV header has them
HEADER_BYTES = 44


def wav_bytes(tmp_path: Path, *, seconds: float = 2.0) -> bytearray:
    path = tmp_path / "whole.wav"
    soundfile.write(path, as_16k(seconds=seconds), 16_000, subtype="PCM_16")
    return bytearray(path.read_bytes())


def saved(tmp_path: Path, data: bytes, name: str = "damaged.wav") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0xFFFFFFF7, 0x7FFFFFFF, 1_000])
def test_a_wav_whose_header_lies_about_its_size_is_read_to_its_end(
    tmp_path: Path, size: int
) -> None:
    data = wav_bytes(tmp_path, seconds=4)
    struct.pack_into("<I", data, RIFF_SIZE, min(0xFFFFFFFF, size + 36))
    struct.pack_into("<I", data, DATA_SIZE, size)

    audio = read_audio(saved(tmp_path, data))

    assert np.abs(floats(audio) - as_16k(seconds=4)).max() <= 2 / 32_768


def test_notes_after_the_samples_are_no_sound(tmp_path: Path) -> None:
    data = wav_bytes(tmp_path)
    notes = b"LIST" + struct.pack("<I", 5_000) + b"INFO" + b"x" * 4_996

    assert read_audio(saved(tmp_path, data + notes)).duration_ms == 2_000


def test_a_wav_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    data = wav_bytes(tmp_path)[: HEADER_BYTES + 20_001]

    assert read_audio(saved(tmp_path, data)).num_samples == 10_000


@pytest.mark.parametrize(("format_", "kept"), [("FLAC", 0.5), ("MP3", 0.5), ("OGG", 0.5)])
def test_a_compressed_file_that_was_cut_off_is_read_as_far_as_it_goes(
    tmp_path: Path, format_: str, kept: float
) -> None:
    path = tmp_path / "whole"
    soundfile.write(path, as_16k(seconds=10), 16_000, format=format_)
    data = path.read_bytes()

    audio = read_audio(saved(tmp_path, data[: int(kept * len(data))]))

    assert 3_500 < audio.duration_ms < 6_000
    beginning = as_16k(seconds=10)[: audio.num_samples]
    assert likeness(audio, beginning)[0] > 0.97


@pytest.mark.parametrize("format_", ["FLAC", "MP3", "OGG"])
def test_what_comes_after_damage_is_heard(tmp_path: Path, format_: str) -> None:
    path = tmp_path / "whole"
    soundfile.write(path, as_16k(seconds=10), 16_000, format=format_)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 600] = np.random.default_rng(1).bytes(600)

    audio = read_audio(saved(tmp_path, data))

    assert 8_500 < audio.duration_ms <= 10_200
    end = floats(audio)[-32_000:-1_600]
    true_end = as_16k(seconds=10)
    best = max(
        np.corrcoef(end, true_end[last - len(end) : last])[0, 1]
        for last in range(len(true_end) - 1_800, len(true_end) - 1_400)
    )
    assert best > 0.9


def test_streams_one_after_another_in_a_file_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "whole"
    soundfile.write(path, as_16k(), 16_000, format="OGG")

    assert read_audio(saved(tmp_path, path.read_bytes() * 3)).duration_ms == pytest.approx(
        6_000, abs=50
    )


def test_a_change_of_rate_on_the_way_keeps_the_pitch(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    soundfile.write(first, voice(32_000), 32_000, format="MP3")
    soundfile.write(second, voice(48_000, seed=4), 48_000, format="MP3")

    audio = read_audio(saved(tmp_path, first.read_bytes() + second.read_bytes()))

    assert audio.duration_ms == pytest.approx(4_000, abs=200)
    assert likeness(audio, as_16k())[0] > 0.6  # half of the sound
    assert likeness(audio, as_16k(seed=4))[0] > 0.6


def test_an_mp3_title_that_is_not_utf_8_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "whole"
    write_media(path, voice(44_100), 44_100, container="mp3", codec="mp3")
    title = b"\x03" + "会议录音".encode("gbk")
    frame = b"TIT2" + struct.pack(">I", len(title)) + b"\0\0" + title
    tag = b"ID3\x03\0\0" + bytes([0, 0, 0, len(frame)]) + frame

    assert read_audio(saved(tmp_path, tag + path.read_bytes())).duration_ms > 1_900


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.wav", b"", r"a\.wav: The file is empty \(0 bytes\)"),
        ("b.mp3", b"Minutes of the meeting\n" * 50, r"b\.mp3: The file contains text"),
        ("c.mp3", bytes(range(256)) * 80, r"c\.mp3: The file is not audio or video"),
        (
            "d.m4a",
            b"\0\0\0\x18ftypM4A " + bytes(12) + b"\0\0\0\x08free",
            "d.m4a: The file is truncated",
        ),
        ("line\nbreak.wav", b"", r"line\?break\.wav: The file is empty"),
    ],
)
def test_what_is_no_recording_is_refused_in_a_sentence(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    try:
        path = saved(tmp_path, data, name)
    except OSError:
        pytest.skip("this system has no such names")

    with pytest.raises(AudioError, match=message) as refusal:
        read_audio(path)
    assert "\n" not in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)


def test_a_header_without_samples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="contains no readable samples"):
        read_audio(saved(tmp_path, wav_bytes(tmp_path)[:HEADER_BYTES]))


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    import av

    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        image = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
        output.mux(stream.encode(image))
        output.mux(stream.encode(None))

    with pytest.raises(AudioError, match=r"silent\.mp4: There is no sound track"):
        read_audio(path)


def test_nan_in_a_file_is_refused(tmp_path: Path) -> None:
    samples = as_16k().astype(np.float32)
    samples[7] = np.nan
    path = tmp_path / "nan.wav"
    soundfile.write(path, samples, 16_000, subtype="FLOAT")

    with pytest.raises(AudioError, match=r"nan\.wav: .*NaN"):
        read_audio(path)


@pytest.mark.parametrize("rate_hz", [1, 4_000_000_000])
def test_an_impossible_rate_is_refused(tmp_path: Path, rate_hz: int) -> None:
    data = wav_bytes(tmp_path)
    struct.pack_into("<I", data, RATE, rate_hz)

    with pytest.raises(AudioError, match=r"is invalid|contains no readable samples"):
        read_audio(saved(tmp_path, data))


def test_large_claims_take_no_memory(tmp_path: Path) -> None:
    data = wav_bytes(tmp_path)
    struct.pack_into("<H", data, CHANNELS, 1_000)
    struct.pack_into("<I", data, DATA_SIZE, 0xFFFFFFFF)
    path = saved(tmp_path, data)
    tracemalloc.start()

    try:
        read_audio(path)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak_bytes < 50_000_000


def test_a_long_recording_takes_little_more_memory_than_its_samples(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with soundfile.SoundFile(path, "w", 48_000, 2, "PCM_16") as sound:
        for _ in range(60):
            sound.write(np.stack([voice(48_000)] * 2, 1))
    tracemalloc.start()

    try:
        audio = read_audio(path)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert audio.duration_ms == 120_000
    assert peak_bytes < 3 * audio.pcm.nbytes  # decoded at once it would be twelve times


@pytest.mark.parametrize("name", ["list.m3u8", "list.wav", "list.mp3"])
def test_a_playlist_opens_nothing_else(tmp_path: Path, name: str) -> None:
    private = tmp_path / "private.ts"
    write_media(private, voice(48_000), 48_000, container="mpegts", codec="aac")
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\n{private}\n#EXT-X-ENDLIST\n"

    assert read_audio(private).num_samples > 0
    with pytest.raises(AudioError, match="is a playlist"):
        read_audio(saved(tmp_path, playlist.encode(), name))


@pytest.mark.parametrize("script", ["ffconcat version 1.0\nfile '{}'\n", "v=0\nm=audio 5004 {}\n"])
def test_a_script_opens_nothing_else(tmp_path: Path, script: str) -> None:
    private = tmp_path / "private.wav"
    shutil.copy(saved(tmp_path, wav_bytes(tmp_path)), private)

    with pytest.raises(AudioError, match=r"contains text|is a playlist"):
        read_audio(saved(tmp_path, script.format(private).encode(), "script.mp3"))


@pytest.mark.parametrize("format_", ["WAV", "FLAC", "MP3", "OGG"])
def test_no_damage_raises_anything_but_an_audio_error(tmp_path: Path, format_: str) -> None:
    path = tmp_path / "whole"
    soundfile.write(path, as_16k(), 16_000, format=format_)
    whole = path.read_bytes()
    maker = np.random.default_rng(3)
    outcomes = set()
    for number in range(12):
        data = bytearray(whole)
        reach = 120 if number % 2 else len(data)
        for place in maker.integers(0, reach, 3):
            data[place] = maker.integers(0, 256)
        try:
            outcomes.add(type(read_audio(saved(tmp_path, data))).__name__)
        except AudioError:
            outcomes.add("refused")

    assert "Audio" in outcomes
    assert outcomes <= {"Audio", "refused"}
