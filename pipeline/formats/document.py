"""What the formats write: a transcript with its title and what made it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.provenance import Provenance
from pipeline.transcript import Sentence, SpeakerTurn, Transcript


@dataclass(frozen=True, slots=True)
class TranscriptDocument:
    """A transcript ready to be written.

    Attributes:
        title: name of the recording, "" where a format does not carry one.
        transcript: who said what, when.
        provenance: models, options, software; empty where a format does not carry it.
    """

    title: str
    transcript: Transcript
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def lines(self) -> tuple[Sentence, ...]:
        """What a person reads: the sentences, or the speakers' turns where nothing was recognised.

        A turn becomes a sentence whose text is the speaker's name.
        """
        if self.transcript.sentences:
            return self.transcript.sentences
        return tuple(
            Sentence(turn.start_ms, turn.end_ms, text=turn.speaker)
            for turn in self.transcript.turns
        )

    @property
    def turns(self) -> tuple[SpeakerTurn, ...]:
        """Who speaks when: the turns, or the sentences' speakers where there are no turns."""
        if self.transcript.turns:
            return self.transcript.turns
        return tuple(
            SpeakerTurn(sentence.start_ms, sentence.end_ms, sentence.speaker)
            for sentence in self.transcript.sentences
            if sentence.speaker is not None
        )


def document_of_sentences(sentences: tuple[Sentence, ...]) -> TranscriptDocument:
    """The document of a format that carries sentences alone; it lasts to their last end."""
    in_order = tuple(sorted(sentences, key=lambda each: each.start_ms))
    duration_ms = max((each.end_ms for each in in_order), default=0)
    return TranscriptDocument("", Transcript(duration_ms, "", sentences=in_order))
