"""Which sound track of a file is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.audio.decode import read_audio
from pipeline.core.audio_track import AudioTrack, TracksRead
from pipeline.core.errors import AudioError, OptionError
from tests.pipeline.synthetic_recordings import as_16k, floats, likeness
from tests.pipeline.two_tracks import SILENT, Track, voice_track, write_tracks


@pytest.mark.parametrize(
    ("tracks", "read"),
    [
        ([voice_track(0), voice_track(1)], 1),
        ([SILENT, voice_track(1)], 2),
        ([SILENT, SILENT, voice_track(1), SILENT], 3),
        ([voice_track(0), voice_track(1, is_default=True)], 2),
        ([voice_track(0), Track(SILENT.samples, is_default=True)], 1),
        ([SILENT, SILENT], 1),
        ([Track(np.full(96_000, 0.3)), voice_track(1)], 2),  # a constant offset is no sound
    ],
)
@pytest.mark.parametrize("container", ["matroska", "mov"])
def test_the_main_track_is_read_unless_it_is_silent(
    tmp_path: Path, tracks: list[Track], read: int, container: str
) -> None:
    path = write_tracks(tmp_path / "a", tracks, container=container)

    audio = read_audio(path)

    assert audio.tracks == TracksRead((read,), len(tracks))
    assert audio.duration_ms == 2_000
    expected = tracks[read - 1].samples[::3]
    assert np.abs(floats(audio) - expected).max() < 0.01 or likeness(audio, expected)[0] > 0.99


@pytest.mark.parametrize("number", [1, 2])
def test_the_track_that_is_asked_for_is_read(tmp_path: Path, number: int) -> None:
    path = write_tracks(tmp_path / "a", [voice_track(1), voice_track(2, rate_hz=16_000)])

    audio = read_audio(path, track=AudioTrack(number))

    assert audio.tracks == TracksRead((number,), 2)
    assert likeness(audio, as_16k(seed=number))[0] > 0.99


def test_tracks_of_different_rates_are_mixed_in_step(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "a", [SILENT, voice_track(1), voice_track(2, rate_hz=16_000)])

    audio = read_audio(path, track=AudioTrack(is_mix=True))

    assert audio.tracks == TracksRead((1, 2, 3), 3)
    assert audio.duration_ms == pytest.approx(2_000, abs=2)
    for seed in (1, 2):
        upright, turned = as_16k(seed=seed), -as_16k(seed=seed)  # a mix may turn a channel over
        correlation, lag = max(likeness(audio, upright), likeness(audio, turned))
        assert correlation > 0.6  # half of the sound
        assert abs(lag) <= 2


def test_a_shorter_track_ends_in_silence_in_the_mix(tmp_path: Path) -> None:
    short = Track(voice_track(1).samples[:48_000])
    path = write_tracks(tmp_path / "a", [short, SILENT])

    audio = read_audio(path, track=AudioTrack(is_mix=True))

    assert audio.duration_ms == 2_000
    assert np.abs(floats(audio)[17_000:]).max() < 1e-3


@pytest.mark.parametrize(
    ("number", "message"),
    [(3, r"a: The file has 2 sound tracks; there is no track 3"), (999, "no track 999")],
)
def test_a_track_that_is_not_there_is_refused(tmp_path: Path, number: int, message: str) -> None:
    path = write_tracks(tmp_path / "a", [SILENT, SILENT])

    with pytest.raises(AudioError, match=message):
        read_audio(path, track=AudioTrack(number))


def test_more_tracks_than_the_limit_are_not_mixed(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "a", [SILENT] * 17)

    with pytest.raises(AudioError, match="17 sound tracks; at most 16 can be mixed"):
        read_audio(path, track=AudioTrack(is_mix=True))


def test_whoever_stops_the_reading_stops_the_search_for_sound(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        assert done == 0
        raise StoppedError

    path = write_tracks(tmp_path / "a", [SILENT, SILENT])

    with pytest.raises(StoppedError):
        read_audio(path, report=stop)


@pytest.mark.parametrize("text", ["auto", "mix", "1", "12"])
def test_a_choice_reads_back_what_it_writes(text: str) -> None:
    assert str(AudioTrack.parse(f" {text.upper()} ")) == text


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "all", "1000", "²"])
def test_what_is_no_choice_is_refused(text: str) -> None:
    with pytest.raises(OptionError, match="'auto', 'mix' or a number"):
        AudioTrack.parse(text)


@pytest.mark.parametrize(
    ("tracks", "sentence"),
    [
        (TracksRead(), ""),
        (TracksRead((2,), 3), "Sound track 2 of 3 was read"),
        (TracksRead((1, 2), 2), "All 2 sound tracks were mixed"),
    ],
)
def test_which_track_was_read_is_said_where_there_are_several(
    tracks: TracksRead, sentence: str
) -> None:
    assert tracks.sentence == sentence
