"""A workspace is private to its owner; one of an earlier version once it is opened."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage.db.blobs import REVIEW_AUDIO, BlobStore
from storage.db.database import open_database
from storage.db.private_files import make_private
from storage.db.recovery.backups import back_up_beside
from storage.db.workspace import DATABASE_NAME, FILES_FOLDER, lock_workspace
from tests.dev_data import REPOSITORY

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions elsewhere")

RECORDING_ID = "0" * 32


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_others(folder: Path) -> list[str]:
    """Return the paths that group or others have any permission for."""
    paths = [folder, *folder.rglob("*")]
    return [str(path) for path in paths if not path.is_symlink() and mode_of(path) & 0o077]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return a workspace of a version that did not restrict permissions."""
    former = os.umask(0o022)
    try:
        database = open_database(tmp_path / "workspace" / DATABASE_NAME)
        back_up_beside(database.path, occasion="test")
        blobs = BlobStore(database.path.parent / FILES_FOLDER)
        blobs.put(RECORDING_ID, REVIEW_AUDIO, [b"sound"])
    finally:
        os.umask(former)
    with database.transaction():
        pass
    database.close()
    assert len(open_to_others(tmp_path / "workspace")) >= 6
    return tmp_path / "workspace"


def test_opening_a_workspace_makes_it_private(workspace: Path) -> None:
    lock_workspace(workspace).release()

    assert open_to_others(workspace) == []


def test_a_new_workspace_is_private(tmp_path: Path) -> None:
    lock_workspace(tmp_path / "new").release()

    assert open_to_others(tmp_path / "new") == []


def test_other_files_and_targets_of_links_are_not_changed(workspace: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.flac"
    for other in (elsewhere, workspace / "notes.txt"):
        other.write_text("mine")
        other.chmod(0o644)
    (workspace / FILES_FOLDER / "link.flac").symlink_to(elsewhere)

    lock_workspace(workspace).release()

    assert mode_of(elsewhere) == 0o644
    assert mode_of(workspace / "notes.txt") == 0o644
    assert mode_of(workspace) == 0o700


def test_a_shared_folder_stays_shared(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)

    make_private(tmp_path, ())

    assert mode_of(tmp_path) == 0o1777


def test_a_file_that_others_may_read_is_copied_into_the_workspace(tmp_path: Path) -> None:
    source, blobs = tmp_path / "sound.flac", BlobStore(tmp_path / FILES_FOLDER)
    source.write_bytes(b"sound")
    source.chmod(0o644)

    blobs.adopt(RECORDING_ID, "upload.flac", source)

    assert not blobs.path_of(RECORDING_ID, "upload.flac").samefile(source)
    source.chmod(0o600)
    blobs.adopt(RECORDING_ID, "upload.flac", source)
    assert blobs.path_of(RECORDING_ID, "upload.flac").samefile(source)


def test_a_backup_by_the_command_line_is_private(workspace: Path) -> None:
    lock_workspace(workspace).release()
    target = workspace.parent / "copy.sqlite3"

    for more in ([], ["--to", str(target)]):
        command = [sys.executable, "-m", "storage", "backup", "--workspace", str(workspace), *more]
        subprocess.run(command, cwd=REPOSITORY, check=True, umask=0o022)

    assert mode_of(target) == 0o600
    assert open_to_others(workspace) == []
