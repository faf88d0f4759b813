from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.core.transcript import SpeechSegment
from pipeline.vad.endpointing import decide_frames, drop_unsure_runs, find_runs
from pipeline.vad.long_runs import cut_long_runs
from pipeline.vad.segment_stream import SegmentStream
from pipeline.vad.vad_options import VadOptions

DEFAULT = VadOptions()
SHORT_CUTS = replace(DEFAULT, max_single_segment_time=3_000)


def segments_of_whole(
    probabilities: NDArray[np.float32], options: VadOptions
) -> list[tuple[int, int]]:
    """The steps over a whole recording, one after the other."""
    runs = find_runs(decide_frames(probabilities, options), options)
    if options.needs_sure_speech:
        runs = drop_unsure_runs(runs, probabilities)
    if options.cut_at_lowest_speech:
        runs = cut_long_runs(runs, probabilities, longest=options.max_single_segment_time // 10)
    return [(start * 10, end * 10) for start, end in runs]


def hours_of_talk(seed: int, num_runs: int) -> NDArray[np.float32]:
    """Sure speech, doubtful speech and silence of seconds up to minutes, all of it flickering."""
    maker = np.random.default_rng(seed)
    levels = maker.choice([0.02, 0.85, 0.97, 1.0], num_runs)
    lengths = maker.choice([30, 200, 900, 4_000], num_runs)
    steady = np.repeat(levels, lengths)
    return np.clip(steady - maker.exponential(0.02, steady.size), 0, 1).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    num_runs=st.integers(0, 25),
    options=st.sampled_from([DEFAULT, SHORT_CUTS, VadOptions.classic()]),
    size=st.sampled_from([1, 97, 500, 6_000, 10**6]),
)
def test_segments_are_those_of_the_whole_recording(seed, num_runs, options, size) -> None:
    probabilities = hours_of_talk(seed, num_runs)[: 20_000 if size == 1 else None]
    stream = SegmentStream(options)

    found: list[SpeechSegment] = []
    for first in range(0, probabilities.size, size):
        found += stream.feed(probabilities[first : first + size])
    found += stream.finish()

    assert [(each.start_ms, each.end_ms) for each in found] == segments_of_whole(
        probabilities, options
    )


def test_a_sure_segment_is_given_as_soon_as_its_silence_is_over() -> None:
    stream = SegmentStream(DEFAULT)

    given_at_once = stream.feed(np.repeat([0.0, 1.0, 0.0], [100, 200, 70]).astype(np.float32))

    assert given_at_once == (SpeechSegment(740, 3_160),)


def test_a_doubtful_segment_waits_for_half_a_minute_that_may_make_it_sure() -> None:
    stream = SegmentStream(DEFAULT)
    doubtful = np.repeat([0.0, 0.95, 0.0], [100, 200, 2_000]).astype(np.float32)

    before = stream.feed(doubtful)
    after = stream.feed(np.ones(20, np.float32))

    assert before == ()
    assert after == (SpeechSegment(740, 3_160),)


@pytest.mark.parametrize("level", [0.0, 0.95])
def test_what_is_kept_does_not_grow_with_the_recording(level: float) -> None:
    stream = SegmentStream(DEFAULT)
    minute = np.repeat([0.0, level], [1_000, 5_000]).astype(np.float32)

    sizes = []
    for _ in range(30):
        stream.feed(minute)
        sizes.append(stream.num_kept)

    assert max(sizes) <= 2 * max(sizes[:5])
