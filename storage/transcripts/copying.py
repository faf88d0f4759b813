"""Copies of recordings for other owners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from storage.db.blobs import BlobStore
from storage.db.database import Connection
from storage.db.errors import EditRefusedError
from storage.db.records import Recording, TranscriptRecord
from storage.db.row_changes import Replacement, TranscriptRows
from storage.db.values import new_id
from storage.history.edit_history import EditAuthor, apply, begin_history
from storage.history.live_log import original_rows
from storage.history.stored_edits import get_edit, line_to_head, replacement_of
from storage.library.metadata import RecordingDetails, describe_recording, tags_of_recordings
from storage.library.recordings import add_recording, find_by_audio, get_recording, set_audio
from storage.library.runs import copy_run, list_runs
from storage.transcripts.transcripts import copy_transcript_row, list_transcripts


def copy_recording(
    db: Connection, blobs: BlobStore, recording_id: str, *, owner: str, title: str
) -> Recording:
    """Copy a recording with its transcripts for another owner, or return the owner's former copy.

    The copy has the edits of each transcript from its creation to its current state, without
    undone edits and named versions. Files are shared by hard links where possible.

    Args:
        db: inside a transaction.
        blobs: files of the recordings.
        recording_id: the recording.
        owner: owner of the copy.
        title: title of the copy; blank for that of the recording.

    Raises:
        NotFoundError: if there is no such recording.
        EditRefusedError: if the recording is being transcribed, or has no transcript or audio.
        StorageError: if a file cannot be stored.
    """
    source = get_recording(db, recording_id)
    known = find_by_audio(db, source.audio_sha256, owner=owner)
    if known is not None:
        return known
    transcripts = _finished_transcripts(db, source)
    copy_id = _add_copy(db, source, owner=owner, title=title)
    new_ids: dict[str, str] = defaultdict(new_id)
    for record in transcripts:
        _copy_transcript(db, record, copy_id, new_ids)
    _copy_choice(db, recording_id, copy_id, new_ids)
    blobs.share(recording_id, copy_id, new_ids)
    return get_recording(db, copy_id)


def _finished_transcripts(db: Connection, source: Recording) -> list[TranscriptRecord]:
    """Return the transcripts of a recording, the oldest first.

    Raises:
        EditRefusedError: if a run has not ended, or there is no transcript or no stored audio.
    """
    transcripts = list_transcripts(db, source.recording_id)
    is_at_work = not all(run.status.is_final for run in list_runs(db, source.recording_id))
    if is_at_work or not transcripts or source.review_audio_sha256 is None:
        raise EditRefusedError(
            f"{source.title!r} is not transcribed yet. Make a copy when that is done.",
            reason="copy_unfinished",
        )
    return sorted(transcripts, key=lambda each: each.created_at)


def _add_copy(db: Connection, source: Recording, *, owner: str, title: str) -> str:
    copy_id = add_recording(
        db,
        title=title.strip() or source.title,
        source_name=source.source_name,
        audio_sha256=source.audio_sha256,
        owner=owner,
    ).recording_id
    set_audio(
        db,
        copy_id,
        duration_ms=source.duration_ms or 0,
        review_audio_sha256=source.review_audio_sha256,
    )
    tags = tags_of_recordings(db, [source.recording_id]).get(source.recording_id, ())
    details = RecordingDetails(tags=tags, language=source.language, notes=source.notes)
    describe_recording(db, copy_id, details)
    return copy_id


def _copy_transcript(
    db: Connection, record: TranscriptRecord, copy_id: str, new_ids: Mapping[str, str]
) -> None:
    """Copy a transcript with its run and its edits; `new_ids` makes a new id for each old one."""
    copy_run(db, record.run_id, run_id=new_ids[record.run_id], recording_id=copy_id)
    transcript_id = new_ids[record.transcript_id]
    copy_transcript_row(
        db, record, transcript_id=transcript_id, recording_id=copy_id, run_id=new_ids[record.run_id]
    )
    root_id, *later_ids = line_to_head(db, record.transcript_id)
    root = get_edit(db, root_id)
    begin_history(
        db,
        transcript_id,
        with_new_ids(original_rows(db, record.transcript_id), new_ids),
        kind=root.kind,
        author=EditAuthor(root.author, comment=root.comment),
    )
    for edit_id in later_ids:
        edit, change = get_edit(db, edit_id), replacement_of(db, edit_id)
        copied = Replacement(
            with_new_ids(change.before, new_ids), with_new_ids(change.after, new_ids)
        )
        author = EditAuthor(edit.author, comment=edit.comment)
        apply(db, transcript_id, copied, kind=edit.kind, author=author)


def with_new_ids(rows: TranscriptRows, new_ids: Mapping[str, str]) -> TranscriptRows:
    """Return copies of rows with other ids; `new_ids` makes a new id for each old one."""
    return TranscriptRows(
        speakers=tuple(replace(each, id=new_ids[each.id]) for each in rows.speakers),
        utterances=tuple(
            replace(
                each,
                id=new_ids[each.id],
                speaker_id=None if each.speaker_id is None else new_ids[each.speaker_id],
            )
            for each in rows.utterances
        ),
        turns=tuple(
            replace(each, id=new_ids[each.id], speaker_id=new_ids[each.speaker_id])
            for each in rows.turns
        ),
    )


def _copy_choice(
    db: Connection, recording_id: str, copy_id: str, new_ids: Mapping[str, str]
) -> None:
    chosen: Iterable[tuple[str]] = db.execute(
        "SELECT transcript_id FROM chosen_transcripts WHERE recording_id = ?", [recording_id]
    ).fetchall()
    for (transcript_id,) in chosen:
        db.execute(
            "INSERT INTO chosen_transcripts (recording_id, transcript_id) VALUES (?, ?)",
            [copy_id, new_ids[transcript_id]],
        )
