"""The document model of the file formats: a transcript with its title and provenance."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.core.provenance import Provenance
from pipeline.core.transcript import Sentence, SpeakerTurn, Transcript
from pipeline.formats.speaker_names import distinct_names

_NUMBERED_LABEL = re.compile(r"S([0-9]+)")


@dataclass(frozen=True, slots=True)
class TranscriptDocument:
    """A transcript with the title, provenance and speaker names that file formats need.

    Attributes:
        title: name of the recording, "" if the format has none.
        transcript: the transcript.
        provenance: models, options, software; empty if the format has none.
        given_names: (label, name) of the speakers named by users; in all formats for reading
            or scoring, the name replaces the label.
        numbered_name: default name of the other speakers, such as "Speaker {number}" for the
            label "S3"; "" to write the label itself.
        reader_language: language of headings, "zh" or "en"; "" for the transcript's language.
        speaker_order: labels in the order that numbers and colours them; others follow in order
            of appearance.
        created_at: time of the upload in UTC; None if unknown.
        num_verified: number of sentences verified by people; None if unknown.
    """

    title: str
    transcript: Transcript
    provenance: Provenance = field(default_factory=Provenance)
    given_names: tuple[tuple[str, str], ...] = ()
    numbered_name: str = ""
    reader_language: str = ""
    speaker_order: tuple[str, ...] = ()
    created_at: datetime | None = None
    num_verified: int | None = None

    @property
    def names(self) -> dict[str, str]:
        """Unique display name of each speaker by label."""
        given = dict(self.given_names)
        labels = self.transcript.speakers
        return distinct_names(labels, lambda label: given.get(label) or self._default_name(label))

    def _default_name(self, label: str) -> str:
        number = _NUMBERED_LABEL.fullmatch(label)
        if number is None or not self.numbered_name:
            return label
        return self.numbered_name.format(number=number[1])

    @property
    def lines(self) -> tuple[Sentence, ...]:
        """The sentences, or the speaker turns if nothing was recognised.

        A turn becomes a sentence whose text is the speaker's name.
        """
        names = self.names
        if self.transcript.sentences:
            return tuple(
                replace(each, speaker=names.get(each.speaker, each.speaker))
                if each.speaker
                else each
                for each in self.transcript.sentences
            )
        return tuple(
            Sentence(turn.start_ms, turn.end_ms, text=names.get(turn.speaker, turn.speaker))
            for turn in self.transcript.turns
        )

    @property
    def turns(self) -> tuple[SpeakerTurn, ...]:
        """The speaker turns; if there are none, one turn per sentence with a speaker."""
        if self.transcript.turns:
            names = self.names
            return tuple(
                replace(turn, speaker=names.get(turn.speaker, turn.speaker))
                for turn in self.transcript.turns
            )
        return tuple(
            SpeakerTurn(line.start_ms, line.end_ms, line.speaker)
            for line in self.lines
            if line.speaker is not None
        )


def document_of_sentences(
    sentences: tuple[Sentence, ...], *, title: str = "", duration_ms: int = 0
) -> TranscriptDocument:
    """Create a document with only sentences, at least as long as the end of the last one."""
    in_order = tuple(sorted(sentences, key=lambda each: each.start_ms))
    last_ms = max((each.end_ms for each in in_order), default=0)
    return TranscriptDocument(title, Transcript(max(duration_ms, last_ms), "", sentences=in_order))
