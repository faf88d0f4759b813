"""Segmentation of a live recording by voice activity."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.features import FRAME_HOP_MS
from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.intervals import Interval
from pipeline.core.options import Profile
from pipeline.vad.endpointing import RunFinderState
from pipeline.vad.streaming import VadStream
from pipeline.vad.vad_options import VadOptions

BLOCK_SAMPLES = SAMPLE_RATE_HZ // 10  # segments depend on the position of blocks, not on calls
RESUME_SAMPLES = 20 * SAMPLE_RATE_HZ  # longer than any segment
PAD_MS = 200  # silence recognised on either side of speech

_END_SILENCE_MS = 500  # 800 shows text 0.3 s later, 400 cuts words
_LONGEST_RUN_MS = 86_400_000  # runs are cut by the segmenter instead
_LONGEST_MS = 12_000
_SHORTEST_PIECE_MS = 4_000  # no cut earlier than this after the start
_UNCERTAIN_MS = 1_500  # nor later than this before the end
_LOOKAHEAD_MS = 50  # of the network and its features
_CUT_FRAMES = 15  # width of the mean whose minimum is the place of a cut
_SPEECH = 0.5  # probability of a frame of speech


def live_vad_options(profile: Profile) -> VadOptions:
    """Return the VAD options for live recordings."""
    if profile is Profile.CLASSIC:
        return VadOptions.classic()
    return VadOptions(max_end_silence_time=_END_SILENCE_MS, max_single_segment_time=_LONGEST_RUN_MS)


def unsure_ms(profile: Profile) -> int:
    """Return the longest time before the newest sample at which the VAD may still end a run."""
    options = live_vad_options(profile)
    end_ms = options.max_end_silence_time - options.speech_to_sil_time_thres
    return end_ms - options.lookahead_time_end_point + _LOOKAHEAD_MS


@dataclass(frozen=True, slots=True)
class OpenSegment:
    """A speech segment that has not ended.

    Attributes:
        number: in the recording, from 0.
        start_ms: start of the speech.
        audio_start_ms: start of the audio to recognise.
        run_start_ms: start of the run of speech, of which it may be a later piece.
        speech_end_ms: end of the last frame of speech so far.
    """

    number: int
    start_ms: int
    audio_start_ms: int
    run_start_ms: int
    speech_end_ms: int


@dataclass(frozen=True, slots=True)
class ClosedSegment(Interval):
    """A speech segment that has ended.

    Attributes:
        number: in the recording, from 0.
        padded: audio to recognise.
        run: the run of speech so far, of which the segment is the last piece.
        ends_run: whether the run of speech ends with the segment.
        ends_recording: whether the recording ends with the segment.
    """

    number: int
    padded: Interval
    run: Interval
    ends_run: bool
    ends_recording: bool = False


@dataclass(frozen=True, slots=True)
class SegmenterState:
    """The state of a segmenter between two blocks.

    Attributes:
        number: number of the open segment, or of the next one in silence.
        run_start_ms: start of the open run; None in silence.
        start_ms: start of the open segment.
        last_cut_ms: end of the last segment that was cut.
        finder: state of the run detection.
    """

    number: int
    run_start_ms: int | None
    start_ms: int
    last_cut_ms: int
    finder: RunFinderState


class LiveSegmenter:
    """A segmenter of sample blocks by voice activity that also cuts long segments."""

    def __init__(self, vad: VadStream) -> None:
        """Create a segmenter for a new recording.

        Args:
            vad: a new stream with the options of `live_vad_options`.
        """
        self._vad = vad
        self._number = 0
        self._run_start_ms: int | None = None
        self._start_ms = 0  # of the open segment
        self._last_cut_ms = 0
        self._heard_ms = 0
        self._probabilities = np.zeros(0, dtype=np.float32)  # of the last frames
        self._num_frames = 0  # those that have a probability
        self._speech_end_ms = 0

    @property
    def state(self) -> SegmenterState:
        """The state from which `resume` continues."""
        return SegmenterState(
            self._number, self._run_start_ms, self._start_ms, self._last_cut_ms, self._vad.state
        )

    def resume(self, samples: NDArray[np.float32], state: SegmenterState, *, end_ms: int) -> None:
        """Continue from the state of another segmenter.

        Args:
            samples: the last `RESUME_SAMPLES` before the position of the state, or all if there are
                fewer.
            state: the state after these samples.
            end_ms: end of the samples in the recording.
        """
        self._vad.resume(samples, state.finder)
        self._number = state.number
        self._run_start_ms = state.run_start_ms
        self._start_ms = state.start_ms
        self._last_cut_ms = state.last_cut_ms
        self._heard_ms = end_ms
        probabilities = self._vad.latest_probabilities
        self._num_frames = state.finder.num_frames - len(probabilities)
        self._keep(probabilities)

    @property
    def open_segment(self) -> OpenSegment | None:
        """The segment that has not ended; None in silence."""
        if self._run_start_ms is None:
            return None
        return OpenSegment(
            self._number,
            self._start_ms,
            self._audio_start(self._start_ms),
            self._run_start_ms,
            self._speech_end_ms,
        )

    def feed(
        self, samples: NDArray[np.float32], *, end_ms: int, is_last: bool = False
    ) -> list[ClosedSegment]:
        """Add a block and return the segments that end in it.

        Args:
            samples: (num_samples,) float32, `BLOCK_SAMPLES` of them except at the end.
            end_ms: end of the block in the recording.
            is_last: whether the recording ends here.
        """
        self._heard_ms = end_ms
        closed: list[ClosedSegment] = []
        for event in self._vad.feed(samples, is_last=is_last):
            if event.start_ms is not None:
                self._run_start_ms = self._start_ms = event.start_ms
            if event.end_ms is not None:
                closed += self._close(event.end_ms)
        if is_last and closed:
            closed[-1] = replace(closed[-1], ends_recording=True)
        self._keep(self._vad.latest_probabilities)
        return closed + self._cut()

    def _close(self, end_ms: int) -> list[ClosedSegment]:
        run_start_ms, self._run_start_ms = self._run_start_ms, None
        if run_start_ms is None or end_ms <= self._start_ms:
            return []
        return [self._piece(run_start_ms, end_ms, ends_run=True)]

    def _piece(self, run_start_ms: int, end_ms: int, *, ends_run: bool) -> ClosedSegment:
        start_ms = self._start_ms
        padded_end_ms = min(end_ms + (PAD_MS if ends_run else 0), max(self._heard_ms, end_ms))
        piece = ClosedSegment(
            start_ms,
            end_ms,
            number=self._number,
            padded=Interval(self._audio_start(start_ms), padded_end_ms),
            run=Interval(run_start_ms, end_ms),
            ends_run=ends_run,
        )
        self._number += 1
        return piece

    def _audio_start(self, start_ms: int) -> int:
        return max(0, start_ms - PAD_MS, self._last_cut_ms)

    def _keep(self, probabilities: NDArray[np.float32]) -> None:
        speech = np.flatnonzero(probabilities > _SPEECH)
        if len(speech):
            self._speech_end_ms = (self._num_frames + int(speech[-1]) + 1) * FRAME_HOP_MS
        num_kept = (_LONGEST_MS + _SHORTEST_PIECE_MS) // FRAME_HOP_MS
        self._num_frames += len(probabilities)
        self._probabilities = np.concatenate([self._probabilities, probabilities])[-num_kept:]

    def _cut(self) -> list[ClosedSegment]:
        """Cut a too long open segment where speech is least probable; return its first part."""
        if self._run_start_ms is None or self._heard_ms - self._start_ms <= _LONGEST_MS:
            return []
        first_kept = self._num_frames - len(self._probabilities)
        first = (self._start_ms + _SHORTEST_PIECE_MS) // FRAME_HOP_MS
        stop = (self._heard_ms - _UNCERTAIN_MS) // FRAME_HOP_MS
        among = self._probabilities[max(0, first - first_kept) : stop - first_kept]
        means = np.convolve(among, np.ones(_CUT_FRAMES) / _CUT_FRAMES, "valid")
        lowest = stop - len(among) + int(means.argmin()) + _CUT_FRAMES // 2
        piece = self._piece(self._run_start_ms, lowest * FRAME_HOP_MS, ends_run=False)
        self._start_ms = self._last_cut_ms = piece.end_ms
        return [piece]
