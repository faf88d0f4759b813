"""The file with the doubtful words of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.transcript import WordCandidates
from storage.db.errors import StorageError
from storage.library.run_files import candidates_bytes, read_candidates

FOUND = (
    WordCandidates(100, 300, "林时", ("临时", "零食"), 0.62),
    WordCandidates(500, 600, "实", (), None),
)


def test_stored_doubtful_words_are_read_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "candidates.json"
    path.write_bytes(candidates_bytes(FOUND))
    assert read_candidates(path) == FOUND


def test_a_run_of_an_earlier_version_has_none(tmp_path: Path) -> None:
    assert read_candidates(tmp_path / "candidates.json") == ()


@pytest.mark.parametrize(
    "content", [b"", b"{}x", b"[[1]]", b"[1]", b"\xff", b'[["a", 2, "b", [], 1]]']
)
def test_a_damaged_file_is_a_storage_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "candidates.json"
    path.write_bytes(content)
    with pytest.raises(StorageError):
        read_candidates(path)
