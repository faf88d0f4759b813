"""Entry point of `python -m storage.language_model OUT.arpa`, which learns from verified texts."""

from __future__ import annotations

import os
import sys

from pipeline.runtime.process_control import run_until_stopped
from storage.db.workspace import default_workspace
from storage.training.language_model.command_line import main


def run() -> int:
    """Run the command line on the arguments of this process and return its exit code."""
    workspace = default_workspace(os.environ)
    return run_until_stopped(lambda: main(sys.argv[1:], default_workspace=workspace))


if __name__ == "__main__":
    sys.exit(run())
