"""From the probability of speech in each frame to speech segments."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.features import FRAME_HOP_MS
from pipeline.transcript import SpeechSegment
from pipeline.vad.long_runs import cut_long_runs
from pipeline.vad.options import VadOptions
from pipeline.vad.sure_speech import drop_unsure_runs


@dataclass(frozen=True, slots=True)
class _FrameCounts:
    """The options in frames; the names are those of spec 2.4."""

    window: int
    turn_on: int
    turn_off: int
    lookback: int
    end_silence: int
    end_back: int
    longest: int

    @staticmethod
    def of(options: VadOptions) -> _FrameCounts:
        window = options.window_size_ms // FRAME_HOP_MS
        end_ms = options.max_end_silence_time - options.speech_to_sil_time_thres
        lookahead = options.lookahead_time_end_point // FRAME_HOP_MS
        return _FrameCounts(
            window=window,
            turn_on=options.sil_to_speech_time_thres // FRAME_HOP_MS,
            turn_off=options.speech_to_sil_time_thres // FRAME_HOP_MS,
            lookback=window + options.lookback_time_start_point // FRAME_HOP_MS,
            end_silence=-(-end_ms // FRAME_HOP_MS),
            end_back=max(0, end_ms // FRAME_HOP_MS - lookahead - 1),
            longest=(
                sys.maxsize
                if options.cut_at_lowest_speech
                else options.max_single_segment_time // FRAME_HOP_MS
            ),
        )


def find_segments(
    speech_probabilities: NDArray[np.float32], options: VadOptions
) -> tuple[SpeechSegment, ...]:
    """Speech segments of a recording.

    Args:
        speech_probabilities: (num_frames,) float32 in [0, 1], a frame every 10 ms.
        options: times and thresholds.

    Returns:
        Sorted and disjoint; pieces of one long segment touch.
    """
    runs = find_runs(decide_frames(speech_probabilities, options), options)
    if options.needs_sure_speech:
        runs = drop_unsure_runs(runs, speech_probabilities)
    if options.cut_at_lowest_speech:
        longest = options.max_single_segment_time // FRAME_HOP_MS
        runs = cut_long_runs(runs, speech_probabilities, longest=longest)
    return tuple(SpeechSegment(start * FRAME_HOP_MS, end * FRAME_HOP_MS) for start, end in runs)


def decide_frames(
    speech_probabilities: NDArray[np.float32], options: VadOptions
) -> NDArray[np.bool_]:
    """Which frames are speech (spec 2.3).

    Computed in float64 without logarithms: a probability of exactly 0 or 1, which a quantised
    model gives, is as good as any other.

    Args:
        speech_probabilities: (num_frames,) float32 in [0, 1].
        options: threshold and exponent.

    Returns:
        (num_frames,) bool.
    """
    speech = speech_probabilities.astype(np.float64)
    noise = (1.0 - speech) ** options.speech_2_noise_ratio
    decisions: NDArray[np.bool_] = speech >= noise + options.speech_noise_thres
    return decisions


def find_runs(is_speech: NDArray[np.bool_], options: VadOptions) -> tuple[tuple[int, int], ...]:
    """Turn frame decisions into runs of speech.

    Speech begins when enough of the window is speech and ends after enough silence; both ends
    are padded, but a run never starts before the one in front of it has ended. Gives what the
    reference system's state machine gives for a whole recording (spec 2.4), without its buffers.

    Args:
        is_speech: (num_frames,) bool.
        options: times and thresholds. No run is cut where they cut at the lowest speech.

    Returns:
        (first frame, frame after the last) of each run; sorted, disjoint, inside the input.
    """
    counts = _FrameCounts.of(options)
    totals = np.concatenate(([0], np.cumsum(is_speech))).astype(np.int64)
    spoken_before = array("q", totals.tobytes())  # quicker to index than numpy, small for hours
    runs: list[tuple[int, int]] = []
    cleared = last_end = 0
    while True:
        onset = _find_onset(spoken_before, cleared, counts)
        if onset is None:
            return tuple(runs)
        start = max(last_end, onset - counts.lookback)
        last_end, resume = _find_end(spoken_before, (cleared, start, onset), counts)
        runs.append((start, last_end))
        cleared = resume


def _find_onset(spoken_before: Sequence[int], cleared: int, counts: _FrameCounts) -> int | None:
    """The frame at which enough of the window is speech; the window reaches back to `cleared`."""
    for frame in range(cleared, len(spoken_before) - 1):
        window_start = max(cleared, frame + 1 - counts.window)
        if spoken_before[frame + 1] - spoken_before[window_start] >= counts.turn_on:
            return frame
    return None


def _find_end(
    spoken_before: Sequence[int], opened: tuple[int, int, int], counts: _FrameCounts
) -> tuple[int, int]:
    """The frame after the last of a run, and the frame from which the next one may be sought."""
    cleared, start, onset = opened
    num_frames = len(spoken_before) - 1
    is_talking, num_silent = True, 0
    for frame in range(onset + 1, num_frames):
        window_start = max(cleared, frame + 1 - counts.window)
        num_spoken = spoken_before[frame + 1] - spoken_before[window_start]
        was_talking = is_talking
        is_talking = num_spoken > counts.turn_off if was_talking else num_spoken >= counts.turn_on
        num_silent = 0 if is_talking or was_talking else num_silent + 1
        if num_silent >= counts.end_silence:
            return frame + 1 - counts.end_back, frame + 1
        if frame + 1 - start > counts.longest:
            return frame + 1, frame + 1
    return num_frames, num_frames
