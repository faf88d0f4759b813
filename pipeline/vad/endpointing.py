"""Detection of speech runs from frame-level speech probabilities."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.features import FRAME_HOP_MS
from pipeline.vad.vad_options import VadOptions

# Measured on 951 runs of speech and the noises of the development data: the shortest utterance
# has 50 sure frames, a dog 3, ringing tones and chords none. Quiet speech far from the
# microphone may have none itself, but has some nearby.
SURE_PROBABILITY = 0.99
SURE_FRAMES = 15  # 150 ms, the amount of speech that starts a segment
NEIGHBOURHOOD_FRAMES = 3_000  # 30 s before and after


@dataclass(frozen=True, slots=True)
class _FrameCounts:
    """The detector's time options in frames, with the names of spec 2.4."""

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
    """Classify each frame as speech or silence (spec 2.3).

    Computed in float64 without logarithms, so that probabilities of exactly 0 or 1, which a
    quantised model gives, need no special case.

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
    """Find the speech runs in the frame decisions of a whole recording.

    Args:
        is_speech: (num_frames,) bool.
        options: times and thresholds.

    Returns:
        (first frame, stop frame) of each run; sorted, disjoint, inside the input.
    """
    finder = RunFinder(options)
    return (*finder.feed(is_speech), *finder.finish())


@dataclass(frozen=True, slots=True)
class RunFinderState:
    """The state of a `RunFinder` between two frames.

    Attributes:
        window: decisions of the last frames.
        num_frames: number of frames so far.
        last_end: end of the last run.
        start: start of the open run; None between runs.
        is_speech: whether the open run is currently in speech, not in a pause.
        num_silent: number of frames of the current pause.
    """

    window: tuple[bool, ...]
    num_frames: int
    last_end: int
    start: int | None
    is_speech: bool
    num_silent: int


class RunFinder:
    """A state machine that finds speech runs in frame decisions arriving incrementally.

    Speech begins when enough of the window is speech and ends after enough silence; both ends are
    padded, but a run never starts before the end of the previous one. The runs equal those of the
    reference system's state machine on a whole recording (spec 2.4), without its buffers. Runs
    are not cut here if the options cut at the lowest speech.
    """

    def __init__(self, options: VadOptions) -> None:
        self._counts = _FrameCounts.of(options)
        self._window: deque[bool] = deque(maxlen=self._counts.window)
        self._num_spoken = 0  # in the window, which never includes the previous run
        self._num_frames = 0
        self._last_end = 0
        self._start: int | None = None  # start of the open run
        self._is_speech = False
        self._num_silent = 0

    @property
    def state(self) -> RunFinderState:
        """The state from which `restore` continues."""
        return RunFinderState(
            tuple(self._window),
            self._num_frames,
            self._last_end,
            self._start,
            self._is_speech,
            self._num_silent,
        )

    def restore(self, state: RunFinderState) -> None:
        """Continue from the state of another finder with the same options."""
        self._window = deque(state.window, maxlen=self._counts.window)
        self._num_spoken = sum(state.window)
        self._num_frames = state.num_frames
        self._last_end = state.last_end
        self._start = state.start
        self._is_speech = state.is_speech
        self._num_silent = state.num_silent

    @property
    def open_start(self) -> int | None:
        """First frame of the open run; None between runs."""
        return self._start

    @property
    def earliest(self) -> int:
        """The earliest frame at which the open run, or else a later run, can start."""
        if self._start is not None:
            return self._start
        return max(self._last_end, self._num_frames - self._counts.lookback)

    def feed(self, is_speech: NDArray[np.bool_]) -> list[tuple[int, int]]:
        """Process the next frames and return the runs that end in them.

        Args:
            is_speech: (num_frames,) bool.

        Returns:
            (first frame, stop frame) of each run that ends in these frames.
        """
        ended = (self._process(each) for each in is_speech.tolist())
        return [run for run in ended if run is not None]

    def finish(self) -> list[tuple[int, int]]:
        """Return the run that is open at the end of the recording, if any."""
        return [] if self._start is None else [(self._start, self._num_frames)]

    def _process(self, is_speech: bool) -> tuple[int, int] | None:
        """Process one frame; return the run that ends at it, if any."""
        window = self._window
        if len(window) == window.maxlen:
            self._num_spoken -= window[0]
        window.append(is_speech)
        self._num_spoken += is_speech
        self._num_frames += 1
        if self._start is not None:
            return self._continue_run(self._start)
        if self._num_spoken >= self._counts.turn_on:
            onset = self._num_frames - 1
            self._start = max(self._last_end, onset - self._counts.lookback)
            self._is_speech, self._num_silent = True, 0
        return None

    def _continue_run(self, start: int) -> tuple[int, int] | None:
        counts, was_speech = self._counts, self._is_speech
        self._is_speech = (
            self._num_spoken > counts.turn_off if was_speech else self._num_spoken >= counts.turn_on
        )
        self._num_silent = 0 if self._is_speech or was_speech else self._num_silent + 1
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


def drop_unsure_runs(
    runs: Sequence[tuple[int, int]], speech_probabilities: NDArray[np.float32]
) -> tuple[tuple[int, int], ...]:
    """Remove runs without enough frames of high speech probability in or near them.

    Args:
        runs: (first frame, stop frame); sorted, disjoint.
        speech_probabilities: (num_frames,) float32.

    Returns:
        A subset of the runs, unchanged.
    """
    num_frames = speech_probabilities.size
    sure_before = np.concatenate(([0], np.cumsum(speech_probabilities >= SURE_PROBABILITY)))

    def is_sure(run: tuple[int, int]) -> bool:
        first = max(0, run[0] - NEIGHBOURHOOD_FRAMES)
        stop = min(num_frames, run[1] + NEIGHBOURHOOD_FRAMES)
        return bool(sure_before[stop] - sure_before[first] >= SURE_FRAMES)

    return tuple(run for run in runs if is_sure(run))
