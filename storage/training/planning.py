"""Selection of the rows of an export, without reading audio."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import sqlite_utils

from storage.db.blobs import BlobStore
from storage.db.connections import reading_only
from storage.db.database import Connection
from storage.db.errors import TrainingExportError
from storage.db.schema.migrations import pending_steps
from storage.db.sqlite_errors import storage_error
from storage.history.live_log import unfinished_transcripts
from storage.library.metadata import tags_of_recordings
from storage.library.recordings import list_recordings
from storage.statistics.progress import preferred_transcripts
from storage.training.export_options import (
    GroupBy,
    Split,
    SplitPlan,
    TrainingFilters,
    TrainingOptions,
)
from storage.training.selection.candidates import (
    find_candidates,
    machine_transcript,
    read_source,
    tokens_json_of,
)
from storage.training.selection.filters import ExclusionReason, exclusion_reason, matches_confidence
from storage.training.selection.lineage import Lineage, read_lineage, text_edits
from storage.training.selection.rows import Candidate, Source, TrainingRow
from storage.training.selection.splits import assign_splits
from storage.training.selection.text_rules import normalized_text


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """Rows that an export contains, and counts of the utterances left out.

    Attributes:
        rows: sorted by key.
        left_out: number of excluded utterances by reason.
        sources: the transcripts considered, sorted by recording.
    """

    rows: tuple[TrainingRow, ...]
    left_out: Mapping[ExclusionReason, int]
    sources: tuple[Source, ...]

    def of(self, split: Split) -> tuple[TrainingRow, ...]:
        """Return the rows of one split, sorted by key."""
        return tuple(row for row in self.rows if row.split is split)


@dataclass(frozen=True, slots=True)
class TrainingChoices:
    """Values in a database that filters of an export can have.

    Attributes:
        speakers: display names of speakers, sorted.
        tags: of recordings, sorted.
    """

    speakers: tuple[str, ...]
    tags: tuple[str, ...]


def read_choices(db: Connection) -> TrainingChoices:
    """Return the speaker names and recording tags in a database."""
    speakers = db.execute(
        "SELECT DISTINCT display_name FROM speakers WHERE display_name IS NOT NULL "
        "ORDER BY display_name"
    )
    tags = db.execute("SELECT DISTINCT tag FROM recording_tags ORDER BY tag")
    return TrainingChoices(
        tuple(name for (name,) in speakers),
        tuple(tag for (tag,) in tags),
    )


@contextmanager
def reading_training_data(database: Path) -> Iterator[Connection]:
    """Yield a read-only connection with a consistent snapshot, without blocking writers.

    Raises:
        StorageError: if the database cannot be read.
        TrainingExportError: if there is no database, or it lacks migrations of this version.
    """
    if not database.is_file():
        raise TrainingExportError(f"There is no database '{database}'. Check the workspace.")
    try:
        with reading_only(database) as connection:
            connection.execute("BEGIN")
            db = sqlite_utils.Database(connection, execute_plugins=False)
            if pending_steps(db):
                raise TrainingExportError(
                    "The database was written by an older version. Start the app once, then "
                    "export again."
                )
            yield db
    except sqlite3.Error as error:
        raise storage_error(error, database) from error


def plan_export(db: Connection, blobs: BlobStore, options: TrainingOptions) -> ExportPlan:
    """Select the rows of an export and assign their texts and splits.

    Args:
        db: inside a reading block.
        blobs: the stored audio.
        options: options of the export.
    """
    preferred, tags = preferred_transcripts(db), tags_of_recordings(db)
    in_progress = {
        each.transcript_id for each in unfinished_transcripts(db) if not each.status.is_final
    }
    chosen: list[TrainingRow] = []
    left_out: Counter[ExclusionReason] = Counter()
    sources: list[Source] = []
    for recording in list_recordings(db):
        record = preferred.get(recording.recording_id)
        own_tags = tags.get(recording.recording_id, ())
        if record is None or not _is_wanted(recording.recording_id, own_tags, options.filters):
            continue
        if record.transcript_id in in_progress:  # its speakers are provisional
            continue
        source = read_source(db, recording, record)
        sources.append(source)
        if blobs.find_audio(recording.recording_id) is None:
            left_out[ExclusionReason.NO_AUDIO] += _num_utterances(db, source)
            continue
        chosen += _rows_of(db, source, options, left_out)
    return ExportPlan(
        rows=tuple(sorted(_with_splits(chosen, options.split), key=lambda row: row.key)),
        left_out={reason: count for reason, count in left_out.items() if count},
        sources=tuple(sorted(sources, key=lambda each: each.recording_id)),
    )


def _is_wanted(recording_id: str, tags: Sequence[str], filters: TrainingFilters) -> bool:
    is_named = not filters.recording_ids or recording_id in filters.recording_ids
    return is_named and (not filters.tags or not set(tags).isdisjoint(filters.tags))


def _num_utterances(db: Connection, source: Source) -> int:
    found = db.execute(
        "SELECT count(*) FROM utterances WHERE transcript_id = ?", [source.transcript_id]
    )
    (count,) = found.fetchone()
    number: int = count
    return number


def _rows_of(
    db: Connection, source: Source, options: TrainingOptions, left_out: Counter[ExclusionReason]
) -> list[TrainingRow]:
    lineage = read_lineage(db, source.transcript_id)
    wanted: list[Candidate] = []
    candidates = tuple(find_candidates(db, source, lineage))
    left_out[ExclusionReason.NO_AUDIO] += _num_utterances(db, source) - len(candidates)
    for candidate in candidates:
        reason = exclusion_reason(candidate, options.filters)
        if reason is None:
            wanted.append(candidate)
        else:
            left_out[reason] += 1
    if not wanted:
        return []
    found = list(_training_rows(db, source, lineage, wanted, options))
    kept = []
    for row in found:
        reason = _row_exclusion_reason(row, options)
        if reason is None:
            kept.append(row)
        else:
            left_out[reason] += 1
    return kept


def _training_rows(
    db: Connection,
    source: Source,
    lineage: Lineage,
    candidates: Sequence[Candidate],
    options: TrainingOptions,
) -> Iterator[TrainingRow]:
    machine = machine_transcript(db, lineage)
    corrections = text_edits(db, lineage, {each.utterance_id for each in candidates})
    tokens_json = tokens_json_of(db, source.transcript_id)
    for each in candidates:
        yield TrainingRow(
            utterance=each,
            text=normalized_text(each.text, options.text),
            machine_text=None if machine is None else machine.text_in(each),
            edits=lineage.edits_of(each.utterance_id),
            correction=corrections.get(each.utterance_id),
            tokens_json=tokens_json[each.utterance_id],
            split=Split.TRAIN,
        )


def _row_exclusion_reason(row: TrainingRow, options: TrainingOptions) -> ExclusionReason | None:
    if not matches_confidence(row.machine_text, options.filters):
        return ExclusionReason.OTHER_CONFIDENCE
    return None if row.text else ExclusionReason.NO_TEXT


def _with_splits(rows: Sequence[TrainingRow], plan: SplitPlan) -> Iterator[TrainingRow]:
    durations_ms: Counter[str] = Counter()
    for row in rows:
        durations_ms[_group_of(row, plan.group_by)] += row.utterance.duration_ms
    splits = assign_splits(durations_ms, plan)
    return (replace(row, split=splits[_group_of(row, plan.group_by)]) for row in rows)


def _group_of(row: TrainingRow, group_by: GroupBy) -> str:
    if group_by is GroupBy.RECORDING:
        return row.utterance.source.recording_id
    return row.utterance.speaker.speaker_id
