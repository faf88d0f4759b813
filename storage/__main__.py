"""Entry point of `python -m storage verify|backup|backups|restore|recover|voices`."""

from __future__ import annotations

import os
import sys

from pipeline.runtime.process_control import run_until_stopped
from storage.command_line import main
from storage.db.private_files import set_private_umask
from storage.db.workspace import default_workspace


def run() -> int:
    """Run the command line on the arguments of this process and return its exit code."""
    set_private_umask()
    workspace = default_workspace(os.environ)
    return run_until_stopped(lambda: main(sys.argv[1:], default_workspace=workspace))


if __name__ == "__main__":
    sys.exit(run())
