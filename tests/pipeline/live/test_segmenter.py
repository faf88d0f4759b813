from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.samples import SAMPLES_PER_MS, Audio
from pipeline.core.options import Profile
from pipeline.live.models import LiveModels
from pipeline.live.options import LiveOptions
from pipeline.live.segmenter import (
    BLOCK_SAMPLES,
    ClosedSegment,
    LiveSegmenter,
    live_vad_options,
)
from pipeline.vad.endpointing import decide_frames, find_runs
from tests.pipeline.live.speech import unbroken


def segments_of(models: LiveModels, pcm: NDArray[np.int16]) -> list[ClosedSegment]:
    segmenter = LiveSegmenter(models.open_vad(LiveOptions()))
    samples = pcm.astype(np.float32) / 32_768
    found = []
    for first in range(0, len(samples) + 1, BLOCK_SAMPLES):
        block = samples[first : first + BLOCK_SAMPLES]
        end_ms = (first + len(block)) // SAMPLES_PER_MS
        is_last = first + BLOCK_SAMPLES > len(samples)
        found += segmenter.feed(block, end_ms=end_ms, is_last=is_last)
    assert segmenter.open_segment is None
    return found


def test_segments_are_those_of_the_whole_recording_with_half_a_second_of_end_silence(
    models: LiveModels, conversation: NDArray[np.int16]
) -> None:
    pcm = conversation[: 30 * 16_000]
    options = live_vad_options(Profile.DEFAULT)
    probabilities = models.vad.speech_probabilities(Audio(pcm.copy()))
    runs = find_runs(decide_frames(probabilities, options), options)

    found = segments_of(models, pcm)

    assert options.max_end_silence_time == 500
    assert [(each.start_ms, each.end_ms) for each in found] == [
        (start * 10, stop * 10) for start, stop in runs
    ]
    assert [each.number for each in found] == list(range(len(runs)))
    assert all(each.ends_run for each in found)


def test_long_speech_is_cut_where_it_is_least_likely_and_nothing_is_lost(
    models: LiveModels, conversation: NDArray[np.int16]
) -> None:
    pcm = unbroken(models.vad, conversation, seconds=30)

    found = segments_of(models, pcm)

    assert len(found) >= 3
    assert [each.ends_run for each in found] == [False] * (len(found) - 1) + [True]
    for left, right in pairwise(found):
        assert left.end_ms == right.start_ms == left.padded.end_ms == right.padded.start_ms
        assert 4_000 <= left.duration_ms <= 10_800
    probabilities = models.vad.speech_probabilities(Audio(pcm.copy()))
    means = np.convolve(probabilities, np.ones(15) / 15, "same")
    for each in found[:-1]:
        first, stop = each.start_ms // 10 + 407, each.start_ms // 10 + 1040
        assert means[each.end_ms // 10] == pytest.approx(means[first:stop].min(), abs=0.02)


def test_the_end_of_speech_so_far_is_that_of_the_last_frame_of_speech(
    models: LiveModels, conversation: NDArray[np.int16]
) -> None:
    pcm = conversation[: 10 * 16_000]
    probabilities = models.vad.speech_probabilities(Audio(pcm.copy()))
    segmenter = LiveSegmenter(models.open_vad(LiveOptions()))
    samples = pcm.astype(np.float32) / 32_768
    ends = []
    for stop in range(BLOCK_SAMPLES, len(samples) + 1, BLOCK_SAMPLES):
        segmenter.feed(samples[stop - BLOCK_SAMPLES : stop], end_ms=stop // SAMPLES_PER_MS)
        if segmenter.open_segment is not None:
            num_frames = segmenter.state.finder.num_frames
            speech = np.flatnonzero(probabilities[:num_frames] > 0.5)
            ends.append((segmenter.open_segment.speech_end_ms, 10 * (int(speech[-1]) + 1)))

    assert len(ends) > 50
    assert [found for found, _ in ends] == [expected for _, expected in ends]


def test_a_resumed_segmenter_finds_the_same_end_of_speech(
    models: LiveModels, conversation: NDArray[np.int16]
) -> None:
    samples = unbroken(models.vad, conversation, seconds=5).astype(np.float32) / 32_768
    end_ms = len(samples) // SAMPLES_PER_MS
    segmenter = LiveSegmenter(models.open_vad(LiveOptions()))
    segmenter.feed(samples, end_ms=end_ms)
    resumed = LiveSegmenter(models.open_vad(LiveOptions()))
    resumed.resume(samples, segmenter.state, end_ms=end_ms)

    assert segmenter.open_segment is not None
    assert resumed.open_segment == segmenter.open_segment


def test_padding_stays_in_the_recording(
    models: LiveModels, conversation: NDArray[np.int16]
) -> None:
    pcm = unbroken(models.vad, conversation, seconds=5)

    (segment,) = segments_of(models, pcm)

    assert segment.padded.start_ms == max(0, segment.start_ms - 200)
    assert segment.padded.end_ms <= 5_000
