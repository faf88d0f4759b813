"""Transcripts from files of other programs, kept beside the machine's or as corrections to one."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.formats.importing import ImportedTranscript
from pipeline.provenance import Provenance
from storage.database import Rows
from storage.edit_history import Signature, apply, begin_history
from storage.edit_log import find_move
from storage.edit_rows import difference
from storage.errors import EditRefusedError
from storage.import_planning import corrected_rows, rows_of_document
from storage.recordings import get_recording
from storage.records import HeadMove, PipelineRun, TranscriptRecord
from storage.row_replacement import all_rows
from storage.row_values import new_id
from storage.runs import complete_run, get_run, queue_run
from storage.transcripts import add_transcript, get_transcript

IMPORT = "import"  # the kind of the edit
_IMPORTED_FILE = "imported_file"
# Words between pauses are no sentences, and have no speakers.
_WITHOUT_SENTENCES = frozenset({"ctm"})
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
    rows: Rows,
    recording_id: str,
    imported: ImportedTranscript,
    *,
    source: ImportSource,
    signature: Signature,
) -> TranscriptRecord:
    """Save a file as another transcript of a recording; nothing that is there changes.

    The import stands among the recording's runs, as what made the transcript.

    Args:
        rows: inside a transaction.
        recording_id: of what.
        imported: read with the recording's length.
        source: the file.
        signature: who imports it.

    Raises:
        NotFoundError: if there is no such recording.
    """
    get_recording(rows, recording_id)
    document = imported.document
    options = ((_IMPORTED_FILE, source.file_name), ("imported_format", source.format_name))
    run = queue_run(rows, recording_id, options=options)
    provenance = Provenance(
        document.provenance.models, options, document.provenance.software_version
    )
    complete_run(rows, run.run_id, provenance, stage_seconds=(), evidence_sha256=None)
    run = get_run(rows, run.run_id)
    transcript_id = add_transcript(rows, run, document.transcript)
    contents = rows_of_document(document, new_id)
    begin_history(rows, transcript_id, contents, kind=IMPORT, signature=signature)
    return get_transcript(rows, transcript_id)


def import_as_corrections(
    rows: Rows,
    transcript_id: str,
    imported: ImportedTranscript,
    *,
    source: ImportSource,
    signature: Signature,
) -> HeadMove | None:
    """Correct a transcript by a file, as one edit; imported again under the same id, only once.

    What corrects what: see `import_planning.corrected_rows`.

    Args:
        rows: inside a transaction.
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
    if source.format_name in _WITHOUT_SENTENCES:
        raise EditRefusedError(
            f"A {source.format_name.upper()} file holds words without sentences or speakers and "
            "cannot correct a transcript. Import it as a transcript of its own.",
            reason="import_words_only",
            format=source.format_name.upper(),
        )
    get_transcript(rows, transcript_id)
    if signature.client_edit_id is not None:
        done = find_move(rows, transcript_id, signature.client_edit_id)
        if done is not None:
            return done
    current = all_rows(rows, transcript_id)
    wanted = corrected_rows(
        current, imported.document, new_id, has_marks=source.format_name not in _WITHOUT_MARKS
    )
    change = difference(current, wanted)
    if change.changes_nothing:
        return None
    return apply(rows, transcript_id, change, kind=IMPORT, signature=signature)
