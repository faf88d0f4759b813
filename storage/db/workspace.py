"""File names in a workspace, and the lock that restricts it to one process."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from storage.db.errors import WorkspaceInUseError, WorkspaceUnavailableError
from storage.db.private_files import make_private

WORKSPACE_VARIABLE = "SPEAKER_STUDIO_WORKSPACE"
DATABASE_NAME = "studio.sqlite3"
FILES_FOLDER = "recordings"
BACKUPS_FOLDER = "backups"
SET_ASIDE_FOLDER = "set-aside"
UPLOADS_FOLDER = "uploads"  # uploads in progress
LANGUAGE_FOLDER = "language"  # language models learnt from verified texts
LIVE_FOLDER = "live"  # live recordings that have not ended
LOCK_NAME = "studio.lock"  # the file stays; the lock on it is released by a crash

_PRIVATE = (
    LOCK_NAME,
    *(f"{DATABASE_NAME}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")),
    FILES_FOLDER,
    BACKUPS_FOLDER,
    SET_ASIDE_FOLDER,
    UPLOADS_FOLDER,
    LIVE_FOLDER,
    LANGUAGE_FOLDER,
)
LOCK_WAIT_S = 2.0  # time for a program that is shutting down to release the lock

_ROOT = Path(__file__).resolve().parents[2]


def default_workspace(environment: Mapping[str, str], *, root: Path = _ROOT) -> Path:
    """Return the workspace folder to use if no command-line flag names one.

    `SPEAKER_STUDIO_WORKSPACE` has precedence. A clone of the repository keeps its own `workspace`
    folder; an installed package has the user's data folder, which survives an upgrade.

    Args:
        environment: environment variables.
        root: folder that contains the packages.
    """
    named = environment.get(WORKSPACE_VARIABLE)
    if named is not None:
        return Path(named)
    if (root / "pyproject.toml").is_file():
        return root / "workspace"
    return platformdirs.user_data_path("speaker-studio", appauthor=False) / "workspace"


def lock_workspace(workspace: Path, *, wait_s: float = LOCK_WAIT_S) -> FileLock:
    """Lock a workspace for this process until the lock is released or the process ends.

    The permissions of other users of the machine are removed from its files.

    Raises:
        WorkspaceInUseError: if another process holds the lock.
        WorkspaceUnavailableError: if the folder cannot be created or written.
    """
    try:
        workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Shared by threads: another thread may close the workspace than the one that opened it.
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
            f"The folder '{workspace}' cannot be created or written: {error.strerror}."
        ) from error
    return lock


@contextmanager
def locked(workspace: Path) -> Iterator[None]:
    """Hold the lock of a workspace for the duration of the block.

    Raises:
        WorkspaceInUseError: if another process holds the lock.
        WorkspaceUnavailableError: if the folder cannot be created or written.
    """
    lock = lock_workspace(workspace)
    try:
        yield
    finally:
        lock.release()


def add_workspace_flag(parser: argparse.ArgumentParser, default_workspace: Path) -> None:
    """Add the flag for the folder of the workspace to a parser."""
    parser.add_argument(
        "--workspace",
        type=Path,
        default=default_workspace,
        metavar="DIR",
        help="folder of the database and the audio (also SPEAKER_STUDIO_WORKSPACE)",
    )
