"""Transcript built from the events of a live transcription."""

from __future__ import annotations

from pipeline.core.transcript import Sentence, Transcript
from pipeline.live.events import FinalText, LiveEvent, LiveSentence, SpeakerChanges
from pipeline.speakers.turns import speaker_name


class LiveTranscript:
    """A transcript of the final sentences so far, with their latest speakers."""

    def __init__(self) -> None:
        """Create a transcript without sentences."""
        self._sentences: list[LiveSentence] = []
        self._speakers: dict[int, int | None] = {}

    def add(self, event: LiveEvent) -> None:
        """Apply an event; ignore interim text and lag."""
        if isinstance(event, FinalText):
            self._sentences += event.sentences
            self._speakers.update({each.id: each.speaker for each in event.sentences})
        elif isinstance(event, SpeakerChanges):
            self._speakers.update(event.changes)

    def transcript(self, *, duration_ms: int, language: str) -> Transcript:
        """Return the transcript of the final sentences so far.

        Args:
            duration_ms: length of the recording.
            language: ISO 639-1 code.
        """
        sentences = (self._sentence(each) for each in self._sentences)
        return Transcript(
            duration_ms=duration_ms,
            language=language,
            sentences=tuple(sorted(sentences, key=lambda each: each.start_ms)),
        )

    def _sentence(self, live: LiveSentence) -> Sentence:
        number = self._speakers[live.id]
        return Sentence(
            live.start_ms,
            live.end_ms,
            live.text,
            live.words,
            None if number is None else speaker_name(number),
        )
