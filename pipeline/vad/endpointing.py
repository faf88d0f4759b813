"""From the probability of speech in each frame to runs of speech."""

from __future__ import annotations

import sys
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.features import FRAME_HOP_MS
from pipeline.vad.options import VadOptions


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
    """Turn the frame decisions of a whole recording into runs of speech; see `RunFinder`.

    Args:
        is_speech: (num_frames,) bool.
        options: times and thresholds.

    Returns:
        (first frame, frame after the last) of each run; sorted, disjoint, inside the input.
    """
    finder = RunFinder(options)
    return (*finder.feed(is_speech), *finder.finish())


class RunFinder:
    """Turns frame decisions into runs of speech as they come.

    Speech begins when enough of the window is speech and ends after enough silence; both ends
    are padded, but a run never starts before the one in front of it has ended. Gives what the
    reference system's state machine gives for a whole recording (spec 2.4), without its buffers.
    No run is cut where the options cut at the lowest speech.
    """

    def __init__(self, options: VadOptions) -> None:
        self._counts = _FrameCounts.of(options)
        self._window: deque[bool] = deque(maxlen=self._counts.window)
        self._num_spoken = 0  # in the window, which reaches back to the end of the run before
        self._num_frames = 0
        self._last_end = 0
        self._start: int | None = None  # of the run that is open
        self._is_talking = False
        self._num_silent = 0

    @property
    def earliest(self) -> int:
        """No run that is still to come starts before this frame."""
        if self._start is not None:
            return self._start
        return max(self._last_end, self._num_frames - self._counts.lookback)

    def feed(self, is_speech: NDArray[np.bool_]) -> list[tuple[int, int]]:
        """Take in the next frames.

        Args:
            is_speech: (num_frames,) bool.

        Returns:
            (first frame, frame after the last) of each run that ends with them.
        """
        ended = (self._take(each) for each in is_speech.tolist())
        return [run for run in ended if run is not None]

    def finish(self) -> list[tuple[int, int]]:
        """The run that the recording's end cuts off, if there is one."""
        return [] if self._start is None else [(self._start, self._num_frames)]

    def _take(self, is_speech: bool) -> tuple[int, int] | None:
        """Take in a frame; a run, if it ends with it."""
        window = self._window
        if len(window) == window.maxlen:
            self._num_spoken -= window[0]
        window.append(is_speech)
        self._num_spoken += is_speech
        self._num_frames += 1
        if self._start is not None:
            return self._go_on(self._start)
        if self._num_spoken >= self._counts.turn_on:
            onset = self._num_frames - 1
            self._start = max(self._last_end, onset - self._counts.lookback)
            self._is_talking, self._num_silent = True, 0
        return None

    def _go_on(self, start: int) -> tuple[int, int] | None:
        counts, was_talking = self._counts, self._is_talking
        self._is_talking = (
            self._num_spoken > counts.turn_off
            if was_talking
            else self._num_spoken >= counts.turn_on
        )
        self._num_silent = 0 if self._is_talking or was_talking else self._num_silent + 1
        if self._num_silent >= counts.end_silence:
            return self._close(start, self._num_frames - counts.end_back)
        if self._num_frames - start > counts.longest:
            return self._close(start, self._num_frames)
        return None

    def _close(self, start: int, end: int) -> tuple[int, int]:
        self._start, self._last_end = None, end
        self._window.clear()
        self._num_spoken = 0
        return start, end
