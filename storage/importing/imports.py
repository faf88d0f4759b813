"""Import of a transcript file as a new transcript or as corrections of an existing one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.core.provenance import Provenance
from pipeline.formats.importing import ImportedTranscript
from storage.db.database import Connection, Database
from storage.db.errors import EditRefusedError
from storage.db.hidden_recordings import add_hidden_recording, show_transcript
from storage.db.records import HeadMove, PipelineRun, TranscriptRecord, UtteranceStatus
from storage.db.row_changes import Replacement, TranscriptRows, difference
from storage.db.staged_rows import staged
from storage.db.transcript_rows import all_rows
from storage.db.values import new_id
from storage.history.edit_history import EditAuthor, apply, begin_history, begin_history_in_steps
from storage.history.stored_edits import find_move
from storage.importing.plan import corrected_rows, rows_of_document
from storage.library.recordings import get_recording
from storage.library.runs import complete_run, get_run, queue_run
from storage.maintenance.purge import remove_hidden_rows
from storage.transcripts.transcripts import add_transcript, get_transcript

IMPORT = "import"  # kind of the edit that an import makes
_IMPORTED_FILE = "imported_file"
# CTM has words between pauses, without sentences and speakers.
_WITHOUT_SENTENCES = frozenset({"ctm"})
_MAX_PLANNING_ATTEMPTS = 3  # before planning inside the transaction, which blocks writers
_WITHOUT_MARKS = frozenset({"stm"})


@dataclass(frozen=True, slots=True)
class ImportSource:
    """Name and format of an imported file.

    Attributes:
        format_name: name in the registry of formats.
        file_name: name of the file; displayed, never used as a path.
    """

    format_name: str
    file_name: str


def imported_file(run: PipelineRun) -> str | None:
    """Return the name of the file that a run imported; None if the run used the pipeline."""
    return dict(run.options).get(_IMPORTED_FILE)


def import_as_transcript(
    db: Connection,
    recording_id: str,
    imported: ImportedTranscript,
    *,
    source: ImportSource,
    author: EditAuthor,
    reviewer: str | None = None,
) -> TranscriptRecord:
    """Save the contents of an imported file as a new transcript of a recording.

    The import is stored as a run of the recording.

    Args:
        db: inside a transaction.
        recording_id: the recording.
        imported: parsed with the recording's length.
        source: the file.
        author: author of the import.
        reviewer: name of the person who has verified all sentences; None if nobody has.

    Raises:
        NotFoundError: if there is no such recording.
    """
    get_recording(db, recording_id)
    transcript_id = _add_import(db, recording_id, imported, source)
    contents = rows_of_document(imported.document, new_id)
    if reviewer is not None:
        contents = _verified(contents, reviewer)
    begin_history(db, transcript_id, contents, kind=IMPORT, author=author)
    return get_transcript(db, transcript_id)


def _verified(rows: TranscriptRows, reviewer: str) -> TranscriptRows:
    return replace(
        rows,
        utterances=tuple(
            replace(each, status=UtteranceStatus.VERIFIED.value, reviewed_by=reviewer)
            for each in rows.utterances
        ),
    )


def import_in_steps(
    database: Database,
    recording_id: str,
    imported: ImportedTranscript,
    *,
    source: ImportSource,
    author: EditAuthor,
) -> TranscriptRecord:
    """Save an imported file as a new transcript, written in several short transactions.

    Other writers can write in between. The rows belong to a hidden recording until all are
    written.

    Args:
        database: the database.
        recording_id: the recording.
        imported: parsed with the recording's length.
        source: the file.
        author: author of the import.

    Raises:
        NotFoundError: if there is no such recording, or it is deleted meanwhile.
        StorageError: if the database cannot be written; the import is then rolled back.
    """
    change = Replacement(TranscriptRows(), rows_of_document(imported.document, new_id))
    prepared = change.prepared(revision=0)
    with database.transaction(is_large=change.is_large) as db:
        get_recording(db, recording_id)
        hidden_id = add_hidden_recording(db)
        transcript_id = _add_import(db, hidden_id, imported, source)
        steps = begin_history_in_steps(db, transcript_id, prepared, kind=IMPORT, author=author)
    try:
        database.in_steps(steps)
        with database.transaction() as db:
            get_recording(db, recording_id)
            show_transcript(db, transcript_id, recording_id)
            return get_transcript(db, transcript_id)
    except BaseException:
        remove_hidden_rows(database, hidden_id)
        raise


def _add_import(
    db: Connection, recording_id: str, imported: ImportedTranscript, source: ImportSource
) -> str:
    """Add a completed run and an empty transcript for an import; return the transcript's id."""
    document = imported.document
    options = ((_IMPORTED_FILE, source.file_name), ("imported_format", source.format_name))
    run = queue_run(db, recording_id, options=options)
    provenance = Provenance(
        document.provenance.models, options, document.provenance.software_version
    )
    complete_run(db, run.run_id, provenance, stage_seconds=(), evidence_sha256=None)
    return add_transcript(db, get_run(db, run.run_id), document.transcript)


def import_as_corrections(
    db: Connection,
    transcript_id: str,
    imported: ImportedTranscript,
    *,
    source: ImportSource,
    author: EditAuthor,
) -> HeadMove | None:
    """Correct a transcript from a file as one edit; do nothing if its client id was used before.

    For the rules see `plan.corrected_rows`.

    Args:
        db: inside a transaction.
        transcript_id: the transcript.
        imported: parsed with the transcript's length.
        source: the file.
        author: author of the import.

    Returns:
        The head move of this or of the first such import; None if the file changes nothing.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if the format has no sentences.
    """
    get_transcript(db, transcript_id)
    done = _previous_move(db, transcript_id, author)
    if done is not None:
        return done
    change = planned_corrections(db, transcript_id, imported, source=source)
    if change.changes_nothing:
        return None
    return apply(db, transcript_id, change, kind=IMPORT, author=author)


def planned_corrections(
    db: Connection, transcript_id: str, imported: ImportedTranscript, *, source: ImportSource
) -> Replacement:
    """Return the changes that turn the current transcript into the one corrected from a file.

    Raises:
        EditRefusedError: if the format has no sentences.
    """
    if source.format_name in _WITHOUT_SENTENCES:
        raise EditRefusedError(
            f"A {source.format_name.upper()} file contains words without sentences or "
            "speakers and cannot correct a transcript. Import it as another transcript.",
            reason="import_words_only",
            format=source.format_name.upper(),
        )
    current = all_rows(db, transcript_id)
    wanted = corrected_rows(
        current, imported.document, new_id, has_marks=source.format_name not in _WITHOUT_MARKS
    )
    return difference(current, wanted)


def import_corrections_concurrently(
    database: Database,
    transcript_id: str,
    imported: ImportedTranscript,
    *,
    source: ImportSource,
    author: EditAuthor,
) -> HeadMove | None:
    """Correct a transcript from a file as one edit, computed outside the write transaction.

    If the transcript changes meanwhile, the corrections are planned again. Otherwise it is like
    `import_as_corrections`.
    """
    for _ in range(_MAX_PLANNING_ATTEMPTS):
        with database.reading() as db:
            revision = get_transcript(db, transcript_id).revision
            change = planned_corrections(db, transcript_id, imported, source=source)
            prepared = change.prepared(revision)
        with (
            staged(database, prepared) as ready,
            database.transaction(is_large=ready.is_large) as db,
        ):
            done = _previous_move(db, transcript_id, author)
            if done is not None or change.changes_nothing:
                return done
            if get_transcript(db, transcript_id).revision == revision:
                return apply(db, transcript_id, ready, kind=IMPORT, author=author)
    with database.transaction() as db:
        return import_as_corrections(db, transcript_id, imported, source=source, author=author)


def _previous_move(db: Connection, transcript_id: str, author: EditAuthor) -> HeadMove | None:
    if author.client_edit_id is None:
        return None
    return find_move(db, transcript_id, author.client_edit_id)
