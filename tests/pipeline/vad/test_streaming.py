"""Tests of voice activity detection in a stream of chunks."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from pipeline.audio.samples import Audio
from pipeline.core.transcript import SpeechSegment
from pipeline.vad.fsmn import FsmnVad
from pipeline.vad.streaming import VadEvent, VadStream
from pipeline.vad.vad_options import VadOptions
from tests.dev_data import DEV_DATA, REPOSITORY, needs_dev_data

MODEL = REPOSITORY / "assets" / "models" / "fsmn-vad"
CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
# Answers of funasr_onnx 0.4.3 (Fsmn_vad_online): milliseconds fed so far, and [start, end] pairs.
REFERENCE = REPOSITORY / "tests" / "data" / "streaming_vad_reference.json"
PLAIN = VadOptions(needs_sure_speech=False, cut_at_lowest_speech=False)


@pytest.fixture(scope="module")
def vad() -> FsmnVad:
    return FsmnVad(MODEL / "model.onnx", MODEL / "am.mvn", options=PLAIN)


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    import soundfile

    found, rate = soundfile.read(CONVERSATION, dtype="int16")
    assert rate == 16_000
    return found[: 25 * rate]


def events_of(stream: VadStream, samples: np.ndarray, chunk: int) -> list[VadEvent]:
    floats = samples.astype(np.float32) / 32_768
    starts = range(0, len(floats), chunk)
    return [
        event
        for start in starts
        for event in stream.feed(
            floats[start : start + chunk], is_last=start + chunk >= len(floats)
        )
    ]


def segments_of(events: list[VadEvent]) -> tuple[SpeechSegment, ...]:
    starts = [event.start_ms for event in events if event.start_ms is not None]
    ends = [event.end_ms for event in events if event.end_ms is not None]
    return tuple(SpeechSegment(*pair) for pair in zip(starts, ends, strict=True))


@pytest.mark.parametrize("chunk", [960, 9_600, 400_000])
@pytest.mark.parametrize("end_silence", [500, 800])
def test_the_events_describe_the_segments_of_the_whole_recording(vad, samples, chunk, end_silence):
    options = VadOptions(
        needs_sure_speech=False, cut_at_lowest_speech=False, max_end_silence_time=end_silence
    )
    whole = FsmnVad(MODEL / "model.onnx", MODEL / "am.mvn", options=options)

    events = events_of(vad.open_stream(options), samples, chunk)

    assert segments_of(events) == whole.detect(Audio(samples))
    assert len(events) >= 2


def test_a_start_is_reported_before_its_end(vad, samples):
    events = events_of(vad.open_stream(), samples, 1_600)

    assert events[0].start_ms is not None
    assert events[0].end_ms is None
    assert events[0].pair == [events[0].start_ms, -1]
    assert events[1].pair == [-1, events[1].end_ms]


def test_a_chunk_may_hold_several_events(vad, samples):
    whole = vad.detect(Audio(samples))

    (only,) = [vad.open_stream().feed(samples.astype(np.float32) / 32_768, is_last=True)]

    assert [event.pair for event in only] == [[each.start_ms, each.end_ms] for each in whole]


def test_the_open_start_is_known_while_speech_goes_on(vad, samples):
    stream = vad.open_stream()
    floats = samples.astype(np.float32) / 32_768
    (first,) = vad.detect(Audio(samples))[:1]

    assert stream.open_start_ms is None
    stream.feed(floats[: 16 * (first.start_ms + 1_000)])
    assert stream.open_start_ms == first.start_ms


def test_two_streams_of_one_detector_do_not_disturb_each_other(vad, samples):
    floats = samples.astype(np.float32) / 32_768
    one, other = vad.open_stream(), vad.open_stream()
    found: list[VadEvent] = []

    for start in range(0, len(floats), 1_600):
        is_last = start + 1_600 >= len(floats)
        found += one.feed(floats[start : start + 1_600], is_last=is_last)
        other.feed(floats[::-1][start : start + 1_600])

    assert segments_of(found) == vad.detect(Audio(samples))


@needs_dev_data
@pytest.mark.parametrize("chunk_ms", [60, 200])
@pytest.mark.parametrize("end_silence", [800, 500])
def test_the_events_are_those_of_the_reference_at_the_same_times(vad, chunk_ms, end_silence):
    import soundfile

    expected = json.loads(REFERENCE.read_text("utf-8"))
    floats, _ = soundfile.read(DEV_DATA / "conv" / expected["clip"], dtype="float32")
    options = replace(VadOptions.classic(), max_end_silence_time=end_silence)
    stream = vad.open_stream(options)
    found = []
    for start in range(0, len(floats), 16 * chunk_ms):
        stop = min(len(floats), start + 16 * chunk_ms)
        events = stream.feed(floats[start:stop], is_last=stop == len(floats))
        if events:
            found.append([stop // 16, [event.pair for event in events]])

    assert found == expected[f"chunk{chunk_ms}_sil{end_silence}"]


@pytest.mark.parametrize("num_samples", [0, 1, 399, 400, 401])
def test_a_stream_of_hardly_any_samples_has_no_event(vad, num_samples):
    assert vad.open_stream().feed(np.zeros(num_samples, np.float32), is_last=True) == ()
