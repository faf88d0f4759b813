"""Tests of probing uploads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.audio.probe import AudioProbe
from pipeline.core.options import PipelineOptions
from pipeline.engines.inline import InlineEngine
from tests.conditions import LONGEST_WAIT_S
from tests.webui.services.fake_work import load_fake_pipeline, write_upload
from webui.services.container import Services, open_services
from webui.services.runs.limits import UnreadableUploadError
from webui.services.runs.upload_probe import MAX_CONCURRENT, UploadProbe


def probe_by_content(path: Path) -> AudioProbe:
    if path.read_bytes().startswith(b"#!SILK"):
        return AudioProbe(error_kind="WeChatVoiceError", message="a voice message")
    return AudioProbe(4_000, num_tracks=2)


@pytest.fixture
def probing(workspace: Path) -> Iterator[Services]:
    services = open_services(
        workspace, InlineEngine(load_fake_pipeline), probe=UploadProbe(probe_by_content)
    )
    yield services
    services.close()


def test_a_file_that_cannot_be_read_is_refused_before_it_is_queued(
    probing: Services, uploads: Path
) -> None:
    path = write_upload(uploads, "msg.amr", b"#!SILK_V3")

    with pytest.raises(UnreadableUploadError) as refused:
        probing.transcription.start(path, title="msg", options=PipelineOptions())

    assert refused.value.key == "error.WeChatVoiceError"
    assert "微信" in refused.value.message_in("zh")
    assert probing.recordings.list() == ()
    assert path.exists()


def test_a_readable_file_is_accepted(probing: Services, uploads: Path) -> None:
    path = write_upload(uploads)

    seen = probing.transcription.look(path)
    probing.transcription.start(path, title="a", options=PipelineOptions())

    assert seen.num_tracks == 2
    assert len(probing.recordings.list()) == 1


def test_an_unknown_audio_failure_has_the_general_message() -> None:
    assert UnreadableUploadError("SomethingNewError").key == "error.AudioError"


def test_a_file_is_probed_once_until_it_changes(uploads: Path) -> None:
    seen: list[bytes] = []

    def look(path: Path) -> AudioProbe:
        seen.append(path.read_bytes())
        return AudioProbe(len(seen))

    probe = UploadProbe(look)
    path = write_upload(uploads, "a.wav", b"first")
    first = [probe(path), probe(path)]
    path.write_bytes(b"second")

    assert first == [AudioProbe(1), AudioProbe(1)]
    assert probe(path) == AudioProbe(2)
    assert seen == [b"first", b"second"]


def test_a_removed_file_has_an_empty_probe(tmp_path: Path) -> None:
    assert UploadProbe(probe_by_content)(tmp_path / "gone") == AudioProbe()


def test_few_files_are_probed_at_the_same_time(uploads: Path) -> None:
    at_work: list[int] = [0]
    most: list[int] = [0]
    lock = threading.Lock()
    both = threading.Barrier(MAX_CONCURRENT, timeout=LONGEST_WAIT_S)

    def look(path: Path) -> AudioProbe:
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        both.wait()
        with lock:
            at_work[0] -= 1
        return AudioProbe()

    probe = UploadProbe(look)
    paths = [write_upload(uploads, f"{number}") for number in range(3 * MAX_CONCURRENT)]
    with ThreadPoolExecutor(len(paths)) as pool:
        list(pool.map(probe, paths))

    assert most == [MAX_CONCURRENT]


def test_a_probe_that_got_too_little_time_is_repeated(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF")
    found = iter([AudioProbe(is_final=False), AudioProbe(4_000), AudioProbe(5_000)])
    probe = UploadProbe(lambda _: next(found))

    assert [probe(path).length_ms for _ in range(3)] == [None, 4_000, 4_000]
