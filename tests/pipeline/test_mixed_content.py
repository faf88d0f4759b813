"""Diarization of speech among silence, noise, music and clicks, with the published graphs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from pipeline.audio.decode import read_audio
from pipeline.audio.samples import Audio
from pipeline.core.errors import TranscriptionCancelled
from pipeline.core.options import SpeakerCount
from pipeline.engines.transcription_runner import TranscriptionRunner
from pipeline.speakers.diarizer import Diarizer
from pipeline.vad.fsmn import FsmnVad
from tests.pipeline.continued_run import load_runner, transcribe, write_models
from tests.pipeline.speakers.test_diarizer import (
    AUTO,
    CONVERSATION,
    MODELS,
    check_turns,
    diarizer_of,
)
from tests.pipeline.test_continued_runs import stop_at

RATE = 16_000
COUNTS = (AUTO, AUTO, SpeakerCount(2, 2), SpeakerCount(9, 9))

Samples = NDArray[np.float64]
Block = Callable[[np.random.Generator, int], Samples]


@pytest.fixture(name="diarizer", scope="module")
def _diarizer() -> Diarizer:
    return diarizer_of("default")


@pytest.fixture(name="vad", scope="module")
def _vad() -> FsmnVad:
    return FsmnVad(MODELS / "fsmn-vad" / "model.onnx", MODELS / "fsmn-vad" / "am.mvn")


@pytest.fixture(name="demo", scope="module")
def _demo() -> Samples:
    return read_audio(CONVERSATION).pcm.astype(np.float64)


@pytest.fixture(name="runner", scope="module")
def _runner(tmp_path_factory: pytest.TempPathFactory) -> TranscriptionRunner:
    return load_runner(write_models(tmp_path_factory.mktemp("models")))


def silence(random: np.random.Generator, size: int) -> Samples:
    return np.zeros(size)


def room_noise(random: np.random.Generator, size: int) -> Samples:
    """Low-pass noise at about -45 dBFS, as of a ventilator."""
    spectrum = np.fft.rfft(random.normal(size=size))
    spectrum /= 1.0 + np.fft.rfftfreq(size, 1 / RATE) / 200.0
    noise = np.fft.irfft(spectrum, size)
    return np.asarray(185.0 * noise / noise.std())


def music(random: np.random.Generator, size: int) -> Samples:
    """A new chord of harmonic tones every half second."""
    times = np.arange(size) / RATE
    notes = 220.0 * 2 ** (random.integers(0, 24, (3, size // 8_000 + 1)) / 12)
    pitch = notes[:, np.arange(size) // 8_000]
    return np.asarray(
        sum(
            900.0 / part * np.sin(2 * np.pi * part * row * times)
            for row in pitch
            for part in range(1, 5)
        )
    )


def clicks(random: np.random.Generator, size: int) -> Samples:
    samples = np.zeros(size)
    samples[random.integers(0, size, size // 4_000 + 1)] = random.choice([-30_000, 30_000])
    return samples


def compose(demo: Samples, seed: int) -> Audio:
    """A recording of six to ten random blocks, some of them 30 s long."""
    random = np.random.default_rng(seed)

    def speech(random: np.random.Generator, size: int) -> Samples:
        start = int(random.integers(0, demo.size - size)) if size < demo.size else 0
        return np.resize(demo[start:], size)

    def overlap(random: np.random.Generator, size: int) -> Samples:
        return np.asarray(0.7 * (speech(random, size) + speech(random, size)))

    kinds: tuple[Block, ...] = (silence, room_noise, music, clicks, speech, speech, overlap)
    chosen = random.choice(len(kinds), random.integers(6, 11))
    sizes = (random.choice([0.2, 1.0, 4.0, 12.0, 30.0], len(chosen)) * RATE).astype(int)
    blocks = [kinds[kind](random, int(size)) for kind, size in zip(chosen, sizes, strict=True)]
    return Audio(np.clip(np.concatenate(blocks), -32_768, 32_767).astype(np.int16))


def check_streaming(diarizer: Diarizer, vad: FsmnVad, audio: Audio, count: SpeakerCount) -> int:
    """Compare the streaming result with that of the whole; return the number of speakers."""
    segments = vad.detect(audio)
    follower = diarizer.follow(audio, count)
    for segment in segments:
        follower.add(segment)

    found = follower.diarize(segments, count)

    whole = diarizer.diarize(audio, segments, count)
    check_turns(found.turns, audio)
    assert found.turns == whole.turns
    assert np.array_equal(found.evidence.labels, whole.evidence.labels)
    return len({turn.speaker for turn in found.turns})


@pytest.mark.parametrize("fill", [silence, room_noise])
@pytest.mark.parametrize("before_s", [20, 180])
def test_a_sentence_long_after_the_start_is_diarized(
    diarizer: Diarizer, vad: FsmnVad, demo: Samples, fill: Block, before_s: int
) -> None:
    before, after = (
        fill(np.random.default_rng(seconds), seconds * RATE) for seconds in (before_s, 30)
    )
    sentence = demo[int(23.4 * RATE) : int(32.4 * RATE)]
    audio = Audio(np.concatenate([before, sentence, after]).astype(np.int16))

    assert check_streaming(diarizer, vad, audio, AUTO) == 1


@pytest.mark.parametrize("seed", range(5))
def test_random_content_is_diarized_alike_in_a_stream_and_as_a_whole(
    diarizer: Diarizer, vad: FsmnVad, demo: Samples, seed: int
) -> None:
    check_streaming(diarizer, vad, compose(demo, seed), COUNTS[seed % len(COUNTS)])


@pytest.mark.parametrize("fill", [silence, room_noise, music, clicks])
def test_a_second_of_anything_has_at_most_one_speaker(
    diarizer: Diarizer, vad: FsmnVad, fill: Block
) -> None:
    audio = Audio(fill(np.random.default_rng(0), RATE).astype(np.int16))

    assert check_streaming(diarizer, vad, audio, AUTO) <= 1


@pytest.mark.parametrize("seed", [1, 6])
def test_an_interrupted_run_over_random_content_ends_with_the_same_transcript(
    runner: TranscriptionRunner, demo: Samples, tmp_path: Path, seed: int
) -> None:
    recording = tmp_path / "mixed.flac"
    before = room_noise(np.random.default_rng(seed), 40 * RATE).astype(np.int16)
    soundfile.write(recording, np.concatenate([before, compose(demo, seed).pcm]), RATE)
    for number in (3, 6, 9):
        stopping = stop_at(number)
        with suppress(TranscriptionCancelled):
            transcribe(
                runner,
                recording,
                tmp_path / "kept",
                on_progress=lambda progress, at=stopping: next(at),
            )

    result = transcribe(runner, recording, tmp_path / "kept")

    assert result.transcript == transcribe(runner, recording, None).transcript
