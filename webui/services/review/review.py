"""Operations that open and edit transcripts and return their changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.core.transcript import Token
from storage.db.database import Connection, Database
from storage.db.errors import EditRefusedError
from storage.db.records import PipelineRun, Recording, TranscriptRecord, Turn
from storage.edit_plans.registry import EDIT_KINDS
from storage.edit_plans.request import EditRequest
from storage.history.edit_history import EditAuthor, plan_redo, plan_return, plan_undo
from storage.history.live_log import unfinished_transcripts
from storage.library.recordings import get_recording
from storage.library.runs import get_run
from storage.statistics.progress import preferred_transcript
from storage.transcripts.changes import (
    TranscriptChanges,
    changes_since,
    num_characters_written,
    tokens_of,
)
from storage.transcripts.edit_application import PlanStep, edit_concurrently, step_concurrently
from storage.transcripts.reviewed_turns import reviewed_turns
from storage.transcripts.transcripts import get_transcript, list_turns

MAX_AUTHOR_CHARACTERS = 80
_PLANS: Mapping[str, PlanStep] = {"undo": plan_undo, "redo": plan_redo}
_STEPS = (*_PLANS, "return_to")  # through the history; the rest are edits
_NOT_TAKEN = "The page sent an edit that the server does not support. Reload the page."


@dataclass(frozen=True, slots=True)
class OpenedReview:
    """A transcript with all data that the editor shows, read in one transaction.

    Attributes:
        recording: row of the recording.
        record: row of the transcript.
        run: run that produced it; None for an import.
        contents: its speakers and utterances.
        turns: speaker turns, including corrections.
        is_finished: whether its run has delivered all of it.
    """

    recording: Recording
    record: TranscriptRecord
    run: PipelineRun | None
    contents: TranscriptChanges
    turns: tuple[Turn, ...]
    is_finished: bool = True


@dataclass(frozen=True, slots=True)
class EditCommand:
    """An edit command sent by the page.

    Attributes:
        author: displayed name.
        client_edit_id: makes the edit idempotent.
        base_revision: revision on which the edit is based.
        sent: kind and fields of the edit.
    """

    author: str
    client_edit_id: str
    base_revision: int
    sent: Mapping[str, Any]

    def __post_init__(self) -> None:
        if len(self.author) > MAX_AUTHOR_CHARACTERS:
            raise EditRefusedError(
                f"A name may have at most {MAX_AUTHOR_CHARACTERS} characters; shorten it.",
                reason="author_too_long",
                limit=str(MAX_AUTHOR_CHARACTERS),
            )


class ReviewService:
    """Service of the transcript editor by id, with one transaction per edit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_preferred(self, recording_id: str) -> OpenedReview:
        """Return the preferred transcript of a recording.

        Raises:
            NotFoundError: if there is no such recording, or no transcript of it yet.
        """
        with self._database.reading() as db:
            return _opened(db, preferred_transcript(db, recording_id))

    def open(self, transcript_id: str) -> OpenedReview:
        """Return a transcript with the data of its editor.

        Raises:
            NotFoundError: if it does not exist.
        """
        with self._database.reading() as db:
            return _opened(db, get_transcript(db, transcript_id))

    def changes(self, transcript_id: str, revision: int) -> TranscriptChanges:
        """Return the changes of a transcript since a revision.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        with self._database.reading() as db:
            return changes_since(db, transcript_id, revision)

    def num_characters(self, transcript_id: str, revision: int) -> int:
        """Return the number of characters that a revision of a transcript has written."""
        with self._database.reading() as db:
            return num_characters_written(db, transcript_id, revision)

    def tokens(self, transcript_id: str, ids: Iterable[str]) -> dict[str, tuple[Token, ...]]:
        """Return the tokens of utterances by utterance id."""
        with self._database.reading() as db:
            return tokens_of(db, transcript_id, ids)

    def apply(self, transcript_id: str, asked: EditCommand) -> TranscriptChanges:
        """Apply an edit command, unless one with the same client_edit_id was applied before.

        Returns:
            All changes since the base revision.

        Raises:
            NotFoundError: if there is no such transcript.
            EditRefusedError: if the edit is invalid.
            StaleEditError: if its rows changed after the base revision.
            StorageError: if it could not be written; nothing has then changed.
        """
        author = EditAuthor(asked.author, asked.client_edit_id)
        if asked.sent.get("kind") in _STEPS:
            step_concurrently(
                self._database,
                transcript_id,
                _plan_of_step(asked.sent),
                author=author,
                base_revision=asked.base_revision,
            )
        else:
            edit_concurrently(
                self._database,
                transcript_id,
                read_edit(asked.sent),
                author=author,
                base_revision=asked.base_revision,
            )
        with self._database.reading() as db:
            return changes_since(db, transcript_id, asked.base_revision)


def _plan_of_step(sent: Mapping[str, Any]) -> PlanStep:
    """Return the planning function of an undo, redo or return that is given as JSON.

    Raises:
        EditRefusedError: if it is a return without the id of an edit.
    """
    if sent["kind"] in _PLANS:
        return _PLANS[sent["kind"]]
    edit_id = sent.get("edit_id")
    if not isinstance(edit_id, int):
        raise EditRefusedError("Choose the edit to return to.", reason="return_where")
    return partial(plan_return, edit_id=edit_id)


def _opened(db: Connection, record: TranscriptRecord) -> OpenedReview:
    contents = changes_since(db, record.transcript_id)
    unfinished = {each.transcript_id for each in unfinished_transcripts(db, [record.recording_id])}
    return OpenedReview(
        recording=get_recording(db, record.recording_id),
        record=record,
        run=None if record.run_id is None else get_run(db, record.run_id),
        contents=contents,
        turns=reviewed_turns(list_turns(db, record.transcript_id), contents.utterances),
        is_finished=record.transcript_id not in unfinished,
    )


def read_edit(sent: Mapping[str, Any]) -> EditRequest:
    """Convert a JSON object to an edit by its `kind` and the fields of that kind.

    Values are not converted; keys that are no field of the kind are ignored.

    Raises:
        EditRefusedError: if there is no such kind, or a field is missing or of another type.
    """
    kind = sent.get("kind")
    wanted = EDIT_KINDS.get(kind) if isinstance(kind, str) else None
    if wanted is None:
        raise EditRefusedError(_NOT_TAKEN, reason="unknown_edit")
    try:
        return _reader(wanted).validate_json(json.dumps(sent), strict=True)
    except ValidationError as error:
        raise EditRefusedError(_NOT_TAKEN, reason="unknown_edit") from error


@cache
def _reader(kind: type[EditRequest]) -> TypeAdapter[EditRequest]:
    return TypeAdapter(kind)
