"""Entry point of `python -m pipeline.models list|fetch|verify`."""

from __future__ import annotations

import sys

from pipeline.models.command_line import main
from pipeline.runtime.process_control import run_until_stopped


def run() -> int:
    """Run the command with the arguments of this process and return its exit code."""
    return run_until_stopped(lambda: main(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(run())
