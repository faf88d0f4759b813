"""Reports sentences during a transcription, with provisional speakers."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from pipeline.core.events import OnEvent, SentencesFound
from pipeline.core.intervals import Interval
from pipeline.core.transcript import Sentence


class ProvisionalSpeakers(Protocol):
    """Provides provisional speakers; implemented by `StreamingDiarizer`."""

    @property
    def followed_ms(self) -> int:
        """Time up to which speakers are available."""
        ...

    def speaker_of(self, chunk: Interval) -> str | None:
        """Return the speaker with the most time in an interval, or None."""
        ...


class ProvisionalSentences:
    """Holds sentences until their provisional speakers are available; the first go at once."""

    def __init__(self, speakers: ProvisionalSpeakers, on_event: OnEvent) -> None:
        """Start a recording."""
        self._speakers = speakers
        self._on_event = on_event
        self._held: deque[Sentence] = deque()
        self._num_reported = 0

    def add(self, sentences: Sequence[Sentence]) -> None:
        """Add the next sentences, in order of time."""
        self._held += sentences

    def report_ready(self, *, is_over: bool = False) -> None:
        """Report the sentences that are ready, or all if no more speakers will come."""
        ready: list[Sentence] = []
        followed_ms = self._speakers.followed_ms
        while self._held and (
            is_over or self._num_reported == 0 or self._held[0].end_ms <= followed_ms
        ):
            sentence = self._held.popleft()
            ready.append(replace(sentence, speaker=self._speakers.speaker_of(sentence)))
        if ready:
            self._on_event(SentencesFound(self._num_reported, tuple(ready)))
            self._num_reported += len(ready)
