"""Adoption of sentences of either annotation into the adjudicated transcript."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from storage.annotation.agreement import same_speakers
from storage.annotation.second_annotations import get_second_annotation
from storage.db.database import Connection
from storage.db.errors import EditRefusedError, StaleEditError
from storage.db.row_changes import SpeakerRow, UtteranceRow
from storage.db.transcript_rows import all_rows, rows_by_id
from storage.edit_plans.adoption import AdoptedSpeaker, AdoptUtterances

Side = Literal["first", "second"]


def adoption(
    db: Connection,
    adjudicated_id: str,
    *,
    side: Side,
    source_ids: Sequence[str],
    utterance_ids: Sequence[str],
) -> AdoptUtterances:
    """Return the edit request that adopts sentences of one annotation.

    Args:
        db: a connection.
        adjudicated_id: the adjudicated transcript.
        side: the annotation with the sentences.
        source_ids: the sentences; empty if this annotation has none in the passage.
        utterance_ids: the sentences of the adjudicated transcript that they replace.

    Raises:
        NotFoundError: if the transcript has no second annotation.
        EditRefusedError: if it is not the adjudicated one.
        StaleEditError: if a sentence to adopt no longer exists.
    """
    pair = get_second_annotation(db, adjudicated_id)
    if pair.adjudicated_id != adjudicated_id:
        raise EditRefusedError(
            "Sentences are adopted by the adjudicated transcript only. Open the comparison again.",
            reason="not_adjudicated",
        )
    source_id = pair.first_id if side == "first" else pair.transcript_id
    rows = rows_by_id(db, source_id, {"utterances": source_ids}).utterances
    if len(rows) != len(set(source_ids)):
        raise StaleEditError(
            "The sentence no longer exists: someone has merged or deleted it.",
            reason="sentence_gone",
        )
    return AdoptUtterances(
        utterance_ids=tuple(utterance_ids),
        utterances=rows,
        speakers=_speakers(db, adjudicated_id, pair.first_id, source_id, rows),
    )


def _speakers(
    db: Connection,
    adjudicated_id: str,
    first_id: str,
    source_id: str,
    utterances: Sequence[UtteranceRow],
) -> tuple[AdoptedSpeaker, ...]:
    """Map the speakers of the utterances to those of the adjudicated transcript.

    Speakers of the second annotation are matched with those of the first by speaking time;
    the adjudicated transcript has the labels of the first.
    """
    first, source = all_rows(db, first_id), all_rows(db, source_id)
    in_first = (
        {each.id: each.id for each in first.speakers}
        if source_id == first_id
        else same_speakers(first, source)
    )
    labels = {each.id: each.label for each in first.speakers}
    own = all_rows(db, adjudicated_id).speakers
    spoken = {each.speaker_id for each in utterances}
    return tuple(
        _adopted(each, labels.get(in_first.get(each.id, "")), own)
        for each in source.speakers
        if each.id in spoken
    )


def _adopted(speaker: SpeakerRow, label: str | None, own: Sequence[SpeakerRow]) -> AdoptedSpeaker:
    """Map a speaker to the own one with the label, else with its name, else to an added one."""
    name = speaker.display_name or ""
    same = [each for each in own if each.label == label] or [
        each for each in own if name and each.display_name == name
    ]
    return AdoptedSpeaker(speaker.id, same[0].id if same else None, name)
