from __future__ import annotations

import tempfile
from dataclasses import replace

import numpy as np
import pytest

from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.core.options import PipelineOptions
from pipeline.engines.engine import JobRequest
from pipeline.engines.ray import carried_files
from pipeline.engines.ray.carried_files import (
    CheckpointChanges,
    FilePiece,
    JobFolder,
    pack_files,
    read_recording,
    unpacked,
    write_piece,
)
from pipeline.inputs.store_address import parse_store_address


@pytest.fixture
def request_here(tmp_path):
    (tmp_path / "checkpoint").mkdir()
    (tmp_path / "audio.wav").write_bytes(b"RIFF and more")
    return JobRequest(tmp_path / "audio.wav", PipelineOptions(), tmp_path, tmp_path / "checkpoint")


@pytest.fixture
def there(tmp_path):
    folder = tmp_path / "there"
    folder.mkdir()
    return folder


def contents(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def carry(changes, request):
    ranges = changes.take()
    for each in ranges:
        write_piece(each.read(), request)
    return sum(each.num_bytes for each in ranges)


def test_a_job_finds_its_audio_and_its_checkpoint_on_the_other_side(request_here):
    (request_here.checkpoint_dir / "words.log").write_bytes(b"one")

    packed, recording = pack_files(request_here), read_recording(request_here.audio_path)
    with unpacked(request_here, packed, recording) as local:
        assert local.audio_path != request_here.audio_path
        assert local.audio_path.name == "audio.wav"
        assert local.audio_path.read_bytes() == b"RIFF and more"
        assert contents(local.checkpoint_dir) == {"words.log": b"one"}
        assert contents(local.scratch_dir) == {}

    assert not local.audio_path.exists()


def test_a_job_whose_worker_reads_the_recording_gets_only_its_folders(request_here):
    address = parse_store_address("memory://tests/a.wav")
    request = replace(request_here, address=address)

    with unpacked(request, pack_files(request), None) as local:
        assert (local.audio_path, local.address) == (request.audio_path, address)
        assert local.checkpoint_dir != request.checkpoint_dir
        assert local.scratch_dir != request.scratch_dir


def test_an_empty_recording_is_carried_too(tmp_path):
    (tmp_path / "empty.wav").touch()

    assert read_recording(tmp_path / "empty.wav").size == 0


def test_only_what_was_appended_travels(request_here, there, monkeypatch):
    monkeypatch.setattr(carried_files, "MAX_PIECE_BYTES", 4)
    log = there / "words.log"
    log.write_bytes(b"0123456789")
    changes = CheckpointChanges(there)

    sent = [carry(changes, request_here)]
    with log.open("ab") as file:
        file.write(b"abc")
    sent += [carry(changes, request_here), carry(changes, request_here)]

    assert sent == [10, 3, 0]
    assert contents(request_here.checkpoint_dir) == {"words.log": b"0123456789abc"}


def test_a_checkpoint_that_is_begun_anew_replaces_the_former_one(request_here, there):
    changes = CheckpointChanges(there)
    write_bytes_atomically(there / "work.json", b"first")
    (there / "words.log").write_bytes(b"of the first")
    (there / "voices.log").write_bytes(b"of the first")
    carry(changes, request_here)

    for name in ("words.log", "voices.log"):
        (there / name).unlink()
        (there / name).touch()
    write_bytes_atomically(there / "work.json", b"other")
    (there / "words.log").write_bytes(b"longer than that of the first")
    carry(changes, request_here)

    assert contents(request_here.checkpoint_dir) == contents(there)


def test_a_file_that_is_still_being_written_is_left_out(request_here, there):
    (there / "work.json.partial").write_bytes(b"half")

    assert carry(CheckpointChanges(there), request_here) == 0
    assert contents(request_here.checkpoint_dir) == {}


@pytest.mark.parametrize("name", ["../out", "a/b", "/tmp/out", ".."])
def test_a_piece_is_written_into_no_other_folder(request_here, name):
    with pytest.raises((ValueError, OSError)):
        write_piece(FilePiece(JobFolder.SCRATCH, name, 0, b"x"), request_here)


def test_folders_of_killed_workers_are_deleted_by_the_next_job(request_here, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "speaker-studio-job-left"
    left.mkdir()
    (left / "audio.wav").touch()
    left.with_name(left.name + ".lock").touch()
    recording = np.zeros(0, np.uint8)

    with unpacked(request_here, pack_files(request_here), recording) as first:
        with unpacked(request_here, pack_files(request_here), recording):
            assert first.audio_path.exists()
        assert not left.exists()

    assert list(tmp_path.glob("speaker-studio-job-*")) == []
