"""List of recordings that is kept in memory, of which only changed recordings are read again."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from pipeline.core import errors
from storage.db.blobs import BlobStore
from storage.db.database import Connection, Database
from storage.db.records import PipelineRun, Recording, TranscriptRecord, TranscriptSize
from storage.history.live_log import unfinished_transcripts
from storage.library.metadata import tags_of_recordings
from storage.library.recordings import list_recordings
from storage.library.runs import latest_runs
from storage.library.sharing import list_claims
from storage.statistics.progress import (
    RecordingStatus,
    ReviewProgress,
    count_transcripts,
    preferred_transcripts,
    review_progress,
)
from storage.statistics.talk_shares import TalkShare, talk_shares
from storage.transcripts.transcripts import transcript_sizes
from webui.services.runs.run_progress import RunProgress, RunsAtWork, stored_progress
from webui.services.runs.transcription import TranscriptionService

MAX_SHARES_COMPUTED = 100  # of transcripts per update; later updates compute the others
MAX_REMOVED = 10_000  # ids kept of deleted recordings

_MAX_DIGITS = 18
# Kinds of failure that repeating the run cannot mend, because they are of the file itself.
_FILE_FAULTS = frozenset(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type)
    and issubclass(kind, errors.AudioError)
    and kind not in (errors.AudioError, errors.RecordingTooLongError)
)


@dataclass(frozen=True, slots=True)
class ListedRecording:
    """Recording with the data that the list of recordings shows.

    Attributes:
        recording: row of the recording.
        run: its newest run; None if it has none.
        tags: its tags, sorted.
        transcript_id: id of the preferred transcript; None if there is none.
        size: numbers of speakers and utterances of that transcript.
        progress: review progress of that transcript.
        num_transcripts: number of its transcripts.
        can_run_again: whether its audio is stored, and its last run did not find it unreadable.
        claimed_by: name of the person who reviews it; None if unclaimed.
        growing_id: id of the unfinished transcript of its newest run.
        talk: shares of the speakers in its speaking time, the largest first.
        revision: revision of the preferred transcript; 0 if there is none.
    """

    recording: Recording
    run: RunProgress | None
    tags: tuple[str, ...]
    transcript_id: str | None
    size: TranscriptSize | None
    progress: ReviewProgress | None
    num_transcripts: int
    can_run_again: bool
    claimed_by: str | None = None
    growing_id: str | None = None
    talk: tuple[TalkShare, ...] = ()
    revision: int = 0

    @property
    def status(self) -> RecordingStatus:
        """Review status of the preferred transcript."""
        return RecordingStatus.NEW if self.progress is None else self.progress.status

    def is_seen_by(self, owner: str | None) -> bool:
        """Return whether a visitor with this id sees the recording; None sees all."""
        return owner is None or self.recording.owner in (None, owner)


@dataclass(frozen=True, slots=True)
class ListChanges:
    """Differences between an earlier answer to a visitor and the current list of recordings.

    Attributes:
        version: version of the list, for the visitor's next request.
        is_complete: whether `recordings` holds all recordings and replaces the visitor's list.
        recordings: added and changed ones; the added ones are first, in front of all known ones.
        removed_ids: ids of deleted recordings.
    """

    version: str
    is_complete: bool
    recordings: tuple[ListedRecording, ...]
    removed_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A listed recording, and the versions of the list that changed and added it.

    Attributes:
        listed: the recording.
        run: row of its newest run, if that has not ended.
        changed_at: version that changed it last.
        added_at: version that added it.
    """

    listed: ListedRecording
    run: PipelineRun | None
    changed_at: int
    added_at: int


@dataclass(frozen=True, slots=True)
class _Removed:
    """Version of the list that removed a recording, and the recording."""

    removed_at: int
    listed: ListedRecording


class RecordingList:
    """Thread-safe list of all recordings, which is brought up to date by each request."""

    def __init__(
        self, database: Database, blobs: BlobStore, transcription: TranscriptionService
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._transcription = transcription
        self._lock = threading.Lock()
        self._secret = secrets.token_bytes(16)
        self._number = 0  # of the database's log of changes
        self._version = 0
        self._has_changed = False  # during the current update
        self._entries: dict[str, _Entry] = {}  # in ascending order of `changed_at`
        self._order: tuple[str, ...] = ()  # ids, the newest recording first
        self._removed: dict[str, _Removed] = {}  # in ascending order of `removed_at`
        self._oldest_known = 0  # answers before this version lack ids of removed recordings
        self._without_shares: set[str] = set()  # ids whose talk shares are still to be computed
        self._at_work: set[str] = set()  # ids whose newest run has not ended, without `_waiting`
        self._waiting: set[str] = set()  # ids whose newest run is in `_queued`
        self._queued: Mapping[str, RunProgress] = {}  # progress of queued runs, as last seen

    def all(self, owner: str | None) -> tuple[ListedRecording, ...]:
        """Return all recordings, or a visitor's own and those without owner, the newest first."""
        with self._lock:
            self._update()
            return self._all(owner)

    def changes(self, since: str, owner: str | None) -> ListChanges:
        """Return the changes since an answer to the same visitor.

        Args:
            since: version of that answer; any other text for the complete list.
            owner: the visitor; None for full access.
        """
        with self._lock:
            self._update()
            version = f"{self._key(owner)}-{self._version}"
            known = self._known_version(since, owner)
            changes = None if known is None else self._changes(version, known, owner)
            return changes or ListChanges(version, is_complete=True, recordings=self._all(owner))

    def _all(self, owner: str | None) -> tuple[ListedRecording, ...]:
        found = (self._entries[each].listed for each in self._order)
        return tuple(each for each in found if each.is_seen_by(owner))

    def _changes(self, version: str, known: int, owner: str | None) -> ListChanges | None:
        """Return the changes after a version; None if a new recording is not in front."""
        changed = [each for each in self._changed_after(known) if each.listed.is_seen_by(owner)]
        new = {_id_of(each.listed): each.listed for each in changed if each.added_at > known}
        seen = (each for each in self._order if self._entries[each].listed.is_seen_by(owner))
        first = tuple(islice(seen, len(new)))
        if new.keys() != set(first):
            return None
        others = (each.listed for each in changed if each.added_at <= known)
        return ListChanges(
            version,
            is_complete=False,
            recordings=(*(new[each] for each in first), *others),
            removed_ids=tuple(self._removed_after(known, owner)),
        )

    def _changed_after(self, version: int) -> Iterable[_Entry]:
        for each in reversed(self._entries.values()):
            if each.changed_at <= version:
                return
            yield each

    def _removed_after(self, version: int, owner: str | None) -> Iterable[str]:
        for recording_id, each in reversed(self._removed.items()):
            if each.removed_at <= version:
                return
            if each.listed.is_seen_by(owner):
                yield recording_id

    def _key(self, owner: str | None) -> str:
        """Return a part of versions that differs between visitors and between starts."""
        text = "" if owner is None else f"visitor {owner}"
        return hashlib.blake2b(text.encode(), key=self._secret, digest_size=8).hexdigest()

    def _known_version(self, since: str, owner: str | None) -> int | None:
        """Return the number of a version given to this visitor; None for any other text."""
        key, _, number = since.partition("-")
        is_number = number.isascii() and number.isdecimal() and len(number) <= _MAX_DIGITS
        if key != self._key(owner) or not is_number or int(number) < self._oldest_known:
            return None
        return int(number)

    def _update(self) -> None:
        """Read the recordings that were changed, and the progress of runs that have not ended."""
        at_work = self._transcription.at_work()  # first: runs that end meanwhile are in the rows
        changed = self._database.changed_recordings(self._number)
        wanted = changed.ids
        if wanted is not None:
            wanted |= set(islice(self._without_shares, MAX_SHARES_COMPUTED))
        self._has_changed = False
        if wanted is None or wanted:
            self._read(wanted)
        self._number = changed.number
        self._follow_runs(at_work)
        self._version += self._has_changed

    def _read(self, ids: frozenset[str] | None) -> None:
        with self._database.reading() as db:
            rows = _Rows(db, ids)
            found = {_id_of(each): each for each in self._listed(db, rows)}
        known = self._entries.keys() if ids is None else self._entries.keys() & ids
        for recording_id in known - found.keys():
            self._remove(recording_id)
        new = [each for each in found if each not in self._entries]
        for recording_id, listed in found.items():
            run = rows.runs.get(recording_id)
            self._put(listed, None if run is None or run.status.is_final else run)
        if new:
            self._order = self._sorted((*new, *self._order))

    def _listed(self, db: Connection, rows: _Rows) -> Iterable[ListedRecording]:
        """Yield the recordings of rows; compute the talk shares of a limited number."""
        num_computed = 0
        for recording in rows.recordings:
            listed = rows.listed(recording, has_audio=self._has_audio(recording))
            is_missing = not self._has_shares_of(listed)
            if is_missing and num_computed < MAX_SHARES_COMPUTED:
                num_computed += 1
                is_missing = False
                talk = talk_shares(db, listed.transcript_id or "")
            else:
                talk = self._known_talk(listed)
            self._note_shares(recording.recording_id, is_missing=is_missing)
            yield replace(listed, talk=talk)

    def _has_shares_of(self, listed: ListedRecording) -> bool:
        """Return whether the known talk shares are those of a recording's transcript."""
        known = self._entries.get(_id_of(listed))
        if listed.transcript_id is None:
            return True
        if known is None or _id_of(listed) in self._without_shares:
            return False
        before = known.listed
        return (before.transcript_id, before.revision) == (listed.transcript_id, listed.revision)

    def _known_talk(self, listed: ListedRecording) -> tuple[TalkShare, ...]:
        """Return the known talk shares of the same transcript, which may be outdated."""
        known = self._entries.get(_id_of(listed))
        is_same = known is not None and known.listed.transcript_id == listed.transcript_id
        return known.listed.talk if known is not None and is_same else ()

    def _note_shares(self, recording_id: str, *, is_missing: bool) -> None:
        if is_missing:
            self._without_shares.add(recording_id)
        else:
            self._without_shares.discard(recording_id)

    def _follow_runs(self, at_work: RunsAtWork) -> None:
        """Store the progress of unfinished runs; of queued ones only if any has changed."""
        if at_work.queued is not self._queued:
            self._at_work |= self._waiting
            self._waiting.clear()
            self._queued = at_work.queued
        for recording_id in tuple(self._at_work):
            entry = self._entries[recording_id]
            if entry.run is None:
                continue
            progress = self._transcription.latest(entry.run, at_work)
            self._put(replace(entry.listed, run=progress), entry.run)
            if progress is at_work.queued.get(entry.run.run_id):
                self._at_work.discard(recording_id)
                self._waiting.add(recording_id)

    def _put(self, listed: ListedRecording, run: PipelineRun | None) -> None:
        """Store a recording, and the version if anything of it differs."""
        recording_id = _id_of(listed)
        self._waiting.discard(recording_id)
        if run is None:
            self._at_work.discard(recording_id)
        else:
            self._at_work.add(recording_id)
        known = self._entries.get(recording_id)
        if known is not None and known.listed == listed:
            self._entries[recording_id] = replace(known, run=run)
            return
        self._entries.pop(recording_id, None)  # to insert it at the end
        changed_at = self._new_version()
        added_at = changed_at if known is None else known.added_at
        self._entries[recording_id] = _Entry(listed, run, changed_at, added_at)

    def _remove(self, recording_id: str) -> None:
        self._at_work.discard(recording_id)
        self._waiting.discard(recording_id)
        self._without_shares.discard(recording_id)
        listed = self._entries.pop(recording_id).listed
        self._removed[recording_id] = _Removed(self._new_version(), listed)
        if len(self._removed) > MAX_REMOVED:
            oldest = next(iter(self._removed))
            self._oldest_known = self._removed.pop(oldest).removed_at
        self._order = tuple(each for each in self._order if each != recording_id)

    def _new_version(self) -> int:
        """Return the version that the current update will end with, and note that it is new."""
        self._has_changed = True
        return self._version + 1

    def _sorted(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return ids by the time when their recordings were added, the newest first."""
        times = {each: self._entries[each].listed.recording.created_at for each in ids}
        return tuple(sorted(times, key=times.__getitem__, reverse=True))

    def _has_audio(self, recording: Recording) -> bool:
        return (
            recording.review_audio_sha256 is not None
            or self._blobs.find_upload(recording.recording_id) is not None
        )


class _Rows:
    """Rows of some or all recordings, read in one transaction."""

    def __init__(self, db: Connection, ids: frozenset[str] | None) -> None:
        self.recordings = list_recordings(db, ids=ids)
        self.runs = latest_runs(db, ids)
        self._transcripts = preferred_transcripts(db, ids)
        self._sizes, self._progress = transcript_sizes(db, ids), review_progress(db, ids)
        self._tags, self._counts = tags_of_recordings(db, ids), count_transcripts(db, ids)
        self._claims = list_claims(db, ids)
        self._growing = {
            each.run_id: each.transcript_id for each in unfinished_transcripts(db, ids)
        }

    def listed(self, recording: Recording, *, has_audio: bool) -> ListedRecording:
        """Return one of the recordings with its data, without talk shares."""
        recording_id = recording.recording_id
        run = self.runs.get(recording_id)
        return self._with_transcript(
            self._transcripts.get(recording_id),
            ListedRecording(
                recording=recording,
                run=None if run is None else stored_progress(run),
                tags=self._tags.get(recording_id, ()),
                transcript_id=None,
                size=None,
                progress=None,
                num_transcripts=self._counts.get(recording_id, 0),
                can_run_again=has_audio and not _is_unreadable(run),
                claimed_by=self._claims.get(recording_id),
                growing_id=None if run is None else self._growing.get(run.run_id),
            ),
        )

    def _with_transcript(
        self, transcript: TranscriptRecord | None, listed: ListedRecording
    ) -> ListedRecording:
        if transcript is None:
            return listed
        return replace(
            listed,
            transcript_id=transcript.transcript_id,
            size=self._sizes[transcript.transcript_id],
            progress=self._progress[transcript.transcript_id],
            revision=transcript.revision,
        )


def _id_of(listed: ListedRecording) -> str:
    return listed.recording.recording_id


def _is_unreadable(run: PipelineRun | None) -> bool:
    return run is not None and run.error_kind in _FILE_FAULTS
