"""Adoption of sentences of either annotation into the adjudicated transcript."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from storage.annotation.people import people_of
from storage.annotation.second_annotations import SecondAnnotation, get_second_annotation
from storage.db.database import Connection
from storage.db.errors import EditRefusedError, StaleEditError
from storage.db.row_changes import UtteranceRow
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
        speakers=_speakers(db, pair, source_id, rows),
    )


def _speakers(
    db: Connection, pair: SecondAnnotation, source_id: str, utterances: Sequence[UtteranceRow]
) -> tuple[AdoptedSpeaker, ...]:
    """Map the speakers of the utterances to those of the adjudicated transcript.

    A person without a speaker there is the one with the same name, or is added.
    """
    adjudicated, source = all_rows(db, pair.adjudicated_id or ""), all_rows(db, source_id)
    people = people_of(all_rows(db, pair.first_id), all_rows(db, pair.transcript_id), adjudicated)
    own = {people.index_of[each.id]: each.id for each in adjudicated.speakers}
    named = {each.display_name: each.id for each in adjudicated.speakers}
    spoken = {each.speaker_id for each in utterances}
    return tuple(
        AdoptedSpeaker(
            each.id,
            own.get(people.index_of[each.id])
            or (named.get(each.display_name) if each.display_name else None),
            each.display_name or "",
        )
        for each in source.speakers
        if each.id in spoken
    )
