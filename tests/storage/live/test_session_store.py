"""Tests of the files of live sessions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.db.errors import StorageError
from storage.live import session_store
from storage.live.session_record import LiveSessionRecord, LiveState, read_record
from storage.live.session_store import LiveStore

SESSION = "ab" * 16
RECORD = LiveSessionRecord(SESSION, "cd" * 32, "12" * 16, "34" * 16, max_samples=1_000)
SAMPLES = bytes(range(200))


@pytest.fixture
def store(tmp_path: Path) -> LiveStore:
    return LiveStore(tmp_path / "live")


def spool(tmp_path: Path) -> Path:
    return tmp_path / "live" / SESSION / "audio.s16"


def test_a_session_is_found_again_with_its_samples_and_changes(
    store: LiveStore, tmp_path: Path
) -> None:
    files = store.create(RECORD)
    files.spool.write(0, SAMPLES)
    files.note_change({"type": "final", "rev": 1, "text": "你好"})
    files.close()

    (record,) = store.records()
    assert record == RECORD
    again = store.open(record)
    assert again.spool.next_sample == 100
    assert list(again.changes()) == [{"type": "final", "rev": 1, "text": "你好"}]
    assert spool(tmp_path).read_bytes() == SAMPLES
    again.close()


def test_after_a_failure_of_the_machine_only_durable_samples_stay(
    store: LiveStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = store.create(RECORD)
    files.spool.write(0, SAMPLES[:120])
    assert files.sync() == 60
    files.spool.write(60, SAMPLES[120:])
    files.close()
    monkeypatch.setattr(session_store, "boot_id", lambda: "another start of the machine")

    again = store.open(RECORD)

    assert again.spool.next_sample == 60
    assert spool(tmp_path).read_bytes() == SAMPLES[:120]
    again.close()
    # What is written now belongs to this start of the machine.
    once_more = store.open(RECORD)
    once_more.spool.write(60, SAMPLES[120:])
    once_more.close()
    last = store.open(RECORD)
    assert last.spool.next_sample == 100
    last.close()


@pytest.mark.parametrize("note", [b"", b"x", b"00000000000000000060"])
def test_without_a_note_of_this_start_no_more_samples_are_trusted_than_noted(
    store: LiveStore, tmp_path: Path, note: bytes
) -> None:
    files = store.create(RECORD)
    files.spool.write(0, SAMPLES)
    files.close()
    (spool(tmp_path).parent / "durable").write_bytes(note)

    again = store.open(RECORD)

    assert again.spool.next_sample == (60 if note.isdigit() else 0)
    again.close()


def test_a_killed_program_loses_no_written_sample(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from storage.live.session_record import LiveSessionRecord\n"
        "from storage.live.session_store import LiveStore\n"
        f"record = LiveSessionRecord({SESSION!r}, '', '', '', max_samples=10**9)\n"
        "files = LiveStore(Path(sys.argv[1])).create(record)\n"
        "for number in range(500):\n"
        "    files.spool.write(number * 50, bytes([number % 256]) * 100)\n"
        "    if number == 300: files.sync()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path / "live")], check=False)
    assert ended.returncode == -signal.SIGKILL

    store = LiveStore(tmp_path / "live")
    (record,) = store.records()
    files = store.open(record)

    assert files.spool.next_sample == 25_000
    wanted = b"".join(bytes([number % 256]) * 100 for number in range(500))
    assert spool(tmp_path).read_bytes() == wanted
    files.close()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"state":"odd"}', b"\xff"])
def test_a_damaged_record_is_left_out_and_its_samples_stay(
    store: LiveStore, tmp_path: Path, content: bytes
) -> None:
    store.create(RECORD).close()
    (spool(tmp_path).parent / "session.json").write_bytes(content)

    assert store.records() == ()
    assert spool(tmp_path).is_file()
    with pytest.raises(StorageError):
        read_record(content)


def test_a_record_of_a_newer_version_is_read(store: LiveStore) -> None:
    content = json.loads(RECORD.as_json()) | {"state": "settling", "later": 1}

    assert read_record(json.dumps(content).encode()).state is LiveState.SETTLING


def test_others_cannot_read_the_files(store: LiveStore, tmp_path: Path) -> None:
    store.create(RECORD).close()

    for path in (tmp_path / "live", spool(tmp_path).parent):
        assert not path.stat().st_mode & 0o077 or os.name == "nt"


@pytest.mark.parametrize("name", ["", "..", "a/b", "AB" * 16, "ab" * 15])
def test_a_name_that_is_no_session_is_refused(store: LiveStore, name: str) -> None:
    with pytest.raises(ValueError, match="not the id"):
        store.remove(name)
