"""Operations of the public API, shared by all protocols, with the page's access rules."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # the answers are JSON

from pipeline.core.audio_track import AudioTrack
from pipeline.core.errors import PipelineError
from pipeline.core.options import PipelineOptions, SpeakerCount
from pipeline.formats.chinese_script import ChineseScript
from storage.db.errors import StorageError
from storage.db.records import RunStatus
from storage.exports import TranscriptVersion
from webui.routes.handler import BadRequestError
from webui.routes.transcripts.review import asked_edit
from webui.services.access import Visitor
from webui.services.container import Services
from webui.services.exports.transcript_export import ExportedFile
from webui.services.runs.limits import UploadRefusedError
from webui.services.runs.run_progress import RunProgress
from webui.services.runs.transcription import Ticket
from webui.texts.visitor_messages import without_folders
from webui.views.recordings import recording_row
from webui.views.review import changes_view, review_view

_log = logging.getLogger(__name__)

POLL_S = 0.5  # between two progress reports
REFUSALS = (BadRequestError, PipelineError, StorageError)
"""Exceptions of a call whose messages are sent to the caller."""


@dataclass(frozen=True, slots=True)
class TranscriptionArguments:
    """Arguments of a transcription request to the public API.

    Attributes:
        title: title of the recording.
        language: a code such as zh; empty to detect it.
        speakers: auto, a number, or a range such as 2-5.
        hotwords: one per line.
        audio_track: for files with several audio tracks: auto, mix or a number from 1.
        recognizer: name of the recogniser; None for the app's choice.
    """

    title: str
    language: str = ""
    speakers: str = "auto"
    hotwords: str = ""
    audio_track: str = "auto"
    recognizer: str | None = None


class ProgramCalls:
    """Operations of the public API, each of which may raise the exceptions in REFUSALS."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def start(self, visitor: Visitor, path: Path, arguments: TranscriptionArguments) -> Ticket:
        """Start transcribing an uploaded file; delete the upload if it is accepted or refused.

        Raises:
            PipelineError: if an option is invalid.
            UploadRefusedError: if a limit would be exceeded, or the file cannot be read.
            UploadGoneError: if the file no longer exists.
        """
        options = PipelineOptions(
            speakers=SpeakerCount.parse(arguments.speakers),
            asr=self._services.models.asr_options(
                arguments.language or None, arguments.hotwords, recognizer=arguments.recognizer
            ),
            track=AudioTrack.parse(arguments.audio_track),
        )
        uploads = self._services.uploads
        try:
            with uploads.claimed(path):
                return self._services.transcription.start(
                    path,
                    title=arguments.title,
                    options=options,
                    owner=visitor.owner,
                    address=visitor.address,
                    person=visitor.person,
                )
        except UploadRefusedError:
            uploads.discard(path)
            raise

    def sent_file(self, reference: object) -> Path | None:
        """Return the uploaded file that a path names; None if no upload has this path."""
        return self._services.uploads.find(reference)

    def start_content(
        self, visitor: Visitor, content: bytes, arguments: TranscriptionArguments
    ) -> Ticket:
        """Start transcribing a recording whose content was sent within the call.

        Raises:
            PipelineError: if an option is invalid.
            UploadRefusedError: if a limit would be exceeded, or the recording cannot be read.
            StorageError: if it cannot be stored.
        """
        uploads = self._services.uploads
        try:
            with uploads.receiving() as folder:
                received = folder / "content"
                received.write_bytes(content)
                path = uploads.add(received, "recording")
        except OSError as error:
            raise StorageError(f"The recording cannot be stored: {error.strerror}.") from error
        try:
            return self.start(visitor, path, arguments)
        finally:
            uploads.discard(path)

    def progress(self, ticket: Ticket) -> RunProgress:
        """Return the current progress of a ticket's transcription."""
        return self._services.transcription.progress(ticket.run_id)

    def outcome(self, run: RunProgress) -> dict[str, Any]:
        """Return a run's state as JSON, once ended with the transcript or the error message."""
        seen = run_view(run)
        if run.status is RunStatus.DONE:
            opened = self._services.review.open_preferred(run.recording_id)
            return {**seen, "transcript": review_view(opened)}
        if not run.status.is_final:
            return seen
        message = run.error_message
        return {**seen, "message": None if message is None else without_folders(message)}

    def cancel(self, visitor: Visitor, run_id: str) -> dict[str, Any]:
        """Cancel a transcription; do nothing if it has ended."""
        self._allow(visitor, changes=True, run_id=run_id)
        self._services.transcription.cancel(run_id)
        return {"run_id": run_id}

    def list_recordings(self, visitor: Visitor) -> list[dict[str, Any]]:
        """Return the recordings that the visitor may see, the newest first."""
        listed = self._services.recordings.list(owner=visitor.owner)
        return [recording_row(each, visitor) for each in listed]

    def transcript(self, visitor: Visitor, recording_id: str) -> dict[str, Any]:
        """Return a recording's transcript as JSON."""
        self._allow(visitor, changes=False, recording_id=recording_id)
        return review_view(self._services.review.open_preferred(recording_id))

    def apply_edit(
        self, visitor: Visitor, transcript_id: str, sent: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Apply one edit to a transcript; with login, its author is always the user name."""
        self._services.access.check_room(visitor)
        self._allow(visitor, changes=True, transcript_id=transcript_id)
        signed = dict(sent) if visitor.name is None else {**sent, "author": visitor.name}
        asked = asked_edit(signed)
        quota, review = self._services.text_quota, self._services.review
        quota.check(visitor)
        changes = review.apply(transcript_id, asked)
        quota.note(visitor, lambda: review.num_characters(transcript_id, changes.revision))
        return changes_view(changes)

    def export(
        self,
        visitor: Visitor,
        recording_id: str,
        format_name: str,
        *,
        version: str,
        verified_only: bool,
        script: str,
    ) -> ExportedFile:
        """Return a recording's transcript as a file in the named format.

        Raises:
            BadRequestError: if the version or the script is unknown.
            NotFoundError: if there is no such recording, transcript or format.
        """
        self._allow(visitor, changes=False, recording_id=recording_id)
        if version not in {each.value for each in TranscriptVersion}:
            raise BadRequestError("version is reviewed or machine.")
        if script not in {each.value for each in ChineseScript}:
            raise BadRequestError("script is keep, simplified or traditional.")
        return self._services.recordings.export(
            recording_id,
            format_name,
            version=TranscriptVersion(version),
            verified_only=verified_only,
            script=ChineseScript(script),
        )

    def _allow(self, visitor: Visitor, *, changes: bool, **ids: str) -> None:
        self._services.access.check(visitor, ids, changes=changes)


def run_view(run: RunProgress) -> dict[str, Any]:
    """Return a run's state as JSON."""
    return {
        "recording_id": run.recording_id,
        "run_id": run.run_id,
        "state": run.status.value,
        "stage": None if run.stage is None else run.stage.value,
        "fraction": round(run.fraction, 4),
        "ahead": run.queue_position,
        "seconds_left": None if run.seconds_left is None else round(run.seconds_left),
    }


def refusal_sentence(error: Exception, headers: Mapping[str, str]) -> str:
    """Return the error message for the caller, translated for limits, without server folders."""
    if isinstance(error, UploadRefusedError):
        is_chinese = str(headers.get("accept-language", "")).lower().startswith("zh")
        return error.message_in("zh" if is_chinese else "en")
    message, shown = str(error), without_folders(str(error))
    if shown != message:
        _log.warning("a call was refused: %s", message)
    return shown
