"""The endpointing rules of spec 2.4 frame by frame, with the reference's own bookkeeping.

Slow and literal on purpose: the product's version is derived from these rules, not from this code.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from pipeline.vad.vad_options import VadOptions


class ReferenceMachine:
    """Every rule of the list, in the order of the list."""

    def __init__(self, options: VadOptions) -> None:
        self.width = options.window_size_ms // 10
        self.on = options.sil_to_speech_time_thres // 10
        self.off = options.speech_to_sil_time_thres // 10
        self.latency = self.width + options.lookback_time_start_point // 10
        self.ahead = options.lookahead_time_end_point // 10
        self.end_ms = options.max_end_silence_time - options.speech_to_sil_time_thres
        self.max_frames = options.max_single_segment_time // 10
        self.not_given_away = 0
        self.ended = 0
        self.segments: list[list[int]] = []
        self.emitted: list[tuple[int, int]] = []
        self.reset()

    def reset(self) -> None:
        self.ring = deque([0] * self.width, maxlen=self.width)
        self.previous = 0
        self.silent = 0
        self.last = 0
        self.start = -1
        self.in_speech = False

    def run(self, decisions: Sequence[bool]) -> tuple[tuple[int, int], ...]:
        for frame, decision in enumerate(decisions):
            self.step(frame, decision, final=frame == len(decisions) - 1)
        if self.in_speech:
            self.emit()
        return tuple(self.emitted)

    def step(self, frame: int, decision: bool, *, final: bool) -> None:
        self.ring.append(int(decision))
        change = self.change()
        too_long = self.in_speech and frame - self.start + 1 > self.max_frames
        if change == "on":
            self.silent = 0
            if not self.in_speech:
                self.open(frame)
            else:
                for each in range(self.last + 1, frame):
                    self.extend(each)
                self.close_or_extend(frame, close=too_long or final)
        elif change in ("off", "speech"):
            self.silent = 0
            if self.in_speech:
                self.close_or_extend(frame, close=too_long or final)
        else:
            self.silent += 1
            self.step_silence(frame, too_long=too_long, final=final)

    def step_silence(self, frame: int, *, too_long: bool, final: bool) -> None:
        if not self.in_speech:
            if final and self.ended == 0:
                self.ended = 1
                self.reset()
            elif frame >= self.latency:
                self.not_given_away = max(self.not_given_away, frame - self.latency)
        elif self.silent * 10 >= self.end_ms:
            self.close(frame - max(0, self.end_ms // 10 - self.ahead - 1))
        elif too_long or final:
            self.close(frame)
        elif self.silent <= self.ahead:
            self.extend(frame)

    def change(self) -> str:
        total = sum(self.ring)
        if not self.previous and total >= self.on:
            self.previous = 1
            return "on"
        if self.previous and total <= self.off:
            self.previous = 0
            return "off"
        return "speech" if self.previous else "silence"

    def open(self, frame: int) -> None:
        self.start = max(self.not_given_away, frame - self.latency)
        self.not_given_away = max(self.not_given_away, self.start) + 1
        self.segments.append([self.start, self.start + 1])
        self.in_speech = True
        for each in range(self.start + 1, frame + 1):
            self.extend(each)

    def close_or_extend(self, frame: int, *, close: bool) -> None:
        if close:
            self.close(frame)
        else:
            self.extend(frame)

    def extend(self, frame: int) -> None:
        self.not_given_away = max(self.not_given_away, frame) + 1
        self.last = frame
        self.segments[-1][1] = frame + 1

    def close(self, frame: int) -> None:
        for each in range(self.last + 1, frame):
            self.extend(each)
        self.not_given_away = max(self.not_given_away, frame) + 1
        self.segments[-1][1] = frame + 1
        self.emit()
        self.ended += 1
        self.reset()

    def emit(self) -> None:
        self.emitted.append((self.segments[-1][0], self.segments[-1][1]))
