"""`python -m storage verify|backup|backups|restore|recover`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pipeline.runtime.stop_signals import run_until_stopped
from storage.command_line import main
from storage.db.private_files import set_private_umask

# Same default as in app.py.
_DEFAULT = Path(__file__).resolve().parents[1] / "workspace"

if __name__ == "__main__":
    set_private_umask()
    workspace = Path(os.environ.get("SPEAKER_STUDIO_WORKSPACE", _DEFAULT))
    sys.exit(run_until_stopped(lambda: main(sys.argv[1:], default_workspace=workspace)))
