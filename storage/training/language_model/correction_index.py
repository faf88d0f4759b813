"""Incremental index of the corrected words of a workspace."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from storage.db.database import Database
from storage.history.live_log import unfinished_transcripts
from storage.library.recordings import list_recordings
from storage.statistics.progress import preferred_transcripts
from storage.training.export import plan_training_export
from storage.training.export_options import TrainingFilters, TrainingOptions
from storage.training.language_model.word_corrections import WordCorrection, word_corrections

_LONGEST_MS = 24 * 3_600_000
_ANY_FORMAT = ("jsonl",)  # an export has at least one

_State = tuple[str, str, int, bool]


@dataclass(frozen=True, slots=True)
class _Read:
    """Cached corrections of a recording, with the state from which they were read."""

    state: _State
    corrections: tuple[WordCorrection, ...]


class CorrectionIndex:
    """Thread-safe index of the corrected words of a workspace; reads only changed recordings."""

    def __init__(self, workspace: Path, database: Database) -> None:
        """Store the workspace folder and its open database; nothing is read yet."""
        self._workspace = workspace
        self._database = database
        self._lock = threading.Lock()
        self._read: dict[str, _Read] = {}

    def corrections(self) -> tuple[WordCorrection, ...]:
        """Return the corrected words of all sentences, each in every form that may be its term.

        Raises:
            StorageError: if the database cannot be read.
        """
        with self._lock:
            states = self._states()
            changed = [
                recording_id
                for recording_id, state in states.items()
                if recording_id not in self._read or self._read[recording_id].state != state
            ]
            found = self._corrections(changed)
            self._read = {
                recording_id: _Read(state, found[recording_id])
                if recording_id in found
                else self._read[recording_id]
                for recording_id, state in states.items()
            }
            return tuple(chain.from_iterable(each.corrections for each in self._read.values()))

    def _states(self) -> dict[str, _State]:
        """Return {recording id: value that changes with its title, transcript or edits}."""
        with self._database.reading() as db:
            titles = {each.recording_id: each.title for each in list_recordings(db)}
            unfinished = {each.transcript_id for each in unfinished_transcripts(db)}
            return {
                recording_id: (
                    titles[recording_id],
                    record.transcript_id,
                    record.head_edit_id,
                    record.transcript_id in unfinished,
                )
                for recording_id, record in preferred_transcripts(db).items()
                if recording_id in titles
            }

    def _corrections(self, recording_ids: Iterable[str]) -> dict[str, tuple[WordCorrection, ...]]:
        wanted = tuple(recording_ids)
        if not wanted:
            return {}
        filters = TrainingFilters(
            verified_only=False,
            changed_only=True,
            min_duration_ms=0,
            max_duration_ms=_LONGEST_MS,
            recording_ids=wanted,
        )
        plan = plan_training_export(self._workspace, TrainingOptions(_ANY_FORMAT, filters))
        found: dict[str, list[WordCorrection]] = {each: [] for each in wanted}
        for each in word_corrections(plan.rows):
            found[each.sentence.source.recording_id].append(each)
        return {recording_id: tuple(found[recording_id]) for recording_id in wanted}
