"""Runs a peer's recogniser in a separate process: samples as files, answers as lines."""

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
    """A running worker script."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        """Create a peer from a process; use `peer`."""
        self._asked, self._answers = _pipe(process.stdin), _pipe(process.stdout)
        self._folder = folder

    def recognise(self, samples: NDArray[np.float32]) -> float:
        """Recognise the samples and return the seconds taken; `found` has the result."""
        path = self._folder / "samples.npy"
        np.save(path, samples)
        self._asked.write(f"{path}\n")
        self._asked.flush()
        line = self._answers.readline()
        if not line:
            raise RuntimeError("the peer ended without an answer; what it said is above")
        return float(json.loads(line)["seconds"])

    def found(self) -> dict[str, NDArray[np.float32]]:
        """Return the arrays that the worker wrote last."""
        with np.load(self._folder / "samples.npz") as arrays:
            return dict(arrays)


@contextmanager
def peer(
    python: Path, worker: str, arguments: Sequence[str], folder: Path
) -> Iterator[RecogniserPeer]:
    """Run a worker script of this folder under another interpreter.

    Args:
        python: an interpreter that can import the peer.
        worker: file name of the script.
        arguments: its arguments.
        folder: for the samples and the answers.
    """
    script = Path(__file__).with_name(worker)
    with subprocess.Popen(
        [str(python), "-E", str(script), *arguments],  # our PYTHONPATH must not apply
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
