"""Tests of the limits of imports: sentences, and concurrent imports."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.transcript import Sentence, Transcript
from storage.db.database import Database, open_database
from storage.db.errors import EditRefusedError, NotFoundError
from storage.history.replay import verify
from storage.library.recordings import list_recordings
from storage.library.runs import list_runs
from storage.statistics.progress import preferred_transcript
from storage.transcripts.transcripts import (
    list_transcripts,
    list_utterances,
    save_machine_transcript,
)
from tests.conditions import eventually
from tests.storage.samples import add_sample_run
from webui.services.imports import process_pool
from webui.services.imports.import_desk import ImportDesk
from webui.services.imports.import_work import ImportKind, ImportOrder
from webui.services.imports.imports import MAX_SENTENCES
from webui.services.imports.limited_process import WorkLimits
from webui.services.runs.limits import LimitReachedError

SENTENCES = tuple(Sentence(i * 1_000, i * 1_000 + 900, f"第{i}句") for i in range(2_500))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "studio.sqlite3")
    yield database
    database.close()


@pytest.fixture
def desk(database: Database) -> Iterator[ImportDesk]:
    desk = ImportDesk(database.path)
    yield desk
    desk.close()


@pytest.fixture
def recording_id(database: Database) -> str:
    with database.transaction() as db:
        run = add_sample_run(db, "long")
        save_machine_transcript(db, run, Transcript(2_500_000, "zh", SENTENCES))
    return run.recording_id


def order(folder: Path, target_id: str, text: str, name: str = "a.stm", **kind: ImportKind):
    request = folder / "request"
    content = base64.b64encode(text.encode()).decode()
    body = {"name": name, "content": content, "client_edit_id": "one", "author": "ann"}
    request.write_text(json.dumps(body))
    return ImportOrder(kind.get("kind", ImportKind.TRANSCRIPT), target_id, request)


def stm(count: int, mark: str = "早") -> str:
    return "".join(f"x 1 S1 {i}.000 {i}.900 {mark} {i}\n" for i in range(count))


def texts(database: Database, transcript_id: str) -> list[str]:
    with database.reading() as db:
        assert verify(db, transcript_id) == ()
        return [each.text for each in list_utterances(db, transcript_id)]


def test_a_long_file_becomes_the_transcript_that_is_shown(
    desk: ImportDesk, database: Database, recording_id: str, tmp_path: Path
) -> None:
    outcome = desk.do(order(tmp_path, recording_id, stm(2_500)), "ann")

    with database.reading() as db:
        assert preferred_transcript(db, recording_id).transcript_id == outcome.transcript_id
        assert len(list_recordings(db)) == db.table("recordings").count == 1
        assert len(list_runs(db, recording_id)) == 2
    assert texts(database, outcome.transcript_id) == [f"早{i}" for i in range(2_500)]


def test_a_long_file_corrects_every_sentence_by_one_edit(
    desk: ImportDesk, database: Database, recording_id: str, tmp_path: Path
) -> None:
    with database.reading() as db:
        (record,) = list_transcripts(db, recording_id)
    wanted = order(tmp_path, record.transcript_id, stm(2_500, "改"), kind=ImportKind.CORRECTIONS)

    outcomes = [desk.do(wanted, "ann") for _ in range(2)]

    assert [each.has_changed for each in outcomes] == [True, True]
    assert texts(database, record.transcript_id) == [f"改{i}" for i in range(2_500)]
    with database.reading() as db:
        assert db.execute("SELECT count(*) FROM edits WHERE kind = 'import'").fetchone() == (1,)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (stm(1).replace("早", "早" * 10_001), "import_sentence_too_long"),
        ("x 1 S1 0 1 早\n" * (MAX_SENTENCES + 1), "import_too_many"),
    ],
    ids=["a long sentence", "many sentences"],
)
def test_a_file_over_a_limit_is_refused_with_the_limit(
    desk: ImportDesk, recording_id: str, tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(EditRefusedError) as refused:
        desk.do(order(tmp_path, recording_id, text), "ann")

    assert refused.value.reason == reason
    assert refused.value.values["limit"] in str(refused.value)


def test_an_import_over_the_time_limit_is_stopped_and_later_ones_run(
    database: Database, recording_id: str, tmp_path: Path
) -> None:
    desk = ImportDesk(database.path, WorkLimits(seconds=0.01, memory_mb=500))

    with pytest.raises(EditRefusedError) as refused:
        desk.do(order(tmp_path, recording_id, stm(50_000)), "ann")
    with pytest.raises(EditRefusedError):
        desk.do(order(tmp_path, recording_id, stm(50_000)), "ann")
    desk.close()

    assert refused.value.reason == "import_too_long"


def test_an_import_onto_an_unknown_recording_is_refused(
    desk: ImportDesk, recording_id: str, tmp_path: Path
) -> None:
    assert recording_id
    with pytest.raises(NotFoundError):
        desk.do(order(tmp_path, "0" * 32, stm(1)), "ann")


def test_imports_are_limited_to_one_per_visitor_and_a_few_in_total(
    desk: ImportDesk, recording_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Semaphore(0), threading.Event()

    class WaitingProcess:
        is_alive = True

        def __init__(self, *_: object, **__: object) -> None:
            pass

        def call(self, *_: object) -> None:
            begun.release()
            may_end.wait(30)

        def end(self) -> None:
            pass

    monkeypatch.setattr(process_pool, "LimitedProcess", WaitingProcess)
    wish = order(tmp_path, recording_id, stm(1))
    visitors = [threading.Thread(target=desk.do, args=(wish, name)) for name in ("ann", "bob")]
    for each in visitors:
        each.start()
        assert begun.acquire(timeout=30)

    refused = {}
    for name in ("ann", "eve"):
        with pytest.raises(LimitReachedError) as error:
            desk.do(wish, name)
        refused[name] = error.value.key
    may_end.set()
    for each in visitors:
        each.join()

    assert refused == {"ann": "limit.own_import", "eve": "limit.imports"}
    eventually(lambda: desk.do(wish, "eve") is None)
