"""Memory of a process and all its descendants (Linux)."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_INTERVAL_S = 0.2
_PROC = Path("/proc")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, slots=True)
class Finished:
    """Duration, peak memory and output of a finished command.

    Attributes:
        seconds: elapsed wall-clock time.
        peak_bytes: largest sum of resident memory over the tree, sampled.
        output: its standard output.
    """

    seconds: float
    peak_bytes: int
    output: str


def run_and_watch(command: Sequence[str], *, cwd: Path, output: Path) -> Finished:
    """Run a command to its end, sampling the memory of its process tree five times a second.

    Raises:
        subprocess.CalledProcessError: if the command failed.
    """
    begin, peak_bytes = time.perf_counter(), 0
    with output.open("w", encoding="utf-8") as stdout:
        process = subprocess.Popen(list(command), cwd=cwd, stdout=stdout)
        while process.poll() is None:
            peak_bytes = max(peak_bytes, tree_bytes(process.pid))
            time.sleep(SAMPLE_INTERVAL_S)
    seconds = time.perf_counter() - begin
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return Finished(seconds, peak_bytes, output.read_text(encoding="utf-8"))


def tree_bytes(root: int) -> int:
    """Return the resident bytes of a process and its descendants; ended processes count 0."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            children.setdefault(_parent(entry), []).append(int(entry.name))
    total, to_do = 0, [root]
    while to_do:
        pid = to_do.pop()
        total += _resident_bytes(_PROC / str(pid))
        to_do += children.get(pid, [])
    return total


def _parent(entry: Path) -> int:
    try:
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[1])


def _resident_bytes(entry: Path) -> int:
    try:
        return int((entry / "statm").read_text().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
