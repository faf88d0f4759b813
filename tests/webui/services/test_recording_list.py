"""Changes of the list of recordings, as pages receive them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipeline.core.options import PipelineOptions
from pipeline.core.progress import Stage
from storage.db.connections import ReaderPool, connect
from storage.db.database import Database
from storage.db.hidden_recordings import add_hidden_recording
from storage.db.workspace import DATABASE_NAME
from storage.library.metadata import RecordingDetails
from tests.conditions import LONGEST_WAIT_S
from tests.webui.services.fake_work import HandDrivenEngine
from webui.services import recording_list as module
from webui.services.container import Services
from webui.services.recording_list import ListChanges


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Statements that read the database."""
    seen: list[str] = []
    lend = ReaderPool.lend

    @contextmanager
    def traced(pool: ReaderPool) -> Iterator[object]:
        with lend(pool) as db:
            db.conn.set_trace_callback(seen.append)
            try:
                yield db
            finally:
                db.conn.set_trace_callback(None)

    monkeypatch.setattr(ReaderPool, "lend", traced)
    return seen


def add(services: Services, folder: Path, name: str, owner: str | None = None) -> str:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.wav"
    path.write_bytes(name.encode())
    ticket = services.transcription.start(path, title=name, options=PipelineOptions(), owner=owner)
    services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
    return ticket.recording_id


def titles(changes: ListChanges) -> list[str]:
    return [each.recording.title for each in changes.recordings]


def test_an_unchanged_list_is_answered_without_reading_recordings(
    services: Services, uploads: Path, reads: list[str]
) -> None:
    add(services, uploads, "a")
    before = services.recordings.changes("")
    assert reads
    reads.clear()

    after = services.recordings.changes(before.version)

    assert after == ListChanges(before.version, is_complete=False, recordings=())
    assert not [each for each in reads if "recordings" in each or "transcripts" in each]


def test_changed_added_and_deleted_recordings_are_sent_alone(
    services: Services, uploads: Path
) -> None:
    first, second, _ = (add(services, uploads, name) for name in ("a", "b", "c"))
    before = services.recordings.changes("")
    assert (before.is_complete, titles(before)) == (True, ["c", "b", "a"])

    services.library.describe(first, RecordingDetails(title="a, renamed"))
    services.recordings.delete(second)
    add(services, uploads, "d")
    add(services, uploads, "e")
    after = services.recordings.changes(before.version)

    assert (after.is_complete, titles(after)) == (False, ["e", "d", "a, renamed"])
    assert after.removed_ids == (second,)
    assert titles(services.recordings.changes("")) == ["e", "d", "c", "a, renamed"]
    assert services.recordings.changes(after.version).recordings == ()


def test_progress_of_a_run_is_sent_and_then_its_end(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    uploads.mkdir()
    (uploads / "a.wav").write_bytes(b"a")
    ticket = busy_services.transcription.start(
        uploads / "a.wav", title="a", options=PipelineOptions()
    )
    seen = busy_services.recordings.changes("")
    engine.begin()
    engine.report(Stage.RECOGNIZE, 1, 2)

    (listed,) = busy_services.recordings.changes(seen.version).recordings
    assert listed.run is not None
    assert listed.run.stage is Stage.RECOGNIZE

    seen = busy_services.recordings.changes(seen.version)
    engine.finish()
    busy_services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
    (listed,) = busy_services.recordings.changes(seen.version).recordings
    assert listed.transcript_id is not None
    assert listed.run is not None
    assert listed.run.status.is_final


def test_a_visitor_gets_changes_of_their_own_recordings_and_shared_ones(
    services: Services, uploads: Path
) -> None:
    shared = add(services, uploads, "shared")
    own = {owner: add(services, uploads, owner, owner) for owner in ("ann", "bo")}
    before = services.recordings.changes("", owner="ann")
    assert titles(before) == ["ann", "shared"]

    for recording_id in (shared, *own.values()):
        services.library.describe(recording_id, RecordingDetails(notes="new"))
    after = services.recordings.changes(before.version, owner="ann")
    assert sorted(titles(after)) == ["ann", "shared"]

    for recording_id in (shared, *own.values()):
        services.recordings.delete(recording_id)
    last = services.recordings.changes(after.version, owner="ann")
    assert set(last.removed_ids) == {shared, own["ann"]}


def test_a_version_of_another_visitor_or_start_gives_the_complete_list(
    services: Services, uploads: Path
) -> None:
    add(services, uploads, "shared")
    version = services.recordings.changes("", owner="ann").version
    key, _, number = version.partition("-")

    for owner in (None, "bo"):
        assert services.recordings.changes(version, owner=owner).is_complete
    for since in ("", "-", f"{'0' * 16}-{number}", f"{key}-", f"{key}-x", f"{key}-{'9' * 30}", "²"):
        assert services.recordings.changes(since, owner="ann").is_complete
    assert not services.recordings.changes(version, owner="ann").is_complete


def test_deletions_beyond_those_remembered_give_the_complete_list(
    services: Services, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_REMOVED", 1)
    ids = [add(services, uploads, name) for name in ("a", "b", "c")]
    before = services.recordings.changes("")
    answers = []
    for recording_id in ids[:2]:
        services.recordings.delete(recording_id)
        answers.append(services.recordings.changes(before.version))

    assert [each.is_complete for each in answers] == [False, True]
    assert titles(answers[1]) == ["c"]


def test_talk_shares_of_a_large_library_are_computed_in_several_updates(
    services: Services, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_SHARES_COMPUTED", 1)
    for name in ("a", "b", "c"):
        add(services, uploads, name)
    answers = [services.recordings.changes("")]
    computed = [titles_with_shares(answers[0])]
    for _ in range(3):
        answers.append(services.recordings.changes(answers[-1].version))
        computed.append(titles_with_shares(answers[-1]))

    assert sorted(title for each in computed for title in each) == ["a", "b", "c"]
    assert [len(each) for each in computed] == [1, 1, 1, 0]


def titles_with_shares(changes: ListChanges) -> list[str]:
    return [each.recording.title for each in changes.recordings if each.talk]


def test_a_recording_that_appears_behind_others_gives_the_complete_list(
    services: Services, uploads: Path, workspace: Path
) -> None:
    with closing(Database(connect(workspace / DATABASE_NAME), workspace / DATABASE_NAME)) as other:
        with other.transaction() as db:
            hidden_id = add_hidden_recording(db)
        add(services, uploads, "newer")
        before = services.recordings.changes("")
        with other.transaction() as db:
            db.execute("UPDATE recordings SET title = 'shown' WHERE id = ?", [hidden_id])
            db.execute("DELETE FROM hidden_recordings")

    after = services.recordings.changes(before.version)

    assert titles(before) == ["newer"]
    assert (after.is_complete, titles(after)) == (True, ["newer", "shown"])
