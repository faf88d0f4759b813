"""Programs compared with each other (contenders), each in a separate process."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from benchmarks.dev_recordings import REPOSITORY
from benchmarks.process_tree import SAMPLE_INTERVAL_S, tree_bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """Result and peak memory of one program for one recording.

    Attributes:
        fields: the JSON object that its worker wrote, always with `seconds`.
        peak_bytes: largest total memory of its processes during the run.
    """

    fields: Mapping[str, Any]  # Any: JSON values of its worker
    peak_bytes: int

    @property
    def seconds(self) -> float:
        """Processing time in seconds, without loading models."""
        return float(self.fields["seconds"])


class Contender:
    """A running worker process that reads file paths and answers each with a line of JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Wrap a running worker process; use `contender` to start one."""
        self._process = process
        self._asked, self._answers = _pipe(process.stdin), _pipe(process.stdout)

    def ask(self, recording: Path, language: str = "") -> Answer:
        """Send a recording to the worker and return its answer.

        Raises:
            RuntimeError: if the worker has ended.
        """
        with _watched(self._process.pid) as peak:
            self._asked.write(f"{recording}\t{language}\n" if language else f"{recording}\n")
            self._asked.flush()
            line = self._answers.readline()
        if not line:
            raise RuntimeError("a worker ended without an answer; what it said is above")
        return Answer(json.loads(line), max(peak))


@contextmanager
def contender(command: Sequence[str]) -> Iterator[Contender]:
    """Start a worker process and yield it; stop it at the end of the block."""
    with subprocess.Popen(
        list(command), cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Contender(process)
        finally:
            _pipe(process.stdin).close()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def our_command(*flags: str) -> list[str]:
    """Return the command line of Speaker Studio's worker."""
    return [sys.executable, "-m", "benchmarks.our_worker", *flags]


def in_turns(
    contenders: Mapping[str, Contender], recording: Path, *, runs: int
) -> dict[str, list[Answer]]:
    """Run each program on the recording several times, in a rotating order.

    A machine that slows down meanwhile then affects all programs alike.
    """
    names = list(contenders)
    answers: dict[str, list[Answer]] = {name: [] for name in names}
    for number in range(runs):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            answers[name].append(contenders[name].ask(recording))
    return answers


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """Yield a list to which a thread appends the process tree's bytes five times a second."""
    sizes, is_over = [tree_bytes(pid)], threading.Event()

    def look() -> None:
        while not is_over.wait(SAMPLE_INTERVAL_S):
            sizes.append(tree_bytes(pid))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield sizes
    finally:
        is_over.set()
        thread.join()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("the worker was started without pipes")
    return pipe
