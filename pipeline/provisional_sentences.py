"""Sentences told while a recording is still being worked on, with speakers for the time being."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from pipeline.findings import OnFinding, SentencesFound
from pipeline.intervals import Interval
from pipeline.transcript import Sentence


class ProvisionalSpeakers(Protocol):
    """Knows who seems to speak; `VoiceFollower` does."""

    @property
    def followed_ms(self) -> int:
        """Up to here it is known."""
        ...

    def speaker_of(self, stretch: Interval) -> str | None:
        """Who speaks most of a stretch; None where that is not known."""
        ...


class ProvisionalSentences:
    """Holds sentences back until it is known who seems to speak; the first are told at once."""

    def __init__(self, speakers: ProvisionalSpeakers, on_finding: OnFinding) -> None:
        """Begin a recording."""
        self._speakers = speakers
        self._on_finding = on_finding
        self._held: deque[Sentence] = deque()
        self._num_told = 0

    def add(self, sentences: Sequence[Sentence]) -> None:
        """Take in the next sentences, in order of time."""
        self._held += sentences

    def tell(self, *, is_over: bool = False) -> None:
        """Tell what is to be told by now, all of it where no more will be known of speakers."""
        ready: list[Sentence] = []
        followed_ms = self._speakers.followed_ms
        while self._held and (
            is_over or self._num_told == 0 or self._held[0].end_ms <= followed_ms
        ):
            sentence = self._held.popleft()
            ready.append(replace(sentence, speaker=self._speakers.speaker_of(sentence)))
        if ready:
            self._on_finding(SentencesFound(self._num_told, tuple(ready)))
            self._num_told += len(ready)
