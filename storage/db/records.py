"""Database rows as frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from pipeline.core.intervals import Interval
from pipeline.core.provenance import ModelUse


class RunStatus(str, Enum):
    """Status of a pipeline run."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def is_final(self) -> bool:
        """Whether the run has ended, successfully or not."""
        return self not in (RunStatus.QUEUED, RunStatus.RUNNING)

    @property
    def is_resumable(self) -> bool:
        """Whether the run failed or was interrupted, so that a new run may reuse its checkpoint."""
        return self in (RunStatus.FAILED, RunStatus.INTERRUPTED)


RECORDED_LIVE = ("recorded_live", "yes")  # among the options of a run, until it is done


class UtteranceStatus(str, Enum):
    """Review status of an utterance."""

    MACHINE = "machine"
    CORRECTED = "corrected"
    VERIFIED = "verified"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Recording:
    """An uploaded recording and its metadata.

    Attributes:
        recording_id: 32 random hexadecimal digits.
        title: display name.
        source_name: file name of the upload; displayed, never used as a path.
        audio_sha256: of the uploaded file.
        created_at: time of the upload in UTC.
        duration_ms: None until its audio has been read.
        review_audio_sha256: of the stored copy that is played; None until it is written.
        owner: the visitor it belongs to; None where all users see all recordings.
        language: ISO 639-1 code set by a person; "" for the recognised language.
        notes: free text.
    """

    recording_id: str
    title: str
    source_name: str
    audio_sha256: str
    created_at: datetime
    duration_ms: int | None = None
    review_audio_sha256: str | None = None
    owner: str | None = None
    language: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class PipelineRun:
    """One run of the pipeline on a recording.

    Attributes:
        run_id: 32 random hexadecimal digits.
        recording_id: the recording that is transcribed.
        status: current status.
        options: (name, value) of every option.
        created_at: time of the request in UTC.
        started_at: time of the start in UTC; None before it.
        finished_at: time of the end in UTC; None before it.
        models: models used; empty until it is done.
        stage_seconds: (stage, seconds); stages may overlap; empty until it is done.
        software_version: version of this program.
        error_kind: name of the error class; None without an error.
        error_message: message shown to the user; None without an error.
        evidence_sha256: of the file with the embeddings; None until it is done.
    """

    run_id: str
    recording_id: str
    status: RunStatus
    options: tuple[tuple[str, str], ...]
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    models: tuple[ModelUse, ...] = ()
    stage_seconds: tuple[tuple[str, float], ...] = ()
    software_version: str = ""
    error_kind: str | None = None
    error_message: str | None = None
    evidence_sha256: str | None = None

    @property
    def is_recorded_live(self) -> bool:
        """Whether sentences were recognised during recording, and the run only finalizes them."""
        return RECORDED_LIVE in self.options


@dataclass(frozen=True, slots=True)
class TranscriptRecord:
    """A stored transcript without its contents.

    Attributes:
        transcript_id: 32 random hexadecimal digits.
        recording_id: the transcribed recording.
        run_id: the run that created it.
        duration_ms: length of the audio that was transcribed.
        language: ISO 639-1 code; "" if nothing was recognised.
        created_at: time of its creation in UTC.
        head_edit_id: its current edit.
        revision: increases with every change, undo included.
    """

    transcript_id: str
    recording_id: str
    run_id: str
    duration_ms: int
    language: str
    created_at: datetime
    head_edit_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class TranscriptSize:
    """Number of speakers and number of utterances of a stored transcript."""

    num_speakers: int
    num_utterances: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker of one transcript.

    Attributes:
        speaker_id: 32 random hexadecimal digits.
        position: order of first appearance, from 0.
        label: name given by the diarization, such as "S1".
        display_name: name given by a person; None until then.
    """

    speaker_id: str
    position: int
    label: str
    display_name: str | None = None


@dataclass(frozen=True, slots=True)
class Utterance(Interval):
    """A stored utterance without its tokens, which are read separately.

    Attributes:
        utterance_id: 32 random hexadecimal digits.
        position: decides the order of utterances with the same start.
        speaker_id: None if no speaker is assigned.
        text: displayed text.
        status: review status.
        is_edited: whether a person has changed its text, its times or its speaker.
        reviewed_by: name of the person who verified or rejected it; None before a review.
        is_flagged: whether it is flagged for a further review.
        comment: comment on the flag; "" for none.
    """

    utterance_id: str
    position: int
    speaker_id: str | None
    text: str
    status: UtteranceStatus
    is_edited: bool = False
    reviewed_by: str | None = None
    is_flagged: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Turn(Interval):
    """A stored speaker turn; turns of different speakers may overlap.

    Attributes:
        position: decides the order of turns with the same start.
        speaker_id: the speaker.
    """

    position: int
    speaker_id: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of a transcript without the rows that it replaced.

    Attributes:
        edit_id: increases with time.
        transcript_id: the edited transcript.
        parent_id: the edit that it follows; None for the root edit, which created the transcript.
        kind: kind of the edit, such as "correct_text".
        author: name of the editor.
        created_at: time of the edit in UTC.
        comment: reason or origin; "" for none.
    """

    edit_id: int
    transcript_id: str
    parent_id: int | None
    kind: str
    author: str
    created_at: datetime
    comment: str = ""


class MoveKind(str, Enum):
    """Kind of operation that created a revision of a transcript."""

    EDIT = "edit"
    UNDO = "undo"
    REDO = "redo"
    RETURN = "return"
    GROWTH = "growth"  # the run added rows; the head edit stays the same


@dataclass(frozen=True, slots=True)
class HeadMove:
    """Revision of a transcript, with the operation that created it and its head edit.

    Attributes:
        revision: the transcript's revision after the move.
        transcript_id: the transcript.
        kind: kind of operation that moved the head.
        head_edit_id: the head edit after the move.
        author: name of the editor.
        created_at: time of the move in UTC.
    """

    revision: int
    transcript_id: str
    kind: MoveKind
    head_edit_id: int
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """A named state of a transcript.

    Attributes:
        name: unique within the transcript.
        edit_id: the head edit of that state.
        author: name of the person who named it.
        created_at: time of the naming in UTC.
    """

    name: str
    edit_id: int
    author: str
    created_at: datetime
