"""What the machine found, as rows of a transcript."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.core.transcript import Sentence, SpeakerTurn, Transcript
from storage.db.row_changes import SpeakerRow, TranscriptRows, TurnRow, UtteranceRow
from storage.db.values import new_id, write_tokens


def rows_of_transcript(transcript: Transcript) -> TranscriptRows:
    """All rows of a transcript that nobody has seen yet."""
    speaker_ids = {label: new_id() for label in transcript.speakers}
    return TranscriptRows(
        speakers=tuple(
            SpeakerRow(speaker_id, position, label)
            for position, (label, speaker_id) in enumerate(speaker_ids.items())
        ),
        utterances=tuple(
            utterance_row(sentence, speaker_ids, row_id=new_id(), position=position)
            for position, sentence in enumerate(transcript.sentences)
        ),
        turns=turn_rows(transcript.turns, speaker_ids),
    )


def utterance_row(
    sentence: Sentence, speaker_ids: Mapping[str, str], *, row_id: str, position: int
) -> UtteranceRow:
    """A sentence as nobody has touched it.

    Args:
        sentence: what was said.
        speaker_ids: the row of each speaker by the machine's label.
        row_id: of the row.
        position: of the sentence among those that start together.
    """
    return UtteranceRow(
        id=row_id,
        position=position,
        start_ms=int(sentence.start_ms),  # a numpy integer has no place in JSON
        end_ms=int(sentence.end_ms),
        speaker_id=None if sentence.speaker is None else speaker_ids[sentence.speaker],
        text=sentence.text,
        tokens_json=write_tokens(sentence.tokens),
    )


def turn_rows(
    turns: tuple[SpeakerTurn, ...], speaker_ids: Mapping[str, str]
) -> tuple[TurnRow, ...]:
    """The turns with their speakers' rows, by the machine's label."""
    return tuple(
        TurnRow(
            id=new_id(),
            position=position,
            start_ms=int(turn.start_ms),
            end_ms=int(turn.end_ms),
            speaker_id=speaker_ids[turn.speaker],
        )
        for position, turn in enumerate(turns)
    )
