"""Conversion of the result of a pipeline run to rows of a transcript."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.core.transcript import Sentence, SpeakerTurn, Transcript
from storage.db.row_changes import SpeakerRow, TranscriptRows, TurnRow, UtteranceRow
from storage.db.values import new_id, write_tokens


def rows_of_transcript(transcript: Transcript) -> TranscriptRows:
    """Convert a run's transcript to the rows of a new stored transcript."""
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
    """Convert a sentence of a run to an utterance row without edits.

    Args:
        sentence: the sentence.
        speaker_ids: id of each speaker's row by label.
        row_id: id of the row.
        position: of the sentence among those with the same start.
    """
    return UtteranceRow(
        id=row_id,
        position=position,
        start_ms=int(sentence.start_ms),  # json cannot write numpy integers
        end_ms=int(sentence.end_ms),
        speaker_id=None if sentence.speaker is None else speaker_ids[sentence.speaker],
        text=sentence.text,
        tokens_json=write_tokens(sentence.tokens),
    )


def turn_rows(
    turns: tuple[SpeakerTurn, ...], speaker_ids: Mapping[str, str]
) -> tuple[TurnRow, ...]:
    """Convert the speaker turns of a run to rows with new ids."""
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
