"""Command line that transcribes and converts files: `python -m pipeline`."""

from __future__ import annotations

import sys

from pipeline.cli.convert import NAME as CONVERT
from pipeline.cli.transcribe import main
from pipeline.runtime.process_control import run_until_stopped


def run(*command: str) -> int:
    """Run a command with the arguments of this process; return its exit code.

    Args:
        command: arguments before those of the process.
    """
    return run_until_stopped(lambda: main([*command, *sys.argv[1:]]))


def transcribe() -> int:
    """Run the `transcribe` command with the arguments of this process; return its exit code."""
    return run("transcribe")


def convert() -> int:
    """Run the `convert` command with the arguments of this process; return its exit code."""
    return run(CONVERT)


if __name__ == "__main__":
    sys.exit(run())
