"""`python -m pipeline`: transcribe and convert files from the command line."""

from __future__ import annotations

import sys

from pipeline.cli.convert import NAME as CONVERT
from pipeline.cli.transcribe import main
from pipeline.runtime.stop_signals import run_until_stopped


def run(*command: str) -> int:
    """Run the command line on the arguments of this process and return its exit code.

    Args:
        command: arguments before those of the process.
    """
    return run_until_stopped(lambda: main([*command, *sys.argv[1:]]))


def transcribe() -> int:
    """Run the command `transcribe` on the arguments of this process."""
    return run("transcribe")


def convert() -> int:
    """Run the command `convert` on the arguments of this process."""
    return run(CONVERT)


if __name__ == "__main__":
    sys.exit(run())
