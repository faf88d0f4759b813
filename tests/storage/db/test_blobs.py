"""Stored files: written atomically, deleted when their recording is unknown."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.core.intervals import Interval
from pipeline.core.result import SpeakerEvidence
from storage.db.blobs import PEAKS, REVIEW_AUDIO, BlobStore, evidence_name, read_blocks
from storage.db.errors import DiskFullError, NotFoundError, StorageError
from storage.library.run_files import evidence_bytes, read_evidence

FIRST, SECOND = "1" * 32, "2" * 32


def files_under(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_a_file_is_stored_under_its_recording_with_its_hash(
    blobs: BlobStore, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.write_bytes(os.urandom(3_000_000))

    digest = blobs.put(FIRST, REVIEW_AUDIO, read_blocks(source))

    assert digest == hashlib.sha256(source.read_bytes()).hexdigest()
    assert blobs.path_of(FIRST, REVIEW_AUDIO).read_bytes() == source.read_bytes()


@pytest.mark.parametrize(
    ("recording_id", "name"),
    [
        ("../../etc", "passwd.txt"),
        (FIRST, "../audio.flac"),
        (FIRST, "a/b.flac"),
        (FIRST, "audio.flac\n"),
        (FIRST.upper().replace("1", "A"), "audio.flac"),
        ("", ".flac"),
    ],
)
def test_a_name_of_another_form_is_refused(blobs: BlobStore, recording_id: str, name: str) -> None:
    with pytest.raises(ValueError, match="not a stored file's name"):
        blobs.path_of(recording_id, name)


def test_a_failed_write_keeps_the_old_file_and_leaves_no_partial_file(
    blobs: BlobStore, tmp_path: Path
) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")

    blobs.put(FIRST, PEAKS, [b"old"])

    with pytest.raises(DiskFullError, match=r"peaks\.bin"):
        blobs.put(FIRST, PEAKS, broken())

    assert blobs.path_of(FIRST, PEAKS).read_bytes() == b"old"
    assert files_under(blobs.path_of(FIRST, PEAKS).parent) == [PEAKS]


def test_a_missing_source_is_reported(blobs: BlobStore, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be saved"):
        blobs.put(FIRST, PEAKS, read_blocks(tmp_path / "gone"))


def test_deleting_removes_one_recordings_files(blobs: BlobStore, tmp_path: Path) -> None:
    blobs.put(FIRST, PEAKS, [b"a"])
    blobs.put(FIRST, REVIEW_AUDIO, [b"a"])
    blobs.put(SECOND, PEAKS, [b"b"])

    blobs.delete_all(FIRST)
    blobs.delete_all(FIRST)

    root = blobs.path_of(SECOND, PEAKS).parents[1]
    assert [path.name for path in root.iterdir()] == [SECOND]


def test_the_sweep_removes_unknown_and_partial_files(blobs: BlobStore) -> None:
    blobs.put(FIRST, PEAKS, [b"known"])
    blobs.put(SECOND, PEAKS, [b"orphan"])
    half = blobs.path_of(FIRST, PEAKS).with_name("audio.flac.partial")
    half.write_bytes(b"half")
    foreign = half.parents[1] / "my notes"
    foreign.mkdir()

    removed = blobs.sweep({FIRST}, min_age_s=0)

    assert removed == (SECOND,)
    assert files_under(half.parents[1]) == [f"{FIRST}{os.sep}{PEAKS}"]
    assert foreign.is_dir()


def test_the_sweep_keeps_recent_files(blobs: BlobStore) -> None:
    blobs.put(SECOND, PEAKS, [b"new"])

    assert blobs.sweep(set(), min_age_s=3_600) == ()
    assert blobs.path_of(SECOND, PEAKS).exists()


def test_the_sweep_of_a_workspace_without_files_finds_nothing(blobs: BlobStore) -> None:
    assert blobs.sweep(set(), min_age_s=0) == ()


@pytest.mark.parametrize("num_windows", [0, 3])
@pytest.mark.parametrize("is_mixed_known", [False, True])
def test_the_embeddings_of_a_run_are_read_back_equal(
    blobs: BlobStore, num_windows: int, is_mixed_known: bool
) -> None:
    evidence = SpeakerEvidence(
        windows=tuple(Interval(750 * n, 750 * n + 1_500) for n in range(num_windows)),
        embeddings=np.random.default_rng(1).normal(size=(num_windows, 192)).astype(np.float32),
        labels=np.arange(num_windows, dtype=np.int64),
        is_mixed=np.arange(num_windows) == 1 if is_mixed_known else None,
    )
    name = evidence_name("a" * 32)
    blobs.put(FIRST, name, [evidence_bytes(evidence)])

    again = read_evidence(blobs.path_of(FIRST, name))

    assert again.windows == evidence.windows
    np.testing.assert_array_equal(again.embeddings, evidence.embeddings)
    np.testing.assert_array_equal(again.labels, evidence.labels)
    np.testing.assert_array_equal(again.is_mixed, evidence.is_mixed)
    assert (again.embeddings.dtype, again.labels.dtype) == (np.float32, np.int64)


def test_missing_embeddings_are_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_evidence(tmp_path / "evidence.npz")


@pytest.mark.parametrize("contents", [b"", b"no archive", b"PK\x03\x04broken"])
def test_a_damaged_file_of_embeddings_is_reported(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "evidence.npz"
    path.write_bytes(contents)

    with pytest.raises(StorageError, match="damaged"):
        read_evidence(path)
