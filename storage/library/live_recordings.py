"""Database rows of live recordings, which are transcribed while they are recorded."""

from __future__ import annotations

import hashlib

from storage.db.database import Connection
from storage.db.records import RECORDED_LIVE, PipelineRun, Recording, RunStatus
from storage.db.values import new_id
from storage.library.recordings import add_recording, find_by_audio, get_recording
from storage.library.runs import begin_run, get_run, queue_run


def add_live_recording(
    db: Connection, *, title: str, options: tuple[tuple[str, str], ...], owner: str | None = None
) -> PipelineRun:
    """Add a recording that has just begun, with a running run.

    Args:
        db: inside a transaction.
        title: display name.
        options: (name, value) of every option of the run.
        owner: the visitor it belongs to; None where all users see all recordings.
    """
    unlike_any_file = hashlib.sha256(new_id().encode()).hexdigest()
    recording = add_recording(
        db, title=title, source_name=f"{title}.wav", audio_sha256=unlike_any_file, owner=owner
    )
    run = queue_run(db, recording.recording_id, options=(*options, RECORDED_LIVE))
    begin_run(db, run.run_id)
    return get_run(db, run.run_id)


def set_live_duration(db: Connection, recording_id: str, duration_ms: int) -> None:
    """Store the current length of a recording in progress."""
    db.execute("UPDATE recordings SET duration_ms = ? WHERE id = ?", [duration_ms, recording_id])


def queue_settling(db: Connection, run_id: str, *, audio_sha256: str) -> PipelineRun:
    """Queue the run of a live recording that has ended, and store the hash of its audio file.

    Args:
        db: inside a transaction.
        run_id: the run.
        audio_sha256: of the file; not stored if another recording of the owner has the same hash.

    Raises:
        NotFoundError: if there is no such run.
    """
    run = get_run(db, run_id)
    recording = get_recording(db, run.recording_id)
    _note_audio(db, recording, audio_sha256)
    db.execute(
        "UPDATE pipeline_runs SET status = ?, started_at = NULL WHERE id = ? AND status = ?",
        [RunStatus.QUEUED.value, run_id, RunStatus.RUNNING.value],
    )
    return get_run(db, run_id)


def _note_audio(db: Connection, recording: Recording, audio_sha256: str) -> None:
    if find_by_audio(db, audio_sha256, owner=recording.owner) is None:
        db.execute(
            "UPDATE recordings SET audio_sha256 = ? WHERE id = ?",
            [audio_sha256, recording.recording_id],
        )
