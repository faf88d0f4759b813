"""Local copies of recordings in object stores, with the store in memory of fsspec."""

from __future__ import annotations

import uuid
from pathlib import Path

import fsspec
import pytest

from pipeline.core.errors import DownloadError, TranscriptionCancelled
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import Stage, StageProgress
from pipeline.engines.engine import JobRequest
from pipeline.engines.job_folder import with_local_copy
from pipeline.inputs.store_address import parse_store_address

CONTENT = b"RIFF and more"


@pytest.fixture
def stored() -> JobRequest:
    url = f"memory://tests/{uuid.uuid4().hex}.wav"
    store, path = fsspec.url_to_fs(url)
    store.pipe_file(path, CONTENT)
    return JobRequest(Path("talk"), PipelineOptions(), address=parse_store_address(url))


def test_a_stored_recording_is_copied_for_the_duration_of_the_job(stored: JobRequest) -> None:
    reports: list[StageProgress] = []

    with with_local_copy(stored, reports.append) as local:
        assert local.address is None
        assert local.audio_path.name == "talk"
        assert local.audio_path.read_bytes() == CONTENT

    assert not local.audio_path.exists()
    assert reports == [StageProgress(Stage.READ_AUDIO, len(CONTENT), len(CONTENT))]


def test_a_file_is_used_where_it_is(tmp_path: Path) -> None:
    request = JobRequest(tmp_path / "a.wav", PipelineOptions())

    with with_local_copy(request) as local:
        assert local is request


def test_a_cancelled_job_stops_copying(stored: JobRequest) -> None:
    def stop(progress: StageProgress) -> None:
        raise TranscriptionCancelled("enough")

    with pytest.raises(TranscriptionCancelled), with_local_copy(stored, stop):
        pytest.fail("copied")


def test_a_missing_recording_is_an_error_for_the_user() -> None:
    address = parse_store_address("memory://tests/nothing.wav")
    request = JobRequest(Path("nothing"), PipelineOptions(), address=address)

    with pytest.raises(DownloadError, match="no such file"), with_local_copy(request):
        pytest.fail("copied")
