"""Transcriptions in progress and recordings by review state, and the next recording to review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from storage.db.database import Connection, Database
from storage.db.records import RunStatus
from storage.library.sharing import claim, list_claims
from storage.statistics.progress import RecordingStatus, count_flagged
from webui.services.recording_list import ListedRecording
from webui.services.recordings import RecordingsService
from webui.services.runs.run_progress import RunProgress
from webui.services.runs.transcription import TranscriptionService


class ReviewState(str, Enum):
    """Review state of a recording with a finished transcript."""

    NEW = "new"
    CLAIMED = "claimed"
    IN_REVIEW = "in_review"
    SECOND_LOOK = "second_look"  # all sentences are verified, some are flagged
    DONE = "done"


# States in which a recording needs a reviewer, in the order in which recordings are handed out.
_HANDED_OUT = (ReviewState.NEW, ReviewState.IN_REVIEW, ReviewState.SECOND_LOOK)


@dataclass(frozen=True, slots=True)
class Job:
    """A queued or running transcription with its recording.

    Attributes:
        run: progress of the run.
        title: title of the recording.
        duration_ms: length of the recording, None if unknown.
    """

    run: RunProgress
    title: str
    duration_ms: int | None


@dataclass(frozen=True, slots=True)
class Reviewable:
    """A recording with a finished transcript.

    Attributes:
        listed: the recording.
        state: its review state.
        num_flagged: number of flagged sentences, counted once all sentences are verified.
    """

    listed: ListedRecording
    state: ReviewState
    num_flagged: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Transcriptions in progress and recordings to review in a workspace.

    Attributes:
        jobs: running and queued transcriptions, in the order in which they start.
        reviewables: recordings with finished transcripts, the oldest first.
    """

    jobs: tuple[Job, ...]
    reviewables: tuple[Reviewable, ...]


class WorkService:
    """Service that returns the overview of all work and assigns recordings to reviewers."""

    def __init__(
        self,
        database: Database,
        recordings: RecordingsService,
        transcription: TranscriptionService,
    ) -> None:
        self._database = database
        self._recordings = recordings
        self._transcription = transcription
        self._flagged = _FlaggedCounts()

    def overview(self) -> Overview:
        """Return all transcriptions in progress, and all recordings with finished transcripts."""
        at_work = self._transcription.at_work()  # first: runs that end meanwhile are in the list
        listed = self._recordings.list()
        return Overview(_jobs(at_work, listed), self._reviewables(listed))

    def _reviewables(self, listed: Sequence[ListedRecording]) -> tuple[Reviewable, ...]:
        ready = [each for each in reversed(listed) if _is_ready(each)]
        with self._database.reading() as db:
            flagged = self._flagged.read(db, [each for each in ready if _is_verified(each)])
        return tuple(
            Reviewable(each, _state_of(each, num_flagged), num_flagged)
            for each in ready
            for num_flagged in [flagged.get(each.recording.recording_id, 0)]
        )

    def claim_next(self, person: str) -> str | None:
        """Claim the next unclaimed recording that needs a reviewer; return its id, or None.

        New recordings are first, then those in review and those with flagged sentences, the
        oldest first in each.

        Raises:
            EditRefusedError: if the name is blank or too long.
        """
        reviewables = self._reviewables(self._recordings.list())
        found = [each for each in reviewables if each.state in _HANDED_OUT]
        found.sort(key=lambda each: _HANDED_OUT.index(each.state))
        ids = [each.listed.recording.recording_id for each in found]
        with self._database.transaction() as db:
            claimed = list_claims(db)  # two people may ask at the same time
            free = next((each for each in ids if each not in claimed), None)
            if free is not None:
                claim(db, free, person)
        return free


class _FlaggedCounts:
    """Cache of the numbers of flagged sentences of transcripts, counted once per revision."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], int] = {}

    def read(self, db: Connection, listed: Sequence[ListedRecording]) -> dict[str, int]:
        """Return {recording id: number of flagged sentences}; remove others from the cache."""
        before, known, counts = self._known, {}, {}
        for each in listed:
            key = (each.transcript_id or "", each.revision)
            known[key] = before[key] if key in before else count_flagged(db, key[0])
            counts[each.recording.recording_id] = known[key]
        self._known = known
        return counts


def _jobs(at_work: Mapping[str, RunProgress], listed: Sequence[ListedRecording]) -> tuple[Job, ...]:
    recordings = {each.recording.recording_id: each.recording for each in listed}
    live = {each.run.run_id: each.run for each in listed if each.run and each.run.is_live}
    found = [
        Job(run, recording.title, recording.duration_ms)
        for run in (live | dict(at_work)).values()
        for recording in [recordings.get(run.recording_id)]
        if recording is not None and not run.status.is_final
    ]
    return tuple(sorted(found, key=_place))


def _is_ready(listed: ListedRecording) -> bool:
    return listed.progress is not None and listed.progress.is_finished


def _is_verified(listed: ListedRecording) -> bool:
    return listed.status is RecordingStatus.VERIFIED


def _state_of(listed: ListedRecording, num_flagged: int) -> ReviewState:
    if _is_verified(listed):
        return ReviewState.SECOND_LOOK if num_flagged else ReviewState.DONE
    if listed.status is RecordingStatus.IN_REVIEW:
        return ReviewState.IN_REVIEW
    return ReviewState.NEW if listed.claimed_by is None else ReviewState.CLAIMED


def _place(job: Job) -> tuple[bool, int]:
    return job.run.status is RunStatus.QUEUED, job.run.queue_position
