"""Query for the speakers that utterances had before people assigned other ones."""

from __future__ import annotations

from storage.db.database import Connection
from storage.edit_plans.speakers import AddSpeaker, AssignSpeaker, AssignSpeakers, ReassignSpeaker
from storage.history.stored_edits import head_of

_KINDS = (AssignSpeaker.kind, AssignSpeakers.kind, ReassignSpeaker.kind, AddSpeaker.kind)


def former_speakers(db: Connection, transcript_id: str) -> dict[str, str]:
    """Return {utterance id: speaker id before the first edit in force that assigned one}.

    Utterances that have that speaker again are left out, as are those whose former speaker was
    removed, as a merge does.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    found = db.execute(
        "WITH RECURSIVE line (id, parent_id) AS (SELECT id, parent_id FROM edits WHERE id = ? "
        "UNION ALL SELECT edits.id, edits.parent_id FROM edits, line "
        "WHERE edits.id = line.parent_id), "
        "former (edit_id, utterance_id, speaker_id) AS ("
        "SELECT edits.id, json_extract(value, '$.id'), json_extract(value, '$.speaker_id') "
        "FROM edits JOIN line USING (id), json_each(before_json, '$.utterances') "
        f"WHERE kind IN ({', '.join('?' * len(_KINDS))})) "
        "SELECT utterances.id, utterances.speaker_id, former.speaker_id FROM former "
        "JOIN utterances ON utterances.id = former.utterance_id "
        "JOIN speakers ON speakers.id = former.speaker_id ORDER BY edit_id",
        [head_of(db, transcript_id), *_KINDS],
    )
    first: dict[str, tuple[str | None, str]] = {}
    for utterance_id, current, former in found:
        first.setdefault(utterance_id, (current, former))
    return {each: former for each, (current, former) in first.items() if former != current}
