"""Import of transcript files written by other programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.core.errors import FormatError
from pipeline.formats.import_report import ImportReport
from pipeline.formats.importing import (
    ImportedTranscript,
    guess_format,
    import_transcript,
    readable_formats,
)
from pipeline.formats.text_decoding import AUTO
from storage.db.database import Database
from storage.db.errors import EditRefusedError
from storage.edit_plans.request import MAX_TEXT_CHARACTERS
from storage.history.edit_history import EditAuthor
from storage.importing.imports import ImportSource, import_corrections_concurrently, import_in_steps
from storage.library.recordings import get_recording
from storage.statistics.progress import choose_transcript
from storage.transcripts.transcripts import get_transcript, list_transcripts

MAX_SENTENCES = 100_000  # more than one per second for 24 hours
MAX_AUTHOR_CHARACTERS = 80
MAX_NAME_CHARACTERS = 200


def _go_on() -> None:
    pass


@dataclass(frozen=True, slots=True)
class UploadedTranscript:
    """A transcript file sent by the page for import.

    Attributes:
        name: file name; determines the format and is never used as a path.
        content: bytes of the file.
        author: name of the importing person.
        client_edit_id: makes corrections idempotent.
        encoding: encoding of the content, one of `text_decoding.encoding_names()`.
    """

    name: str
    content: bytes
    author: str
    client_edit_id: str
    encoding: str = AUTO

    def __post_init__(self) -> None:
        if len(self.author) > MAX_AUTHOR_CHARACTERS or len(self.name) > MAX_NAME_CHARACTERS:
            raise EditRefusedError(
                f"A person's name may have at most {MAX_AUTHOR_CHARACTERS} characters, a file "
                f"name {MAX_NAME_CHARACTERS}.",
                reason="import_name_too_long",
                limit=str(MAX_AUTHOR_CHARACTERS),
                file_limit=str(MAX_NAME_CHARACTERS),
            )

    @property
    def edit_author(self) -> EditAuthor:
        """Author and client id of the edit that the import makes."""
        return EditAuthor(self.author, self.client_edit_id, comment=self.name)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """Result of the import of a transcript file.

    Attributes:
        transcript_id: id of the new or the corrected transcript.
        has_changed: whether the transcript has changed.
        report: problems found in the file.
    """

    transcript_id: str
    has_changed: bool
    report: ImportReport


class ImportService:
    """Service that imports transcript files into the database.

    Args:
        database: target database.
        on_read: called when a file has been read and only writing remains.
    """

    def __init__(self, database: Database, on_read: Callable[[], None] = _go_on) -> None:
        self._database = database
        self._on_read = on_read

    def as_transcript(self, recording_id: str, uploaded: UploadedTranscript) -> ImportOutcome:
        """Add a file as another transcript of a recording and make it the preferred one.

        Raises:
            NotFoundError: if there is no such recording.
            EditRefusedError: if the file cannot be read.
        """
        with self._database.reading() as db:
            duration_ms = get_recording(db, recording_id).duration_ms
            for record in list_transcripts(db, recording_id)[:1]:
                duration_ms = duration_ms or record.duration_ms
        source = _source(uploaded)
        imported = self._read(uploaded, source, duration_ms)
        record = import_in_steps(
            self._database, recording_id, imported, source=source, author=uploaded.edit_author
        )
        with self._database.transaction() as db:
            choose_transcript(db, record.transcript_id)
        return ImportOutcome(record.transcript_id, True, imported.report)

    def as_corrections(self, transcript_id: str, uploaded: UploadedTranscript) -> ImportOutcome:
        """Apply the corrections in a file to a transcript, as one edit that can be undone.

        Raises:
            NotFoundError: if there is no such transcript.
            EditRefusedError: if the file cannot be read or used as corrections.
        """
        with self._database.reading() as db:
            duration_ms = get_transcript(db, transcript_id).duration_ms
        source = _source(uploaded)
        imported = self._read(uploaded, source, duration_ms)
        move = import_corrections_concurrently(
            self._database, transcript_id, imported, source=source, author=uploaded.edit_author
        )
        return ImportOutcome(transcript_id, move is not None, imported.report)

    def _read(
        self, uploaded: UploadedTranscript, source: ImportSource, duration_ms: int | None
    ) -> ImportedTranscript:
        try:
            imported = import_transcript(
                uploaded.content,
                source.format_name,
                duration_ms=duration_ms,
                encoding=uploaded.encoding,
            )
        except FormatError as error:
            raise EditRefusedError(str(error), reason="import_damaged", why=str(error)) from error
        _check_size(imported)
        self._on_read()
        return imported


def _source(uploaded: UploadedTranscript) -> ImportSource:
    format_name = guess_format(uploaded.name)
    if format_name is None:
        raise EditRefusedError(
            "The format cannot be determined from the file name. It should end in one of: "
            f"{', '.join(readable_formats())}.",
            reason="import_unknown",
            formats=", ".join(readable_formats()),
        )
    return ImportSource(format_name, uploaded.name)


def _check_size(imported: ImportedTranscript) -> None:
    transcript = imported.document.transcript
    count = max(len(transcript.sentences), len(transcript.turns))
    if count > MAX_SENTENCES:
        raise EditRefusedError(
            f"The file has {count} sentences; the limit is {MAX_SENTENCES}. Split it into parts.",
            reason="import_too_many",
            count=str(count),
            limit=str(MAX_SENTENCES),
        )
    longest = max((len(each.text) for each in transcript.sentences), default=0)
    if longest > MAX_TEXT_CHARACTERS:
        raise EditRefusedError(
            f"A sentence in the file has {longest} characters; the limit is "
            f"{MAX_TEXT_CHARACTERS}. Split it into shorter ones.",
            reason="import_sentence_too_long",
            count=str(longest),
            limit=str(MAX_TEXT_CHARACTERS),
        )
