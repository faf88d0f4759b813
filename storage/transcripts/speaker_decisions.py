"""Decisions of people about the speakers of utterances, and the proposals that they rejected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storage.db.database import Connection
from storage.db.records import UtteranceStatus
from storage.db.values import now_text
from storage.edit_plans.speakers import (
    AddSpeaker,
    AssignSpeaker,
    AssignSpeakers,
    MergeSpeakers,
    ReassignSpeaker,
)
from storage.edit_plans.text import ReplaceText
from storage.transcripts.live_transcript import FINALIZE_SPEAKERS

# Edits that give single sentences a speaker, and edits of many sentences that nobody looked at.
_DECIDING_KINDS = frozenset({AssignSpeaker.kind, AssignSpeakers.kind, AddSpeaker.kind})
_SWEEPING_KINDS = frozenset(
    {MergeSpeakers.kind, ReassignSpeaker.kind, ReplaceText.kind, FINALIZE_SPEAKERS}
)


@dataclass(frozen=True, slots=True)
class SpeakerReview:
    """Utterances whose speakers people have reviewed, by id.

    Attributes:
        decided: those whose speaker a person assigned or confirmed.
        touched: those that a person edited or reviewed in any way.
    """

    decided: frozenset[str]
    touched: frozenset[str]


def speaker_review(db: Connection, transcript_id: str) -> SpeakerReview:
    """Return the utterances whose speakers people reviewed in edits that are not undone."""
    found = db.execute(
        "WITH RECURSIVE line (id, parent_id, kind) AS ("
        "SELECT edits.id, parent_id, kind FROM edits "
        "JOIN transcripts ON edits.id = head_edit_id WHERE transcripts.id = :transcript "
        "UNION ALL SELECT edits.id, edits.parent_id, edits.kind FROM edits, line "
        "WHERE edits.id = line.parent_id) "
        "SELECT DISTINCT utterance_id, kind FROM line "
        "JOIN edited_utterances ON edit_id = line.id WHERE parent_id IS NOT NULL",
        {"transcript": transcript_id},
    ).fetchall()
    reviewed = dict(
        db.execute(
            "SELECT id, status FROM utterances WHERE transcript_id = ? AND status IN (?, ?)",
            [transcript_id, UtteranceStatus.VERIFIED.value, UtteranceStatus.REJECTED.value],
        )
    )
    verified = {each for each, status in reviewed.items() if status == UtteranceStatus.VERIFIED}
    given = {utterance_id for utterance_id, kind in found if kind in _DECIDING_KINDS}
    edited = {utterance_id for utterance_id, kind in found if kind not in _SWEEPING_KINDS}
    return SpeakerReview(frozenset(given | verified), frozenset(edited | reviewed.keys()))


def decline_speaker(
    db: Connection,
    transcript_id: str,
    utterance_ids: Iterable[str],
    speaker_id: str,
    *,
    declined_by: str,
) -> None:
    """Store that a proposed speaker of utterances was rejected; unknown ids are ignored.

    Args:
        db: inside a transaction.
        transcript_id: the transcript.
        utterance_ids: utterances for which the speaker was proposed.
        speaker_id: the proposed speaker.
        declined_by: name of the person; "" without a name.
    """
    db.conn.executemany(
        "INSERT OR IGNORE INTO declined_speakers "
        "(transcript_id, utterance_id, speaker_id, declined_by, declined_at) "
        "SELECT utterances.transcript_id, utterances.id, speakers.id, ?, ? "
        "FROM utterances JOIN speakers USING (transcript_id) "
        "WHERE utterances.id = ? AND speakers.id = ? AND transcript_id = ?",
        [
            (declined_by, now_text(), utterance_id, speaker_id, transcript_id)
            for utterance_id in utterance_ids
        ],
    )


def declined_speakers(db: Connection, transcript_id: str) -> frozenset[tuple[str, str]]:
    """Return (utterance id, speaker id) of the rejected proposals of a transcript."""
    return frozenset(
        db.execute(
            "SELECT utterance_id, speaker_id FROM declined_speakers WHERE transcript_id = ?",
            [transcript_id],
        ).fetchall()
    )
