"""Rows of the database as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from pipeline.core.intervals import Interval
from pipeline.core.provenance import ModelUse


class RunStatus(str, Enum):
    """Where a run of the pipeline is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def is_final(self) -> bool:
        """Whether the run has ended, one way or another."""
        return self not in (RunStatus.QUEUED, RunStatus.RUNNING)

    @property
    def may_be_gone_on_with(self) -> bool:
        """Whether another run may take over what this one has kept: nobody wanted it to end."""
        return self in (RunStatus.FAILED, RunStatus.INTERRUPTED)


class UtteranceStatus(str, Enum):
    """Who vouches for an utterance."""

    MACHINE = "machine"
    CORRECTED = "corrected"
    VERIFIED = "verified"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Recording:
    """A file somebody gave us, and its meaning to them.

    Attributes:
        recording_id: 32 random hexadecimal digits.
        title: what people call it.
        source_name: the file's own name, to be shown and never to be used as a path.
        audio_sha256: of the file as it came.
        created_at: when it came, in UTC.
        duration_ms: None until its audio has been read.
        review_audio_sha256: of the stored copy that is played; None until there is one.
        owner: the visitor it belongs to; None where everybody sees everything.
        language: ISO 639-1 code of what is spoken, as a person says; "" leaves it to the machine.
        notes: of people, for people.
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
    """One transcription of a recording, from the wish to its end.

    Attributes:
        run_id: 32 random hexadecimal digits.
        recording_id: what it works on.
        status: where it is in its life.
        options: name and value of every choice.
        created_at: when it was asked for; the next two: when it began, when it ended.
        models: what took part; empty until it is done.
        stage_seconds: (stage, seconds) of stages that may overlap; empty until it is done.
        software_version: of the program that ran it.
        error_kind: class of the failure, None where there is none.
        error_message: the sentence the user was shown.
        evidence_sha256: of the file with the voices; None until it is done.
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


@dataclass(frozen=True, slots=True)
class TranscriptRecord:
    """A stored transcript, without its contents.

    Attributes:
        transcript_id: 32 random hexadecimal digits.
        recording_id: of what.
        run_id: the run that made it.
        duration_ms: length of the audio that was transcribed.
        language: ISO 639-1 code, "" where nothing was recognised.
        created_at: when it was saved, in UTC.
        head_edit_id: the edit that it stands at.
        revision: grows with whatever is done to it, taking back included.
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
    """How much there is in a stored transcript."""

    num_speakers: int
    num_utterances: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks in one transcript.

    Attributes:
        speaker_id: 32 random hexadecimal digits.
        position: order of first appearance, from 0.
        label: the machine's name, such as "S1".
        display_name: a person's name for the speaker; None until given.
    """

    speaker_id: str
    position: int
    label: str
    display_name: str | None = None


@dataclass(frozen=True, slots=True)
class Utterance(Interval):
    """A stored sentence; its tokens are read apart, because a list of sentences needs none.

    Attributes:
        utterance_id: 32 random hexadecimal digits.
        position: decides the order where two start together.
        speaker_id: None where no speaker is known.
        text: what is shown.
        status: who vouches for it.
        is_edited: whether a person has changed its text, its times or its speaker.
        reviewed_by: who verified or rejected it; None where nobody has.
        is_flagged: whether somebody wants it looked at.
        comment: what they say about it; "" where nothing.
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
    """A stored run of one speaker; turns of different speakers may overlap.

    Attributes:
        position: decides the order where two start together.
        speaker_id: who speaks.
    """

    position: int
    speaker_id: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One action of a person on a transcript, without the rows that it replaced.

    Attributes:
        edit_id: grows with time.
        transcript_id: of what.
        parent_id: the edit it was made upon; None for the transcript as it was made.
        kind: what was done.
        author: by whom.
        created_at: when, in UTC.
        comment: why, or from where; "" where nobody said.
    """

    edit_id: int
    transcript_id: str
    parent_id: int | None
    kind: str
    author: str
    created_at: datetime
    comment: str = ""


class MoveKind(str, Enum):
    """How a transcript came to stand at an edit."""

    EDIT = "edit"
    UNDO = "undo"
    REDO = "redo"
    RETURN = "return"
    GROWTH = "growth"  # the machine added rows; the edit is the same as before


@dataclass(frozen=True, slots=True)
class HeadMove:
    """A step of a transcript from one edit to another.

    Attributes:
        revision: the transcript's number after it.
        transcript_id: of what.
        kind: how.
        head_edit_id: the edit it stands at since.
        author: who did it.
        created_at: when, in UTC.
    """

    revision: int
    transcript_id: str
    kind: MoveKind
    head_edit_id: int
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """A name for a state of a transcript.

    Attributes:
        name: unlike that of any other version of the transcript.
        edit_id: the state.
        author: who gave the name.
        created_at: when, in UTC.
    """

    name: str
    edit_id: int
    author: str
    created_at: datetime
