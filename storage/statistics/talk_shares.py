"""Share of each speaker in the speaking time of a transcript."""

from __future__ import annotations

from dataclasses import dataclass

from storage.db.database import Connection
from storage.db.records import UtteranceStatus

MAX_COMPUTED = 100  # transcripts per call; the others are computed by later calls


@dataclass(frozen=True, slots=True)
class TalkShare:
    """Share of one speaker in the speaking time of a transcript.

    Attributes:
        speaker: index of the speaker in order of first appearance; None for speech without a
            speaker.
        share: of the duration of all utterances that are not rejected, in (0, 1].
    """

    speaker: int | None
    share: float


def talk_shares(db: Connection, transcript_id: str) -> tuple[TalkShare, ...]:
    """Compute the speakers' shares in a transcript's speaking time, the largest first."""
    speakers = db.execute(
        "SELECT id FROM speakers WHERE transcript_id = ? ORDER BY position", [transcript_id]
    )
    order = {speaker_id: index for index, (speaker_id,) in enumerate(speakers)}
    talk = db.execute(
        "SELECT speaker_id, sum(end_ms - start_ms) FROM utterances "
        "WHERE transcript_id = ? AND status != ? GROUP BY speaker_id",
        [transcript_id, UtteranceStatus.REJECTED.value],
    ).fetchall()
    total_ms = sum(talk_ms for _, talk_ms in talk)
    shares = [TalkShare(order.get(speaker_id), talk_ms / total_ms) for speaker_id, talk_ms in talk]
    return tuple(sorted(shares, key=lambda each: (-each.share, each.speaker is None, each.speaker)))
