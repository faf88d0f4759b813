from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import read_audio
from pipeline.audio.from_array import audio_from_array
from pipeline.core.errors import AudioError
from tests.pipeline.synthetic_recordings import (
    as_16k,
    floats,
    inner_error,
    likeness,
    voice,
    write_media,
)

LOSSLESS = [  # format, subtype, largest error: half a step of the coarser of file and 16 bits
    ("WAV", "PCM_U8", 1 / 128),
    ("WAV", "PCM_16", 2 / 32_768),
    ("WAV", "PCM_24", 1 / 32_768),
    ("WAV", "PCM_32", 1 / 32_768),
    ("WAV", "FLOAT", 1 / 32_768),
    ("WAV", "DOUBLE", 1 / 32_768),
    ("WAV", "ULAW", 0.02),
    ("WAV", "ALAW", 0.02),
    ("WAVEX", "PCM_16", 2 / 32_768),
    ("RF64", "PCM_16", 2 / 32_768),
    ("W64", "PCM_16", 2 / 32_768),
    ("AIFF", "PCM_16", 2 / 32_768),
    ("CAF", "PCM_24", 1 / 32_768),
    ("AU", "PCM_16", 2 / 32_768),
    ("FLAC", "PCM_16", 2 / 32_768),
    ("FLAC", "PCM_24", 1 / 32_768),
]
LOSSY = [  # container, codec, rate, with a picture
    ("mp3", "mp3", 44_100, False),
    ("ipod", "aac", 44_100, False),
    ("ipod", "alac", 44_100, False),
    ("ogg", "libopus", 48_000, False),
    ("webm", "libopus", 48_000, False),
    ("mp4", "aac", 48_000, True),
    ("matroska", "aac", 48_000, True),
    ("mov", "pcm_s24le", 48_000, True),
    ("avi", "pcm_s16le", 16_000, True),
]


@pytest.mark.parametrize(("format_", "subtype", "tolerance"), LOSSLESS)
def test_lossless_formats_keep_the_samples(
    tmp_path: Path, format_: str, subtype: str, tolerance: float
) -> None:
    path = tmp_path / "recording"
    soundfile.write(path, as_16k(), 16_000, format=format_, subtype=subtype)

    audio = read_audio(path)

    assert audio.num_samples == 32_000
    assert np.abs(floats(audio) - as_16k()).max() <= tolerance


@pytest.mark.parametrize(("container", "codec", "rate_hz", "with_video"), LOSSY)
def test_what_pyav_decodes_sounds_alike_and_starts_on_time(
    tmp_path: Path, container: str, codec: str, rate_hz: int, with_video: bool
) -> None:
    path = tmp_path / "recording.dat"
    write_media(
        path, voice(rate_hz), rate_hz, container=container, codec=codec, with_video=with_video
    )

    audio = read_audio(path)

    correlation, lag = likeness(audio, as_16k())
    assert correlation > 0.995
    assert abs(lag) <= 16  # a millisecond
    assert abs(audio.duration_ms - 2_000) <= 25


@pytest.mark.parametrize(
    ("format_", "subtype"),
    [("MP3", None), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("WAV", "IMA_ADPCM")],
)
def test_what_libsndfile_encodes_sounds_alike(
    tmp_path: Path, format_: str, subtype: str | None
) -> None:
    path = tmp_path / "recording"
    soundfile.write(path, voice(48_000), 48_000, format=format_, subtype=subtype)

    correlation, lag = likeness(read_audio(path), as_16k())

    assert correlation > 0.98
    assert abs(lag) <= 16


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000])
def test_any_rate_becomes_16_khz(tmp_path: Path, rate_hz: int) -> None:
    path = tmp_path / "recording.wav"
    soundfile.write(path, voice(rate_hz), rate_hz, subtype="PCM_24")

    audio = read_audio(path)

    assert audio.duration_ms == 2_000
    assert inner_error(audio, as_16k()) < 1e-3


def test_a_file_is_read_like_the_array_it_holds(tmp_path: Path) -> None:
    stereo = np.stack([voice(44_100, seconds=6), voice(44_100, seed=3, seconds=6)], 1)  # 4 blocks
    path = tmp_path / "recording.wav"
    soundfile.write(path, stereo, 44_100, subtype="PCM_16")
    stored, _ = soundfile.read(path, dtype="int16")

    audio = read_audio(path)

    whole = audio_from_array(stored, 44_100)
    assert audio.num_samples == whole.num_samples
    assert np.abs(audio.pcm.astype(int) - whole.pcm.astype(int)).max() <= 1


@pytest.mark.parametrize("format_", ["WAV", "FLAC"])
def test_channels_in_opposite_phase_do_not_cancel(tmp_path: Path, format_: str) -> None:
    path = tmp_path / "recording"
    soundfile.write(path, np.stack([as_16k(), -as_16k()], 1), 16_000, format=format_)

    assert inner_error(read_audio(path), as_16k()) <= 2 / 32_768


def test_a_stereo_mp3_in_opposite_phase_does_not_cancel(tmp_path: Path) -> None:
    path = tmp_path / "recording.mp3"
    samples = np.stack([voice(44_100), -voice(44_100)], 1)
    write_media(path, samples, 44_100, container="mp3", codec="mp3")

    audio = read_audio(path)

    assert np.sqrt((floats(audio) ** 2).mean()) > 0.9 * np.sqrt((as_16k() ** 2).mean())


def test_one_live_channel_of_six_keeps_its_level(tmp_path: Path) -> None:
    channels = np.zeros((32_000, 6))
    channels[:, 2] = as_16k()
    path = tmp_path / "recording.flac"
    soundfile.write(path, channels, 16_000)

    assert inner_error(read_audio(path), as_16k()) <= 2 / 32_768


def test_floats_beyond_full_scale_are_scaled_down_not_clipped(tmp_path: Path) -> None:
    path = tmp_path / "recording.wav"
    samples = as_16k() * np.linspace(0.5, 30, 32_000)  # within full scale at first
    soundfile.write(path, samples, 16_000, subtype="FLOAT")

    audio = read_audio(path)

    assert likeness(audio, samples)[0] > 0.99999
    assert np.abs(floats(audio)).max() == pytest.approx(1.0, abs=1e-3)


def test_a_sound_track_that_starts_late_keeps_the_times_of_the_picture(tmp_path: Path) -> None:
    path = tmp_path / "recording.mkv"
    write_media(
        path,
        voice(48_000),
        48_000,
        container="matroska",
        codec="pcm_s16le",
        with_video=True,
        sound_starts_s=1.5,
    )

    audio = read_audio(path)

    assert likeness(audio, as_16k())[1] == pytest.approx(1.5 * 16_000, abs=160)
    assert np.abs(floats(audio)[: int(1.45 * 16_000)]).max() < 1e-3


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "recording.mp3"
    soundfile.write(path, as_16k(), 16_000, format="FLAC")
    raw_named = path.rename(tmp_path / "recording.raw")

    assert read_audio(raw_named).duration_ms == 2_000


@pytest.mark.parametrize(
    "name",
    [
        "-i.wav",
        "- rf.wav",
        "http:x.wav",
        "concat:a|b.wav",
        "会议 录音 (1) & $(x) `y`.wav",
        "%03d.wav",
    ],
)
def test_any_name_is_only_a_name(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_media(Path("made"), as_16k(), 16_000, container="ipod", codec="alac")
    try:
        Path("made").rename(name)
    except OSError:
        pytest.skip("this system has no such names")

    assert read_audio(Path(name)).duration_ms == 2_000


def test_progress_is_reported_in_order_up_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "recording.wav"
    stereo = np.stack([voice(48_000, seconds=8), voice(48_000, seed=1, seconds=8)], 1)
    soundfile.write(path, stereo, 48_000)
    told: list[tuple[int, int]] = []

    read_audio(path, report=lambda done, total: told.append((done, total)))

    assert told == sorted(told)
    assert told[-1] == (1_000, 1_000)
    assert len(told) > 4


def test_a_report_that_raises_stops_the_reading(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise StoppedError

    path = tmp_path / "recording.wav"
    soundfile.write(path, as_16k(), 16_000)

    with pytest.raises(StoppedError):
        read_audio(path, report=stop)
    path.unlink()  # nothing keeps it open


def test_a_missing_file_is_named_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(AudioError) as refusal:
        read_audio(tmp_path / "gone.wav")

    assert str(refusal.value) == "gone.wav: There is no such file. Check the name and the folder"
