"""Index of the recordings by review state, updated from the changes of the list of recordings."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from storage.db.database import Connection, Database
from storage.statistics.progress import RecordingStatus, count_flagged
from webui.services.recording_list import ListChanges, ListedRecording


class ReviewState(str, Enum):
    """Review state of a recording with a finished transcript."""

    NEW = "new"
    CLAIMED = "claimed"
    IN_REVIEW = "in_review"
    SECOND_LOOK = "second_look"  # all sentences are verified, some are flagged
    DONE = "done"


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


class ReviewIndex:
    """All recordings by id, and those with finished transcripts by review state.

    An update takes time for the changed recordings only. One thread at a time may use it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.version = ""  # of the list of recordings, as of the last update
        self.live: dict[str, ListedRecording] = {}  # whose newest run is being recorded, by id
        self._listed: dict[str, ListedRecording] = {}
        self._numbers: dict[str, int] = {}  # ascending in the order of adding
        self._reviewables: dict[str, Reviewable] = {}
        self._sorted: Mapping[ReviewState, list[tuple[int, str]]] = {}
        self._clear()

    def update(self, changes: ListChanges) -> None:
        """Apply the changes of the list since `version`.

        Raises:
            StorageError: if flagged sentences cannot be counted; the index is then empty.
        """
        if changes.is_complete:
            self._clear()
        for recording_id in changes.removed_ids:
            self._remove(recording_id)
        try:
            with self._database.reading() as db:
                for each in reversed(changes.recordings):  # the added ones come newest first
                    self._put(db, each)
        except BaseException:
            self._clear()
            raise
        self.version = changes.version

    def listed(self, recording_id: str) -> ListedRecording | None:
        """Return a recording; None if there is no such recording."""
        return self._listed.get(recording_id)

    def count(self, state: ReviewState) -> int:
        """Return the number of recordings in a state."""
        return len(self._sorted[state])

    def first(self, state: ReviewState, count: int) -> tuple[Reviewable, ...]:
        """Return the oldest recordings in a state, at most `count`; the latest ones if done."""
        entries: Sequence[tuple[int, str]] = self._sorted[state]
        ordered = reversed(entries) if state is ReviewState.DONE else iter(entries)
        return tuple(self._reviewables[each] for _, each in islice(ordered, count))

    def ids(self, states: Iterable[ReviewState]) -> Iterator[str]:
        """Yield the ids of the recordings in some states, the oldest first in each."""
        for state in states:
            yield from (recording_id for _, recording_id in self._sorted[state])

    def _clear(self) -> None:
        self.version = ""
        self._sorted = {state: [] for state in ReviewState}
        for each in (self.live, self._listed, self._numbers, self._reviewables):
            each.clear()

    def _put(self, db: Connection, listed: ListedRecording) -> None:
        recording_id = listed.recording.recording_id
        if recording_id not in self._numbers:
            self._numbers[recording_id] = self._last_number() + 1
        self._listed[recording_id] = listed
        self.live.pop(recording_id, None)
        if listed.run is not None and listed.run.is_live:
            self.live[recording_id] = listed
        known = self._pop(recording_id)
        if listed.progress is None or not listed.progress.is_finished:
            return
        found = _reviewable(db, listed, known)
        self._reviewables[recording_id] = found
        insort(self._sorted[found.state], (self._numbers[recording_id], recording_id))

    def _last_number(self) -> int:
        last = next(reversed(self._numbers), None)
        return 0 if last is None else self._numbers[last]

    def _remove(self, recording_id: str) -> None:
        self._pop(recording_id)
        for each in (self.live, self._listed, self._numbers):
            each.pop(recording_id, None)

    def _pop(self, recording_id: str) -> Reviewable | None:
        """Remove a recording from the review states and return its entry, if it has one."""
        known = self._reviewables.pop(recording_id, None)
        if known is not None:
            entries = self._sorted[known.state]
            del entries[bisect_left(entries, (self._numbers[recording_id], recording_id))]
        return known


def _reviewable(db: Connection, listed: ListedRecording, known: Reviewable | None) -> Reviewable:
    """Return a recording with its state; reuse the count of an unchanged transcript."""
    num_flagged = 0
    if listed.status is RecordingStatus.VERIFIED:
        if known is not None and _is_same_transcript(known.listed, listed):
            num_flagged = known.num_flagged
        else:
            num_flagged = count_flagged(db, listed.transcript_id or "")
    return Reviewable(listed, _state_of(listed, num_flagged), num_flagged)


def _is_same_transcript(before: ListedRecording, now: ListedRecording) -> bool:
    return (before.transcript_id, before.revision) == (now.transcript_id, now.revision)


def _state_of(listed: ListedRecording, num_flagged: int) -> ReviewState:
    if listed.status is RecordingStatus.VERIFIED:
        return ReviewState.SECOND_LOOK if num_flagged else ReviewState.DONE
    if listed.status is RecordingStatus.IN_REVIEW:
        return ReviewState.IN_REVIEW
    return ReviewState.NEW if listed.claimed_by is None else ReviewState.CLAIMED
