"""Command line to check, back up, restore or recover a workspace, and to copy its known voices."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from storage.db.connections import reading_only
from storage.db.errors import NotFoundError, StorageError
from storage.db.recovery.backups import back_up, back_up_beside, list_backups
from storage.db.sqlite_errors import SQLITE_ERRORS, storage_error
from storage.db.workspace import DATABASE_NAME, add_workspace_flag
from storage.library.known_voices import voices_file
from storage.maintenance.recover import recover
from storage.maintenance.restore import restore
from storage.maintenance.verify import verify

_MEGABYTE = 1_000_000


def main(arguments: Sequence[str], *, default_workspace: Path) -> int:
    """Run the maintenance command that the command-line arguments name.

    Returns:
        Exit status: 0 on success, 1 for problems or errors, 2 for invalid arguments.
    """
    chosen = _parser(default_workspace).parse_args(arguments)
    commands = {
        "verify": _verify,
        "backup": _back_up,
        "backups": _list_backups,
        "restore": _restore,
        "recover": _recover,
        "voices": _copy_voices,
    }
    try:
        return commands[chosen.command](chosen)
    except StorageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser(default_workspace: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m storage",
        description="Verify, back up, restore or recover a workspace of Speaker Studio.",
    )
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="verify|backup|backups|restore|recover|voices"
    )
    subcommands = {
        name: commands.add_parser(name, help=text, description=text)
        for name, text in (
            ("verify", "check the database and the stored audio; the app may be running"),
            ("backup", "write a backup of the database; the app may be running"),
            ("backups", "list the backups of the workspace"),
            ("restore", "replace the database by a backup; the replaced one is set aside"),
            ("recover", "rebuild a damaged database from its readable rows; it is set aside"),
            ("voices", "write the known voices to a file, to name speakers in batch runs"),
        )
    }
    for command in subcommands.values():
        add_workspace_flag(command, default_workspace)
    subcommands["backup"].add_argument("--to", type=Path, metavar="FILE", help="output file")
    subcommands["voices"].add_argument(
        "--to", type=Path, metavar="FILE", required=True, help="output file (.npz)"
    )
    subcommands["restore"].add_argument(
        "--backup",
        type=Path,
        metavar="FILE",
        help="backup file (default: the newest undamaged one)",
    )
    return parser


def _verify(chosen: argparse.Namespace) -> int:
    problems = verify(chosen.workspace)
    for problem in problems:
        print(problem)
    print("no problems found" if not problems else f"{len(problems)} problems")
    return 1 if problems else 0


def _back_up(chosen: argparse.Namespace) -> int:
    database = chosen.workspace / DATABASE_NAME
    if chosen.to is None:
        path = back_up_beside(database, occasion="by-hand").path
    else:
        path = chosen.to
        back_up(database, path)
    print(f"{path} ({path.stat().st_size / _MEGABYTE:.1f} MB)")
    return 0


def _list_backups(chosen: argparse.Namespace) -> int:
    for backup in list_backups(chosen.workspace / DATABASE_NAME):
        size = backup.path.stat().st_size / _MEGABYTE
        print(f"{backup.made_at:%Y-%m-%d %H:%M:%S} UTC  {size:8.1f} MB  {backup.path}")
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    restored = restore(chosen.workspace, chosen.backup)
    print(f"restored: {restored.backup}")
    _print_kept_folder(restored.kept_in)
    return 0


def _recover(chosen: argparse.Namespace) -> int:
    recovered = recover(chosen.workspace)
    for table in recovered.tables:
        lost = f", {table.num_unusable} unusable" if table.num_unusable else ""
        print(f"{table.name}: {table.num_rows} rows{lost}")
    if recovered.num_lost_histories:
        print(f"{recovered.num_lost_histories} transcripts have lost their edits, not their text")
    _print_kept_folder(recovered.kept_in)
    return 0


def _copy_voices(chosen: argparse.Namespace) -> int:
    database = chosen.workspace / DATABASE_NAME
    if not database.is_file():
        raise NotFoundError(f"There is no database '{database}'.")
    try:
        with reading_only(database) as connection:
            content, num_voices = voices_file(connection)
    except SQLITE_ERRORS as error:
        raise storage_error(error, database) from error
    try:
        chosen.to.write_bytes(content)
    except OSError as error:
        raise StorageError(f"'{chosen.to}' cannot be written: {error.strerror}.") from error
    print(f"{chosen.to} ({num_voices} voices)")
    return 0


def _print_kept_folder(kept_in: Path | None) -> None:
    if kept_in is not None:
        print(f"the replaced files are kept in: {kept_in}")
