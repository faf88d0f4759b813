"""Where things lie in a workspace, and that one program works in it at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from storage.db.errors import WorkspaceInUseError, WorkspaceUnavailableError
from storage.db.private_files import make_private

DATABASE_NAME = "studio.sqlite3"
FILES_FOLDER = "recordings"
BACKUPS_FOLDER = "backups"
SET_ASIDE_FOLDER = "set-aside"
UPLOADS_FOLDER = "uploads"  # files on their way to a recording
LOCK_NAME = "studio.lock"  # stays there; what counts is who holds it, and a crash lets go of it

_PRIVATE = (
    LOCK_NAME,
    *(f"{DATABASE_NAME}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")),
    FILES_FOLDER,
    BACKUPS_FOLDER,
    SET_ASIDE_FOLDER,
    UPLOADS_FOLDER,
)
LOCK_WAIT_S = 2.0  # a program that was just told to stop gets so long to do it


def lock_workspace(workspace: Path, *, wait_s: float = LOCK_WAIT_S) -> FileLock:
    """Take a workspace for this process, until the lock is released or the process ends.

    Other users of the machine can read nothing of it from then on.

    Raises:
        WorkspaceInUseError: if another process has it.
        WorkspaceUnavailableError: if the folder cannot be made or written.
    """
    try:
        workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Threads share it: whoever closes the workspace need not be who opened it.
        lock = FileLock(workspace / LOCK_NAME, mode=0o600, thread_local=False)
        lock.acquire(timeout=wait_s)
        make_private(workspace, _PRIVATE)
    except Timeout as error:
        raise WorkspaceInUseError(
            f"Speaker Studio already works in '{workspace}'. Stop it there first, "
            "or choose another folder with --workspace."
        ) from error
    except OSError as error:
        raise WorkspaceUnavailableError(
            f"The folder '{workspace}' cannot be made or written: {error.strerror}."
        ) from error
    return lock


@contextmanager
def locked(workspace: Path) -> Iterator[None]:
    """Have a workspace to oneself for the length of the block.

    Raises:
        WorkspaceInUseError: if another process has it.
        WorkspaceUnavailableError: if the folder cannot be made or written.
    """
    lock = lock_workspace(workspace)
    try:
        yield
    finally:
        lock.release()
