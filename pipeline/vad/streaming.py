"""Voice activity detection on a stream of audio chunks, with start and end events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.features import FRAME_HOP_MS, NUM_MEL_BINS, LogMelStream
from pipeline.vad.endpointing import RunFinder, RunFinderState, decide_frames
from pipeline.vad.vad_options import VadOptions

LFR_STACK = 5  # frames per input row, lfr_m of the model's config.yaml
_REACH = (LFR_STACK - 1) // 2


@dataclass(frozen=True, slots=True)
class VadEvent:
    """The start or end of speech, or both, in milliseconds from the start of the stream.

    Attributes:
        start_ms: None if the speech began in an earlier chunk.
        end_ms: None if the speech has not ended.
    """

    start_ms: int | None
    end_ms: int | None

    @property
    def pair(self) -> list[int]:
        """The event in the reference system's form: [start, end], -1 for an unknown time."""
        return [-1 if each is None else each for each in (self.start_ms, self.end_ms)]


class FrameNetwork(Protocol):
    """A network that predicts speech probabilities of successive frames and keeps its state."""

    def probabilities(self, stacked: NDArray[np.float32]) -> NDArray[np.float32]:
        """Predict the speech probability of each new frame.

        Args:
            stacked: (num_frames, 400) float32, log-mel energies before normalisation.
        """
        ...


class StackedFrames:
    """The network's input rows of a stream; each row requires two following frames."""

    def __init__(self) -> None:
        """Create a stream without frames."""
        self._energies = LogMelStream()
        self._frames = np.zeros((0, NUM_MEL_BINS), dtype=np.float32)
        self._first_frame = 0  # number of `_frames[0]` in the stream
        self._num_rows = 0

    def add(self, samples: NDArray[np.float32], *, is_last: bool) -> NDArray[np.float32]:
        """Add samples and return the rows that are complete, (num_rows, 400) float32."""
        self._frames = np.concatenate([self._frames, self._energies.add(samples)])
        num_frames = self._first_frame + len(self._frames)
        stop = max(self._num_rows, num_frames if is_last else num_frames - _REACH)
        around = np.arange(self._num_rows, stop)[:, np.newaxis] + np.arange(-_REACH, _REACH + 1)
        indices = np.clip(around, 0, max(0, num_frames - 1)) - self._first_frame
        rows: NDArray[np.float32] = self._frames[indices].reshape(-1, LFR_STACK * NUM_MEL_BINS)
        self._num_rows = stop
        dropped = max(0, stop - _REACH - self._first_frame)
        self._frames = self._frames[dropped:]
        self._first_frame += dropped
        return rows


class VadStream:
    """A voice activity detector for one stream.

    The segments that its events describe equal those of the whole recording with the same
    options. Runs of speech are neither dropped as unsure nor cut at the lowest probability: both
    need later audio.
    """

    def __init__(self, network: FrameNetwork, options: VadOptions) -> None:
        """Create a detector for a new stream.

        Args:
            network: network with state, used by this stream only.
            options: times and thresholds.
        """
        self._network = network
        self._options = replace(options, needs_sure_speech=False, cut_at_lowest_speech=False)
        self._frames = StackedFrames()
        self._finder = RunFinder(self._options)
        self._latest = np.zeros(0, dtype=np.float32)

    @property
    def state(self) -> RunFinderState:
        """The state from which `resume` continues."""
        return self._finder.state

    def resume(self, samples: NDArray[np.float32], state: RunFinderState) -> None:
        """Continue from the state of another stream.

        Args:
            samples: samples before the position of the state: all, or at least the last two
                seconds from a frame border on, on which the network depends.
            state: the state after these samples.
        """
        rows = self._frames.add(samples, is_last=False)
        if len(rows):
            self._latest = self._network.probabilities(rows)
        self._finder.restore(state)

    @property
    def latest_probabilities(self) -> NDArray[np.float32]:
        """Speech probabilities of the frames decided by the last `feed`: (num_frames,)."""
        return self._latest

    @property
    def open_start_ms(self) -> int | None:
        """Start of the current speech in ms; None in silence."""
        start = self._finder.open_start
        return None if start is None else start * FRAME_HOP_MS

    def feed(self, samples: NDArray[np.float32], *, is_last: bool = False) -> tuple[VadEvent, ...]:
        """Add samples; return the resulting events in order.

        Args:
            samples: (num_samples,) float32 in [-1, 1], any number.
            is_last: whether the stream ends here, which also ends current speech.
        """
        rows = self._frames.add(samples, is_last=is_last)
        self._latest = (
            self._network.probabilities(rows) if len(rows) else np.zeros(0, dtype=np.float32)
        )
        events = self._decide(self._latest)
        if is_last:
            events += self._close()
        return tuple(_joined(events))

    def _decide(self, probabilities: NDArray[np.float32]) -> list[VadEvent]:
        events: list[VadEvent] = []
        for is_speech in decide_frames(probabilities, self._options)[:, np.newaxis]:
            was_open = self._finder.open_start
            events += [
                VadEvent(None, stop * FRAME_HOP_MS) for _, stop in self._finder.feed(is_speech)
            ]
            if was_open is None and (start := self._finder.open_start) is not None:
                events.append(VadEvent(start * FRAME_HOP_MS, None))
        return events

    def _close(self) -> list[VadEvent]:
        return [VadEvent(None, stop * FRAME_HOP_MS) for _, stop in self._finder.finish()]


def _joined(events: list[VadEvent]) -> list[VadEvent]:
    """Join each start event with the end event that follows it in the same chunk."""
    joined: list[VadEvent] = []
    for event in events:
        if joined and event.start_ms is None and joined[-1].end_ms is None:
            joined[-1] = replace(joined[-1], end_ms=event.end_ms)
        else:
            joined.append(event)
    return joined
