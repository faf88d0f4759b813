"""Import of a transcript file into the database, as run by a child process."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pipeline.formats.text_decoding import AUTO
from storage.db.connections import connect
from storage.db.database import Database
from webui.services.imports.imports import ImportOutcome, ImportService, UploadedTranscript

_NOBODY = ""  # author of edits without a name


class RequestFileError(ValueError):
    """Error for an import request in which a required field is missing or invalid."""


class ImportKind(Enum):
    """Kind of import of a transcript file."""

    TRANSCRIPT = "transcript"  # another transcript of a recording
    CORRECTIONS = "corrections"  # one edit of a transcript


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """A requested import of a transcript file.

    Attributes:
        kind: how the file is imported.
        target_id: id of the recording or of the transcript.
        request: file with the request: JSON with the transcript file in base 64.
        author: user name; None to take the request's author.
    """

    kind: ImportKind
    target_id: str
    request: Path
    author: str | None = None


def import_file(
    database_path: Path, order: ImportOrder, on_read: Callable[[], None]
) -> ImportOutcome:
    """Import the transcript file of a request into the database.

    Args:
        database_path: database, also open in the app.
        order: the import.
        on_read: called when the file has been read and only writing remains.

    Raises:
        RequestFileError: if the request lacks what an import needs.
        NotFoundError: if there is no such recording or transcript.
        EditRefusedError: if the file cannot be read or used as corrections.
        StorageError: if the database cannot be written.
    """
    offered = _uploaded_transcript(order)
    with closing(Database(connect(database_path), database_path)) as database:
        service = ImportService(database, on_read=on_read)
        if order.kind is ImportKind.TRANSCRIPT:
            return service.as_transcript(order.target_id, offered)
        return service.as_corrections(order.target_id, offered)


def _uploaded_transcript(order: ImportOrder) -> UploadedTranscript:
    try:
        body = json.loads(order.request.read_bytes())
    except (ValueError, RecursionError) as error:
        raise RequestFileError("The request is not JSON.") from error
    if not isinstance(body, dict):
        raise RequestFileError("The request is not a JSON object.")
    name, content, client_edit_id = (body.get(key) for key in ("name", "content", "client_edit_id"))
    author = order.author or body.get("author", _NOBODY)
    encoding = body.get("encoding", AUTO)
    if not (
        isinstance(name, str)
        and isinstance(content, str)
        and isinstance(client_edit_id, str)
        and isinstance(author, str)
        and isinstance(encoding, str)
    ):
        raise RequestFileError(
            "An import needs name, content in base 64, and client_edit_id; author and encoding "
            "are optional texts."
        )
    try:
        decoded = base64.b64decode(content, validate=True)
    except ValueError as error:
        raise RequestFileError("The content is not in base 64.") from error
    return UploadedTranscript(name, decoded, author, client_edit_id, encoding)
