from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import read_audio
from pipeline.audio.decoders.mixdown import NewSpool
from pipeline.audio.spool import PcmSpool, SamplesReplacedError
from pipeline.audio.streaming_decoder import StreamingDecoder
from pipeline.core.errors import NotAudioError
from pipeline.core.progress import Report
from tests.pipeline.synthetic_recordings import as_16k, voice, write_media


def test_a_recording_read_while_it_grows_is_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "talk.flac"
    soundfile.write(path, voice(44_100, seconds=20), 44_100)

    growing = StreamingDecoder(path)
    blocks = list(growing.audio.blocks(1_000))

    assert np.array_equal(np.concatenate(blocks), read_audio(path).pcm)
    growing.close()


def test_a_file_for_the_second_decoder_can_be_read_while_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "talk.m4a"
    write_media(path, voice(44_100, seconds=20), 44_100, container="ipod", codec="aac")

    growing = StreamingDecoder(path, hold_at_ms=1_000)
    blocks = list(growing.audio.blocks(1_000))

    assert np.array_equal(np.concatenate(blocks), read_audio(path).pcm)
    growing.close()


def test_channels_are_mixed_as_when_the_file_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "two.wav"
    soundfile.write(path, np.stack([voice(16_000), -voice(16_000, seed=1)], 1), 16_000)

    growing = StreamingDecoder(path)

    assert np.array_equal(growing.audio.pcm, read_audio(path).pcm)
    growing.close()


def test_the_samples_leave_nothing_in_the_folder_where_they_lie(tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    soundfile.write(path, as_16k(), 16_000)

    growing = StreamingDecoder(path, spool_dir=tmp_path)

    assert growing.audio.num_samples == len(as_16k())
    growing.close()
    assert list(tmp_path.iterdir()) == [path]


def test_decoding_again_raises_for_readers_of_replaced_samples(
    tmp_path: Path,
) -> None:
    has_read = threading.Event()

    def decode(path: Path, new_spool: NewSpool, *, report: Report) -> PcmSpool:
        new_spool().append(np.zeros(100, np.int16))
        has_read.wait()
        better = new_spool()
        better.append(np.ones(200, np.int16))
        better.finish()
        return better

    growing = StreamingDecoder(tmp_path / "damaged.wav", decode=decode)
    first = growing.audio
    assert np.array_equal(first.read_pcm(0, 100), np.zeros(100))
    has_read.set()

    with pytest.raises(SamplesReplacedError):
        first.read_pcm(100, 200)
    with pytest.raises(SamplesReplacedError):
        _ = first.num_samples
    assert np.array_equal(growing.audio.pcm, np.ones(200))
    growing.close()


def test_a_late_sample_beyond_full_scale_scales_the_whole_recording(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    samples = np.tile(as_16k(), 10)
    samples[-1_000] = 2.0
    soundfile.write(path, samples, 16_000, subtype="FLOAT")

    growing = StreamingDecoder(path)
    with suppress(SamplesReplacedError):
        _ = growing.audio.num_samples

    assert np.array_equal(growing.audio.pcm, read_audio(path).pcm)
    growing.close()


def test_a_file_that_is_not_a_recording_raises_for_every_reader(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp3"
    path.write_text("no sound")

    growing = StreamingDecoder(path)

    with pytest.raises(NotAudioError, match=r"notes\.mp3: The file contains text"):
        growing.audio.read(0, 100)
    with pytest.raises(NotAudioError):
        _ = growing.audio.num_samples
    growing.close()
