"""Transcriptions in progress and recordings by review state, and the next recording to review."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from storage.db.database import Database
from storage.db.records import RunStatus
from storage.library.sharing import claim, list_claims
from webui.services.recordings import RecordingsService
from webui.services.review_index import Reviewable, ReviewIndex, ReviewState
from webui.services.runs.run_progress import RunProgress, RunsAtWork
from webui.services.runs.transcription import TranscriptionService

MAX_SHOWN = 100  # recordings per review state, and transcriptions

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
class ReviewGroup:
    """Recordings in one review state.

    Attributes:
        total: their number.
        shown: the oldest ones, or the latest if they are done, at most MAX_SHOWN.
    """

    total: int
    shown: tuple[Reviewable, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Transcriptions in progress and recordings to review in a workspace.

    Attributes:
        num_jobs: number of running and queued transcriptions.
        jobs: the first of them in the order in which they start, at most MAX_SHOWN.
        groups: recordings with finished transcripts by review state.
    """

    num_jobs: int
    jobs: tuple[Job, ...]
    groups: Mapping[ReviewState, ReviewGroup]


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
        self._lock = threading.Lock()
        self._index = ReviewIndex(database)

    def overview(self) -> Overview:
        """Return the first transcriptions in progress and recordings of each review state.

        It takes time for those and for the recordings that changed since the last call, not for
        all of the workspace.
        """
        at_work = self._transcription.at_work()  # first: runs that end meanwhile are in the list
        with self._lock:
            self._update()
            begun = self._begun(at_work)
            jobs = self._jobs(chain(begun, at_work.queued.values()))
            groups = {
                state: ReviewGroup(self._index.count(state), self._index.first(state, MAX_SHOWN))
                for state in ReviewState
            }
            return Overview(len(begun) + len(at_work.queued), jobs, groups)

    def claim_next(self, person: str) -> str | None:
        """Claim the next unclaimed recording that needs a reviewer; return its id, or None.

        New recordings are first, then those in review and those with flagged sentences, the
        oldest first in each.

        Raises:
            EditRefusedError: if the name is blank or too long.
        """
        with self._lock:
            self._update()
            ids = tuple(self._index.ids(_HANDED_OUT))
        with self._database.transaction() as db:
            claimed = list_claims(db)  # two people may ask at the same time
            free = next((each for each in ids if each not in claimed), None)
            if free is not None:
                claim(db, free, person)
        return free

    def _update(self) -> None:
        self._index.update(self._recordings.changes(self._index.version))

    def _begun(self, at_work: RunsAtWork) -> list[RunProgress]:
        """Return the runs of live recordings and the other ones that have begun."""
        runs = [each.run for each in self._index.live.values() if each.run is not None]
        live = {run.run_id: run for run in runs}
        begun = (live | dict(at_work.active)).values()
        return sorted(
            (run for run in begun if not run.status.is_final),
            key=lambda run: (run.status is RunStatus.QUEUED, run.queue_position),
        )

    def _jobs(self, runs: Iterator[RunProgress]) -> tuple[Job, ...]:
        found = (
            Job(run, listed.recording.title, listed.recording.duration_ms)
            for run in runs
            for listed in [self._index.listed(run.recording_id)]
            if listed is not None
        )
        return tuple(islice(found, MAX_SHOWN))
