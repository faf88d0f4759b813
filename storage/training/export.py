"""Export of training data with clips, lists in the trainers' formats and a manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from itertools import chain
from pathlib import Path

from pipeline.core.progress import ignore_report
from storage.db.blobs import BlobStore
from storage.db.errors import TrainingExportError, TrainingOptionError
from storage.db.workspace import DATABASE_NAME, FILES_FOLDER
from storage.training.clips import cut_clips
from storage.training.export_options import Split, TrainingOptions
from storage.training.formats.registry import LISTS, TRAINING_FORMATS
from storage.training.formats.shards import NAME as SHARDS
from storage.training.formats.shards import shard_lists, shards_of
from storage.training.formats.text_file import RowsBySplit, TextFile
from storage.training.manifest import MANIFEST_NAME, WrittenFile, manifest_blocks
from storage.training.planning import ExportPlan, plan_export, reading_training_data
from storage.training.readme import readme_file
from storage.training.selection.rows import TrainingRow
from storage.training.targets import ExportTarget

OnClip = Callable[[int, int], None]
"""`on_clip(done_ms, total_ms)`, called after each clip; may raise TrainingExportCancelled."""

OpenTarget = Callable[[], AbstractContextManager[ExportTarget]]


def plan_training_export(workspace: Path, options: TrainingOptions) -> ExportPlan:
    """Return the utterances that an export would contain, without writing anything.

    Raises:
        TrainingOptionError: if a format is unknown.
        StorageError: if the database is missing, outdated or cannot be read.
    """
    unknown = [name for name in options.formats if name not in TRAINING_FORMATS]
    if unknown:
        raise TrainingOptionError(
            f"There is no format {unknown[0]!r}. Choose any of: {', '.join(TRAINING_FORMATS)}."
        )
    with reading_training_data(workspace / DATABASE_NAME) as db:
        return plan_export(db, BlobStore(workspace / FILES_FOLDER), options)


def export_training_data(
    workspace: Path,
    options: TrainingOptions,
    open_target: OpenTarget,
    *,
    on_clip: OnClip = ignore_report,
) -> ExportPlan:
    """Write training data, with the same bytes for the same database and options.

    Args:
        workspace: folder of the database and the audio; the app may be running.
        options: filters, splits, text rules and formats.
        open_target: opens the target; see `targets.writing_folder` and `targets.writing_zip`.
        on_clip: called after each clip.

    Returns:
        The plan of the export.

    Raises:
        TrainingExportError: if no utterance passes the filters, or audio is missing.
        StorageError: if the database cannot be read or the export cannot be written.
        AudioError: if a recording cannot be read.
    """
    plan = plan_training_export(workspace, options)
    if not plan.rows:
        raise TrainingExportError(
            "Nothing to export: no sentence passes the filters. Verify some, or filter less."
        )
    with open_target() as target:
        files = list(_write(plan, options, BlobStore(workspace / FILES_FOLDER), target, on_clip))
        target.add(MANIFEST_NAME, manifest_blocks(plan, options, files))
    return plan


def _write(
    plan: ExportPlan,
    options: TrainingOptions,
    blobs: BlobStore,
    target: ExportTarget,
    on_clip: OnClip,
) -> Iterator[WrittenFile]:
    total_ms = sum(row.utterance.duration_ms for row in plan.rows)
    done_ms = 0
    for row, clip in cut_clips(plan.rows, blobs):
        yield target.add(row.clip_name, [clip])
        done_ms += row.utterance.duration_ms
        on_clip(done_ms, total_ms)
    by_split = {split: rows for split in Split if (rows := plan.of(split))}
    shards = shards_of(by_split) if SHARDS in options.formats else ()
    for shard in shards:
        yield target.add(shard.name, shard.blocks(partial(cut_clips, blobs=blobs)))
    lists = chain(_lists(by_split, options), shard_lists(shards, options.audio_root))
    for file in chain(lists, [readme_file(plan, options)]):
        yield target.add(file.name, file.blocks())


def _lists(by_split: RowsBySplit, options: TrainingOptions) -> Iterator[TextFile]:

    def address(row: TrainingRow) -> str:
        root = options.audio_root
        return f"{root.rstrip('/')}/{row.clip_name}" if root else row.clip_name

    for name, files_of in LISTS.items():
        if name in options.formats:
            yield from files_of(by_split, address)
