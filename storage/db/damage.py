"""Error for a damaged database, with the commands that restore or recover it."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from storage.db.backups import newest_good_backup
from storage.db.errors import DatabaseDamagedError
from storage.db.workspace import BACKUPS_FOLDER, SET_ASIDE_FOLDER


def damage_error(path: Path, finding: str) -> DatabaseDamagedError:
    """Return the error that describes the damage of a database and the commands to repair it."""
    backup = newest_good_backup(path)
    restore = (
        "There is no undamaged backup of it"
        if backup is None
        else f"To go back to the backup of {backup.made_at:%Y-%m-%d %H:%M} UTC, run: "
        f"{command_for('restore', path.parent)}"
    )
    return DatabaseDamagedError(
        f"'{path}' is no database of this program, or it is damaged ({finding}). It was left as it "
        f"is. {restore}. To save what can still be read of it, run: "
        f"{command_for('recover', path.parent)}. Either keeps the damaged file in "
        f"'{Path(BACKUPS_FOLDER) / SET_ASIDE_FOLDER}'."
    )


def command_for(action: str, workspace: Path) -> str:
    """Return the command line of a `python -m storage` action, quoted for this system's shell."""
    words = ["python", "-m", "storage", action, "--workspace", str(workspace)]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
