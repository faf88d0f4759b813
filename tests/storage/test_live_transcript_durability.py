"""Live transcripts survive damage, a full disk and a migration."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.core.transcript import Sentence, Transcript
from storage.db.blobs import BlobStore
from storage.db.database import Database, open_database
from storage.db.errors import DiskFullError
from storage.db.records import PipelineRun, RunStatus
from storage.db.recovery.backups import back_up_beside, is_whole
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor, plan_undo
from storage.library.runs import begin_run, get_run
from storage.maintenance.purge import delete_recording
from storage.maintenance.recover import recover
from storage.maintenance.verify import verify
from storage.transcripts.edit_application import edit, step
from storage.transcripts.live_transcript import append_live, finalize
from storage.transcripts.transcripts import (
    head_transcript,
    list_transcripts,
    list_utterances,
    save_machine_transcript,
)
from tests.storage.damaging import overwrite_leaf_of
from tests.storage.samples import DIALOGUE, add_sample_run
from tests.storage.test_full_disk import full_disk

NUM_SENTENCES = 300
SENTENCES = tuple(
    Sentence(100 * each, 100 * each + 90, f"第{each}句话", (), f"S{each % 3 + 1}")
    for each in range(NUM_SENTENCES)
)
FINAL = Transcript(NUM_SENTENCES * 100, "zh", SENTENCES)
ANNA = EditAuthor("Anna")


def grown(database: Database, *, by: int = 20) -> PipelineRun:
    """Return a run in progress whose first sentence was corrected."""
    with database.transaction() as db:
        run = add_sample_run(db, "long")
        begin_run(db, run.run_id)
        for first in range(0, NUM_SENTENCES, by):
            append_live(db, run, first, SENTENCES[first : first + by])
        (record,) = list_transcripts(db, run.recording_id)
        first_row = list_utterances(db, record.transcript_id)[0]
        request = CorrectText(first_row.utterance_id, "改过")
        edit(db, record.transcript_id, request, author=ANNA)
    return run


def texts(database: Database, run: PipelineRun) -> list[str]:
    with database.reading() as db:
        (record,) = list_transcripts(db, run.recording_id)
        return [each.text for each in list_utterances(db, record.transcript_id)]


CORRECTED = ["改过", *(each.text for each in SENTENCES[1:])]


def test_lost_rows_are_restored_from_the_live_steps(
    database: Database, database_path: Path
) -> None:
    run = grown(database)
    database.close()
    overwrite_leaf_of(database_path, "utterances", number=1)

    recover(database_path.parent)

    database = open_database(database_path)
    found = texts(database, run)
    with database.transaction() as db:
        (record,) = list_transcripts(db, run.recording_id)
        step(db, record.transcript_id, plan_undo, author=ANNA)
    database.close()
    assert found == CORRECTED
    assert verify(database_path.parent) == ()


def test_without_live_steps_the_rows_stay_and_the_run_saves_a_new_transcript(
    database: Database, database_path: Path
) -> None:
    run = grown(database)
    database.close()
    overwrite_leaf_of(database_path, "growths")

    recover(database_path.parent)

    database = open_database(database_path)
    with database.transaction() as db:
        (recovered,) = list_transcripts(db, run.recording_id)
        finalized = finalize(db, get_run(db, run.run_id), FINAL)
        found = [each.text for each in list_utterances(db, recovered.transcript_id)]
        assert head_transcript(db, finalized.transcript_id) == FINAL
    database.close()
    assert found == CORRECTED
    assert finalized.transcript_id != recovered.transcript_id
    assert verify(database_path.parent) == ()


@pytest.mark.parametrize("last_step", ["grow", "settle"])
def test_a_full_disk_leaves_the_transcript_unchanged(database: Database, last_step: str) -> None:
    run = grown(database)
    before = texts(database, run)
    more = tuple(Sentence(each, each + 9, "长" * 2_000) for each in range(50_000, 50_500, 10))

    def step() -> None:
        with database.transaction() as db:
            if last_step == "grow":
                append_live(db, run, NUM_SENTENCES, more)
            else:
                finalize(db, run, Transcript(60_000, "zh", (*SENTENCES, *more)))

    with full_disk(database), pytest.raises(DiskFullError):
        step()

    assert texts(database, run) == before


def test_live_steps_of_a_deleted_recording_are_in_no_backup(
    database: Database, database_path: Path
) -> None:
    run = grown(database)
    backup = back_up_beside(database_path, occasion="by hand")

    delete_recording(database, BlobStore(database_path.parent / "recordings"), run.recording_id)

    for path in (database_path, backup.path):
        assert is_whole(path)
        assert "第7句话".encode() not in path.read_bytes()


def test_revisions_are_not_reused_after_the_migration(tmp_path: Path) -> None:
    old = Path(__file__).parents[1] / "data" / "schema_0005.sqlite3"
    path = Path(shutil.copy(old, tmp_path / "studio.sqlite3"))
    with closing(sqlite3.connect(path)) as connection:
        (given,) = connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = 'head_moves'"
        ).fetchone()
        (left,) = connection.execute("SELECT max(id) FROM head_moves").fetchone()

    database = open_database(path)
    with database.transaction() as db:
        record = save_machine_transcript(db, add_sample_run(db), DIALOGUE)
    database.close()

    assert left < given < record.revision


def test_a_run_stays_in_progress_after_a_live_step(database: Database) -> None:
    run = grown(database)

    with database.reading() as db:
        assert get_run(db, run.run_id).status is RunStatus.RUNNING
