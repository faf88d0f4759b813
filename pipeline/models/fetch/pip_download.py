"""Download of Python wheels with `pip download`, with progress reports."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pipeline.models.fetch.sources import SourceUnavailableError

OnBytes = Callable[[int], None]
"""A callback for the number of bytes received so far."""

RAW_PROGRESS_SINCE = (24, 1)  # the first pip that prints machine-readable progress
_PROGRESS = re.compile(r"Progress (\d+) of \d+")


def download_wheels(packages: Sequence[str], folder: Path, on_bytes: OnBytes) -> None:
    """Download the wheels of pinned packages into a folder.

    The index or mirror is that of pip's own configuration.

    Args:
        packages: pinned requirements such as `name==1.2.3`.
        folder: an empty folder.
        on_bytes: an exception in it stops pip.

    Raises:
        SourceUnavailableError: pip is missing or fails; the message contains its last error.
    """
    command = [sys.executable, "-m", "pip", "download", *_options(), "--dest", str(folder)]
    with subprocess.Popen(
        [*command, *packages],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            last_message = _follow(process.stdout or (), on_bytes)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise SourceUnavailableError(f"pip: {last_message}")


def _options() -> list[str]:
    options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input"]
    options += ["--disable-pip-version-check", "--retries", "1"]
    return [*options, "--progress-bar", "raw"] if _prints_raw_progress() else options


def _prints_raw_progress() -> bool:
    try:
        numbers = re.findall(r"\d+", importlib.metadata.version("pip"))
    except importlib.metadata.PackageNotFoundError:
        return False
    return tuple(map(int, numbers[:2])) >= RAW_PROGRESS_SINCE


def _follow(lines: Iterable[str], on_bytes: OnBytes) -> str:
    """Parse pip's output and report the total number of bytes downloaded for all packages.

    Returns:
        The last error among the lines, else the last line.
    """
    finished = current = 0
    last_line = last_error = ""
    for line in map(str.strip, lines):
        if match := _PROGRESS.fullmatch(line):
            received = int(match[1])
            finished += current if received < current else 0
            current = received
            on_bytes(finished + current)
        elif line:
            last_line = line
            last_error = line if line.startswith("ERROR") else last_error
    return last_error or last_line or "no output"
