"""Recognition by another program (peer), such as funasr-onnx, in a separate process."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray


class RecogniserPeer:
    """Running worker script that recognises samples with another program."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        """Wrap a running worker process; use `peer` to start one."""
        self._asked, self._answers = _pipe(process.stdin), _pipe(process.stdout)
        self._folder = folder

    def recognise(self, samples: NDArray[np.float32]) -> float:
        """Recognise 16 kHz samples and return the seconds; `found` returns the result.

        Raises:
            RuntimeError: if the worker has ended.
        """
        path = self._folder / "samples.npy"
        np.save(path, samples)
        self._asked.write(f"{path}\n")
        self._asked.flush()
        line = self._answers.readline()
        if not line:
            raise RuntimeError("the peer ended without an answer; what it said is above")
        return float(json.loads(line)["seconds"])

    def found(self) -> dict[str, NDArray[np.float32]]:
        """Return the arrays that the worker wrote for the last samples."""
        with np.load(self._folder / "samples.npz") as arrays:
            return dict(arrays)


def peer_command(python: Path, task: str, *arguments: str) -> list[str]:
    """Return the command line of `peer_worker.py` under another program's interpreter."""
    script = Path(__file__).with_name("peer_worker.py")
    return [str(python), "-E", str(script), task, *arguments]  # our PYTHONPATH must not apply


@contextmanager
def peer(
    python: Path, task: str, arguments: Sequence[str], folder: Path
) -> Iterator[RecogniserPeer]:
    """Start a worker script under another Python interpreter and yield it.

    Args:
        python: an interpreter that can import the other program.
        task: task of `peer_worker.py`.
        arguments: arguments of the task.
        folder: folder for the sample and result files.
    """
    with subprocess.Popen(
        peer_command(python, task, *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield RecogniserPeer(process, folder)
        _pipe(process.stdin).close()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("the peer was started without pipes")
    return pipe
