"""Transcripts from files of other programs, kept beside the machine's or as corrections to one."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.provenance import Provenance
from pipeline.formats.importing import ImportedTranscript
from storage.db.database import Connection, Database
from storage.db.errors import EditRefusedError
from storage.db.hidden_recordings import add_hidden_recording, show_transcript
from storage.db.records import HeadMove, PipelineRun, TranscriptRecord
from storage.db.row_changes import Replacement, TranscriptRows, difference
from storage.db.transcript_rows import all_rows
from storage.db.values import new_id
from storage.history.edit_history import EditAuthor, apply, begin_history, begin_history_in_steps
from storage.history.edit_log import find_move
from storage.importing.plan import corrected_rows, rows_of_document
from storage.library.recordings import get_recording
from storage.library.runs import complete_run, get_run, queue_run
from storage.maintenance.purge import remove_hidden_rows
from storage.transcripts.transcripts import add_transcript, get_transcript

IMPORT = "import"  # the kind of the edit
_IMPORTED_FILE = "imported_file"
# Words between pauses are no sentences, and have no speakers.
_WITHOUT_SENTENCES = frozenset({"ctm"})
_PLANNED_BESIDE = 3  # times, before the writers wait for the planning
_WITHOUT_MARKS = frozenset({"stm"})


@dataclass(frozen=True, slots=True)
class ImportSource:
    """Where an imported transcript comes from.

    Attributes:
        format_name: as the registry of formats calls it.
        file_name: the file's own name, shown and never used as a path.
    """

    format_name: str
    file_name: str


def imported_file(run: PipelineRun) -> str | None:
    """The name of the file that an import stands for; None for a run of the pipeline."""
    return dict(run.options).get(_IMPORTED_FILE)


def import_as_transcript(
    db: Connection,
    recording_id: str,
    imported: ImportedTranscript,
    *,
    source: ImportSource,
    signature: EditAuthor,
) -> TranscriptRecord:
    """Save a file as another transcript of a recording; nothing that is there changes.

    The import stands among the recording's runs, as what made the transcript.

    Args:
        db: inside a transaction.
        recording_id: of what.
        imported: read with the recording's length.
        source: the file.
        signature: who imports it.

    Raises:
        NotFoundError: if there is no such recording.
    """
    get_recording(db, recording_id)
    transcript_id = _without_contents(db, recording_id, imported, source)
    contents = rows_of_document(imported.document, new_id)
    begin_history(db, transcript_id, contents, kind=IMPORT, signature=signature)
    return get_transcript(db, transcript_id)


def import_in_steps(
    database: Database,
    recording_id: str,
    imported: ImportedTranscript,
    *,
    source: ImportSource,
    signature: EditAuthor,
) -> TranscriptRecord:
    """Save a long file as `import_as_transcript` does, while others can write in between.

    The rows belong to a hidden recording until all are there.

    Args:
        database: is written in several transactions.
        recording_id: of what.
        imported: read with the recording's length.
        source: the file.
        signature: who imports it.

    Raises:
        NotFoundError: if there is no such recording, or it is deleted meanwhile.
        StorageError: if the database cannot be written; then nothing is left of the import.
    """
    change = Replacement(TranscriptRows(), rows_of_document(imported.document, new_id))
    prepared = change.prepared(revision=0)
    with database.transaction() as db:
        get_recording(db, recording_id)
        hidden_id = add_hidden_recording(db)
        transcript_id = _without_contents(db, hidden_id, imported, source)
        steps = begin_history_in_steps(
            db, transcript_id, prepared, kind=IMPORT, signature=signature
        )
    try:
        database.in_steps(steps)
        with database.transaction() as db:
            get_recording(db, recording_id)
            show_transcript(db, transcript_id, recording_id)
            return get_transcript(db, transcript_id)
    except BaseException:
        remove_hidden_rows(database, hidden_id)
        raise


def _without_contents(
    db: Connection, recording_id: str, imported: ImportedTranscript, source: ImportSource
) -> str:
    """Add the run that stands for an import, and its transcript; return the transcript's id."""
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
    signature: EditAuthor,
) -> HeadMove | None:
    """Correct a transcript by a file, as one edit; imported again under the same id, only once.

    What corrects what: see `import_planning.corrected_rows`.

    Args:
        db: inside a transaction.
        transcript_id: which.
        imported: read with the transcript's length.
        source: the file.
        signature: who imports it.

    Returns:
        The step that the transcript made; None where the file holds nothing new.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if the format cannot carry corrections.
    """
    get_transcript(db, transcript_id)
    done = _done_before(db, transcript_id, signature)
    if done is not None:
        return done
    change = planned_corrections(db, transcript_id, imported, source=source)
    if change.changes_nothing:
        return None
    return apply(db, transcript_id, change, kind=IMPORT, signature=signature)


def planned_corrections(
    db: Connection, transcript_id: str, imported: ImportedTranscript, *, source: ImportSource
) -> Replacement:
    """Return what the corrections of a file change in a transcript as it stands.

    Raises:
        EditRefusedError: if the format cannot carry corrections.
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


def correct_beside_others(
    database: Database,
    transcript_id: str,
    imported: ImportedTranscript,
    *,
    source: ImportSource,
    signature: EditAuthor,
) -> HeadMove | None:
    """Correct a transcript as `import_as_corrections` does, planned before the transaction.

    Where somebody changes the transcript meanwhile, it is planned again.
    """
    for _ in range(_PLANNED_BESIDE):
        with database.reading() as db:
            revision = get_transcript(db, transcript_id).revision
            change = planned_corrections(db, transcript_id, imported, source=source)
        prepared = change.prepared(revision)
        with database.transaction() as db:
            done = _done_before(db, transcript_id, signature)
            if done is not None or change.changes_nothing:
                return done
            if get_transcript(db, transcript_id).revision == revision:
                return apply(db, transcript_id, prepared, kind=IMPORT, signature=signature)
    with database.transaction() as db:
        return import_as_corrections(
            db, transcript_id, imported, source=source, signature=signature
        )


def _done_before(db: Connection, transcript_id: str, signature: EditAuthor) -> HeadMove | None:
    if signature.client_edit_id is None:
        return None
    return find_move(db, transcript_id, signature.client_edit_id)
