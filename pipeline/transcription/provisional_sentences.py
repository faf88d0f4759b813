"""Reporting of sentences during a transcription, with provisional speakers."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from pipeline.core.events import OnEvent, SentencesFound
from pipeline.core.intervals import Interval
from pipeline.core.transcript import Sentence


class ProvisionalSpeakers(Protocol):
    """A source of provisional speakers, such as `StreamingDiarizer`."""

    @property
    def followed_ms(self) -> int:
        """Time up to which speakers are known, in milliseconds."""
        ...

    def speaker_of(self, chunk: Interval) -> str | None:
        """Return the speaker with the most speech in an interval, None if unknown."""
        ...


class ProvisionalSentences:
    """A buffer that delays sentences, except the first, until their speakers are known."""

    def __init__(self, speakers: ProvisionalSpeakers, on_event: OnEvent) -> None:
        """Create an empty buffer for one recording."""
        self._speakers = speakers
        self._on_event = on_event
        self._held: deque[Sentence] = deque()
        self._num_reported = 0

    def add(self, sentences: Sequence[Sentence]) -> None:
        """Add the next sentences, in order of time, without reporting them yet."""
        self._held += sentences

    def report_ready(self, *, is_over: bool = False) -> None:
        """Report the leading sentences whose speakers are known, or all if `is_over`.

        The first sentence is reported even without a known speaker.
        """
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
