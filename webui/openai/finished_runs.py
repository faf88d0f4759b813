"""Results and failures of transcription runs in the form of OpenAI's API."""

from __future__ import annotations

from typing import Any  # the bodies are JSON

from starlette.responses import JSONResponse

from pipeline.core import errors as pipeline_errors
from pipeline.core.errors import PipelineError
from pipeline.formats.document import TranscriptDocument
from storage.db.errors import NotFoundError
from storage.db.records import RunStatus
from webui.openai.errors import error_body, error_response
from webui.services.container import Services
from webui.services.runs.run_progress import RunProgress
from webui.services.runs.transcription import Ticket
from webui.texts.visitor_messages import without_folders

_CANCELLED = "The transcription was cancelled."
_INTERRUPTED = "The server stopped before the transcription was finished. Send the file again."
_DELETED = "The recording was deleted before its transcript was finished."
_FAILED = "The transcription failed. Check the server's log."
# The caller's file or options are at fault.
_CALLERS_FAULTS = (pipeline_errors.AudioError, pipeline_errors.OptionError)


class FailedRunError(Exception):
    """Error for a run that ended without a transcript.

    Attributes:
        status: HTTP status of the error response.
        code: code of the error response.
        is_final: whether the same request would fail again.
    """

    def __init__(self, status: int, code: str, message: str, *, is_final: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.is_final = is_final

    def body(self) -> dict[str, Any]:
        """Return the JSON of the error in the form of OpenAI's API."""
        return error_body(self.status, self.code, str(self))

    def response(self) -> JSONResponse:
        """Return the HTTP response with the error and its status."""
        return error_response(self.status, self.code, str(self), is_final=self.is_final)


class RunReader:
    """Reader of the final states and transcripts of runs from the database."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def has_ended(self, ticket: Ticket) -> bool:
        """Return whether a run has ended, or was deleted."""
        try:
            return self._services.transcription.progress(ticket.run_id).status.is_final
        except NotFoundError:
            return True

    def document(self, ticket: Ticket) -> TranscriptDocument:
        """Return the transcript of a run that has ended.

        Raises:
            FailedRunError: if the run failed, was cancelled or interrupted, or was deleted.
        """
        try:
            run = self._services.transcription.progress(ticket.run_id)
            if run.status is not RunStatus.DONE:
                raise _failure(run)
            return self._services.recordings.document_of_run(ticket.recording_id, ticket.run_id)
        except NotFoundError as error:
            raise FailedRunError(410, "deleted", _DELETED) from error


def _failure(run: RunProgress) -> FailedRunError:
    if run.status is RunStatus.CANCELLED:
        return FailedRunError(409, "cancelled", _CANCELLED)
    if run.status is RunStatus.INTERRUPTED:
        return FailedRunError(503, "interrupted", _INTERRUPTED, is_final=False)
    kind = getattr(pipeline_errors, run.error_kind or "", PipelineError)
    status = 400 if issubclass(kind, _CALLERS_FAULTS) else 500
    return FailedRunError(status, "transcription_failed", _sentence(run.error_message))


def _sentence(message: str | None) -> str:
    return _FAILED if message is None else without_folders(message)
