from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.playback.peaks import waveform_peaks
from pipeline.audio.playback.playback_copy import write_review_copy
from pipeline.audio.samples import Audio
from pipeline.audio.spool import PcmSpool
from pipeline.core.errors import AudioError, RecordingTooLongError, WorkingFileError
from pipeline.core.intervals import Interval

PCM = np.random.default_rng(1).integers(-9_000, 9_000, 5_000).astype(np.int16)


def written(*blocks: np.ndarray) -> PcmSpool:
    spool = PcmSpool()
    for block in blocks:
        spool.append(block)
    return spool


def finished(pcm: np.ndarray) -> PcmSpool:
    spool = written(pcm)
    spool.finish()
    return spool


@given(
    borders=st.lists(st.integers(0, 5_000), max_size=4).map(sorted),
    spans=st.lists(st.tuples(st.integers(-9, 5_999), st.integers(-9, 5_999)), max_size=5),
)
def test_samples_read_equal_those_of_an_array_in_memory(borders, spans) -> None:
    spool = written(*np.split(PCM, borders))
    spool.finish()
    audio, expected = spool.as_audio(), Audio(PCM.copy())

    assert audio.num_samples == expected.num_samples
    assert np.array_equal(audio.pcm, expected.pcm)
    for first, stop in spans:
        assert np.array_equal(audio.read(first, stop), expected.read(first, stop))
    assert np.array_equal(audio.cut(Interval(10, 500)), expected.cut(Interval(10, 500)))


def test_reading_beyond_the_written_samples_blocks() -> None:
    spool = written(PCM[:100])
    read: list[np.ndarray] = []
    reader = threading.Thread(target=lambda: read.append(spool.read(50, 150)))

    reader.start()
    spool.append(PCM[100:120])
    assert not read
    spool.append(PCM[120:])
    reader.join()

    assert np.array_equal(read[0], PCM[50:150])


def test_written_samples_can_be_read_while_the_length_is_unknown() -> None:
    audio = written(PCM).as_audio()

    assert np.array_equal(audio.read_pcm(0, 5_000), PCM)
    assert not audio.ends_before(312)


def test_the_length_is_returned_when_the_recording_is_complete() -> None:
    spool = written(PCM)
    lengths: list[int] = []
    reader = threading.Thread(target=lambda: lengths.append(spool.as_audio().num_samples))

    reader.start()
    spool.append(PCM)
    spool.finish()
    reader.join()

    assert lengths == [10_000]


@pytest.mark.parametrize(("time_ms", "ends"), [(0, False), (312, False), (313, True)])
def test_a_recording_ends_before_a_time_that_it_does_not_reach(time_ms, ends) -> None:
    assert finished(PCM).as_audio().ends_before(time_ms) is ends
    assert Audio(PCM.copy()).ends_before(time_ms) is ends


def test_a_held_writer_goes_on_when_a_reader_wants_more_or_lets_it() -> None:
    spool = PcmSpool()
    spool.pause_at(5_000)

    def write() -> None:
        for _ in range(4):
            spool.append(PCM)
        spool.finish()

    writer = threading.Thread(target=write)
    writer.start()
    assert np.array_equal(spool.read(0, 5_000), PCM)
    assert np.array_equal(spool.read(5_000, 10_000), PCM)
    assert spool.num_written == 10_000
    spool.release()
    writer.join()

    assert spool.num_samples() == 20_000


def test_waiting_for_the_length_releases_the_paused_writer() -> None:
    spool = PcmSpool()
    spool.pause_at(1)
    writer = threading.Thread(target=lambda: (spool.append(PCM), spool.append(PCM), spool.finish()))
    writer.start()

    assert spool.num_samples() == 10_000
    writer.join()


def test_the_expected_length_is_estimated_from_the_decoded_fraction() -> None:
    spool = written(PCM)
    spool.set_fraction(0.25)

    assert spool.as_audio().expected_ms == 20_000 // 16
    spool.finish()
    assert spool.as_audio().expected_ms == 5_000 // 16


def test_those_who_wait_get_the_error_that_decoding_ended_with() -> None:
    spool = written(PCM)
    told: list[str] = []

    def read() -> None:
        with pytest.raises(AudioError) as failure:
            spool.read(0, 6_000)
        told.append(str(failure.value))

    reader = threading.Thread(target=read)
    reader.start()
    spool.fail(AudioError("talk.wav: no sound"))
    reader.join()

    assert told == ["talk.wav: no sound"]


def test_a_file_that_cannot_be_created_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(WorkingFileError, match="cannot be stored"):
        PcmSpool(tmp_path / "no folder")


def test_the_copy_and_the_picture_are_made_while_the_recording_grows(tmp_path: Path) -> None:
    pcm = np.tile(PCM, 400)  # 125 s, several blocks
    spool = PcmSpool()
    made: list[np.ndarray] = []

    def follow() -> None:
        write_review_copy(spool.as_audio(), tmp_path / "audio.flac")
        made.append(waveform_peaks(spool.as_audio()))

    follower = threading.Thread(target=follow)
    follower.start()
    for block in np.split(pcm, 7 * [0] + [1_000_000, 1_500_000]):
        spool.append(block)
    spool.finish()
    follower.join()
    whole = tmp_path / "whole.flac"
    write_review_copy(Audio(pcm), whole)

    assert (tmp_path / "audio.flac").read_bytes() == whole.read_bytes()
    assert np.array_equal(made[0], waveform_peaks(Audio(pcm)))


def test_a_recording_longer_than_is_taken_is_refused_when_that_shows() -> None:
    spool = PcmSpool(max_samples=len(PCM) + 10)
    spool.append(PCM)

    with pytest.raises(RecordingTooLongError, match=r"longer than 8\.698e-05 hours"):
        spool.append(PCM[:11])
    spool.append(PCM[:10])
