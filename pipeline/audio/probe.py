"""A quick look at a file before it is decoded: length, sound tracks, whether it can be read.

Files come from strangers, so `ask_probe` has them opened in a process of its own: what brings
that down, or keeps it busy, harms nobody.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE_S = 10.0  # a look takes half a second, on a busy machine a few

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AudioProbe:
    """What a look at a file has shown.

    Attributes:
        length_ms: None where it cannot be told before decoding.
        num_tracks: sound tracks; 1 where that cannot be told.
        error_kind: class of the AudioError that reading would end with, "" where none is known.
        message: its sentence.
    """

    length_ms: int | None = None
    num_tracks: int = 1
    error_kind: str = ""
    message: str = ""


def ask_probe(path: Path, *, patience_s: float = PATIENCE_S) -> AudioProbe:
    """Return what `probe` finds in another process; nothing is known where that fails."""
    command = [sys.executable, "-m", "pipeline.audio.probe", str(path.resolve())]
    try:
        answer = subprocess.run(
            command, capture_output=True, cwd=REPOSITORY, timeout=patience_s, check=True
        )
        return AudioProbe(**json.loads(answer.stdout))
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        _log.info("a look at a file of type %r shows nothing", path.suffix, exc_info=True)
        return AudioProbe()


def probe(path: Path) -> AudioProbe:
    """Look at a file: its first samples are decoded, the rest is measured."""
    # Here, for `ask_probe` needs none of them in the process that asks.
    from pipeline.audio.decode import check_beginning  # noqa: PLC0415
    from pipeline.audio.length import length_ms  # noqa: PLC0415
    from pipeline.core.errors import AudioError  # noqa: PLC0415

    try:
        num_tracks = check_beginning(path)
    except AudioError as error:
        return AudioProbe(error_kind=type(error).__name__, message=str(error))
    return AudioProbe(length_ms(path), num_tracks)


def main() -> None:
    """Print what a look at the file that is named shows, as JSON."""
    print(json.dumps(asdict(probe(Path(sys.argv[1])))))


if __name__ == "__main__":
    main()
