"""Tests of recordings and transcripts in object stores, with the store in memory of fsspec.

With SPEAKER_STUDIO_TEST_STORE, such as s3://bucket/folder, the same tests use that store; its
credentials and address are in the environment, as for the command line.
"""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import read_audio
from pipeline.batch.output_folder import StoreOutput
from pipeline.batch.report import FAILED_FILE
from pipeline.batch.run import Orders
from pipeline.batch.workers import OnEngine
from pipeline.cli.transcribe import main
from pipeline.core.errors import (
    AddressRefusedError,
    DownloadError,
    RecordingListError,
    WorkingFileError,
)
from pipeline.core.events import OnEvent
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import OnProgress, ignore_report
from pipeline.core.result import PipelineResult
from pipeline.engines.engine import JobRequest
from pipeline.engines.inline import InlineEngine
from pipeline.engines.job_folder import with_local_copy
from pipeline.formats.json_files.best_recognition import FOLDER_NAME
from pipeline.inputs import object_store
from pipeline.inputs.gathering import InputRules, gather_inputs, iterate_inputs
from pipeline.inputs.object_store import StoreFolder
from pipeline.inputs.store_address import is_store_address, parse_store_address
from tests.pipeline.batch.batch_runs import RATE_HZ, Counting, run_orders, said

SUMMARIES = (FAILED_FILE, FOLDER_NAME)


def sound(seconds: float) -> bytes:
    """Return a WAV file of silence."""
    content = io.BytesIO()
    soundfile.write(content, np.zeros(round(RATE_HZ * seconds)), RATE_HZ, format="WAV")
    return content.getvalue()


class Store:
    """A folder of a store, with a name of its own for each test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._files, self._path = fsspec.url_to_fs(url)

    def put(self, name: str, content: bytes) -> str:
        self._files.pipe_file(f"{self._path}/{name}", content)
        return f"{self.url}/{name}"

    def put_sound(self, name: str, *, seconds: float = 0.01) -> str:
        return self.put(name, sound(seconds))

    def read(self) -> dict[str, str]:
        """Return the content of all files by their relative paths."""
        self._files.invalidate_cache()
        found = self._files.find(self._path) if self._files.exists(self._path) else []
        base = len(self._path.strip("/")) + 1
        return {
            each.strip("/")[base:]: self._files.cat_file(each).decode(errors="replace")
            for each in found
        }

    def remove(self) -> None:
        if self._files.exists(self._path):
            self._files.rm(self._path, recursive=True)


@pytest.fixture
def store() -> Iterator[Store]:
    base = os.environ.get("SPEAKER_STUDIO_TEST_STORE", "memory://tests").rstrip("/")
    store = Store(f"{base}/{uuid.uuid4().hex}")
    yield store
    store.remove()


def output(store: Store) -> StoreFolder:
    return StoreFolder(parse_store_address(f"{store.url}/out"))


def orders(store: Store, journal: Path, *formats: str) -> Orders:
    made = StoreOutput(output(store), SUMMARIES)
    return Orders(journal, formats or ("srt",), "us", output=made)


def test_a_folder_gives_its_recordings_by_name_with_subfolders_last(store: Store) -> None:
    for name in ("b.wav", "a.flac", "sub/c.wav", ".hidden.wav", "notes.txt", "out/d.wav"):
        store.put_sound(name)

    rules = InputRules(leave_out=parse_store_address(f"{store.url}/out"))
    found = gather_inputs(store.url, rules=rules)

    assert [each.shown for each in found] == ["a.flac", "b.wav", "sub/c.wav"]
    assert [each.key for each in found] == ["a", "b", "c"]
    assert [each.subfolders for each in found] == [(), (), ("sub",)]


def test_a_file_is_read_in_blocks_by_way_of_a_temporary_copy(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_store, "BLOCK_BYTES", 1_000)
    address = store.put_sound("talk.wav", seconds=1.0)
    steps: list[tuple[int, int]] = []

    (found,) = gather_inputs(address)
    audio = found.read(lambda done, total: steps.append((done, total)))

    assert audio.duration_ms == 1_000
    assert steps[:2] == [(1_000, 32_044), (2_000, 32_044)]
    assert (32_044, 32_044) in steps


def test_the_workers_of_an_engine_read_stored_recordings_themselves(
    store: Store, tmp_path: Path
) -> None:
    addresses = [store.put_sound(name, seconds=0.5) for name in ("a.wav", "b.pcm")]
    seen: dict[str, str | None] = {}

    def transcribe(request: JobRequest, _report: OnProgress, _found: OnEvent) -> PipelineResult:
        seen[request.audio_path.name] = None if request.address is None else request.address.url
        with with_local_copy(request) as local:
            return said(read_audio(local.audio_path, report=ignore_report))

    workers = OnEngine(InlineEngine(lambda: transcribe), PipelineOptions(), tmp_path)
    run_orders(addresses, Orders(tmp_path, ("srt",), "us"), workers)

    assert seen == {"a": addresses[0], "audio.flac": None}  # samples without a header are converted
    assert sorted(path.name for path in tmp_path.glob("*.srt")) == ["a.srt", "b.srt"]


def test_a_file_larger_than_the_limit_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = store.put_sound("talk.wav", seconds=1.0)
    monkeypatch.setattr(object_store, "MAX_BYTES", 20_000)

    with pytest.raises(DownloadError, match="file is larger than"):
        gather_inputs(address)[0].read(ignore_report)


def test_a_list_may_name_files_in_a_store(store: Store, tmp_path: Path) -> None:
    address = store.put_sound("talk.wav")
    listed = tmp_path / "wav.scp"
    listed.write_text(f"meeting {address}\n")

    assert [each.key for each in gather_inputs(listed)] == ["meeting"]


def test_transcripts_appear_in_the_store_and_only_notes_here(store: Store, tmp_path: Path) -> None:
    for name in ("a.wav", "sub/b.wav"):
        store.put_sound(f"in/{name}")

    wanted = orders(store, tmp_path / "journal", "srt", "txt", FOLDER_NAME)
    tally = run_orders([f"{store.url}/in"], wanted)

    assert tally.done == 2
    made = {name: text for name, text in store.read().items() if name.startswith("out/")}
    assert set(made) == {
        *("out/a.srt", "out/a.txt", "out/sub/b.srt", "out/sub/b.txt"),
        *(f"out/{FOLDER_NAME}/{name}" for name in ("score", "text", "time_stamp")),
    }
    assert "一" in made["out/sub/b.srt"]
    here = {each.name for each in (tmp_path / "journal").iterdir()}
    assert here == {".transcribed.jsonl", FOLDER_NAME}


def test_a_second_run_transcribes_what_changed_or_was_deleted(store: Store, tmp_path: Path) -> None:
    for name in ("kept.wav", "changed.wav", "deleted.wav"):
        store.put_sound(f"in/{name}")
    recordings = [f"{store.url}/in"]
    run_orders(recordings, orders(store, tmp_path))
    store.put_sound("in/changed.wav", seconds=0.5)
    output(store).remove("deleted.srt")
    heard = Counting()

    tally = run_orders(recordings, orders(store, tmp_path), heard)

    assert (tally.skipped, tally.done) == (1, 2)
    assert heard.heard_ms == [500, 10]


def test_the_list_of_failures_is_in_the_store_until_all_succeed(
    store: Store, tmp_path: Path
) -> None:
    address = store.put("in/a.wav", b"no sound")
    run_orders([address], orders(store, tmp_path))
    before = store.read()

    store.put_sound("in/a.wav")
    run_orders([address], orders(store, tmp_path))

    assert "a.wav" in before["out/failed.tsv"]
    assert "out/failed.tsv" not in store.read()


def test_a_missing_file_fails_alone(store: Store, tmp_path: Path) -> None:
    good = store.put_sound("a.wav")

    tally = run_orders([f"{store.url}/missing.wav", good], orders(store, tmp_path))

    assert (tally.failed, tally.done) == (1, 1)
    (line,) = store.read()["out/failed.tsv"].splitlines()[1:]
    assert line == f"{store.url}/missing.wav\tThere is no such file or folder. Check the address"


def test_an_empty_folder_is_an_error(store: Store) -> None:
    store.put("notes.txt", b"")

    with pytest.raises(RecordingListError, match="holds no audio or video file"):
        gather_inputs(store.url)


def test_addresses_with_passwords_are_refused_without_repeating_them() -> None:
    (found,) = gather_inputs("sftp://user:hunter2@host/a.wav")

    with pytest.raises(AddressRefusedError, match="credentials in the environment") as caught:
        found.read(ignore_report)
    assert "hunter2" not in f"{caught.value} {found.shown}"


@pytest.mark.parametrize("what", ["read", "write"])
def test_errors_of_a_store_are_told_without_their_text(
    what: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("signed with secret AKIA123")

    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "info", fail)
    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "pipe_file", fail)
    address = parse_store_address("memory://bucket/folder?token=hunter2")

    works = {
        "read": lambda: gather_inputs(address.url)[0].read(ignore_report),
        "write": lambda: StoreFolder(address).write("a.srt", b""),
    }
    with pytest.raises((DownloadError, WorkingFileError), match="RuntimeError") as caught:
        works[what]()

    assert "credentials in the environment" in str(caught.value)
    told = f"{caught.value} {caplog.text}"
    assert "AKIA123" not in told
    assert "hunter2" not in told


def test_a_store_without_its_package_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(url: str) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec, "url_to_fs", missing)

    (found,) = gather_inputs("s3://bucket/a.wav")
    with pytest.raises(DownloadError, match=r"pip install -r requirements-storage\.txt"):
        found.read(ignore_report)


def test_offline_stores_are_not_asked() -> None:
    (found,) = iterate_inputs("memory://bucket/a.wav", rules=InputRules(downloader=None))

    with pytest.raises(DownloadError, match="offline"):
        found.read(ignore_report)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://bucket/a.wav", True),
        ("gs://bucket/a.wav", True),
        ("az://container/a.wav", True),
        ("memory://a", True),
        ("http://host/a.wav", False),
        ("file:///etc/passwd", False),
        ("simplecache::s3://bucket/a", False),
        ("zip://a.wav", False),
        ("nosuchkind://a", False),
        ("C:\\folder\\a.wav", False),
        ("folder/a.wav", False),
    ],
)
def test_addresses_of_stores_are_told_from_paths_and_web_addresses(
    text: str, expected: bool
) -> None:
    assert is_store_address(text) is expected


def test_the_command_line_refuses_an_output_address_with_a_password(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["transcribe", "a.wav", "--out", "sftp://user:hunter2@host/out"], environment={})

    told = capsys.readouterr().err
    assert "--out: The address contains a password" in told
    assert "hunter2" not in told
