"""Examination of a file before decoding: length, number of sound tracks, readability.

Files are untrusted, so `probe_in_subprocess` opens them in a separate process: a file that
crashes or blocks a decoder does not affect the server.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TIMEOUT_S = 10.0  # a probe takes half a second, on a busy machine a few

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AudioProbe:
    """What is known of a file before it is decoded.

    Attributes:
        length_ms: None if it cannot be determined without decoding.
        num_tracks: number of sound tracks; 1 if unknown.
        error_kind: class of the AudioError that decoding would raise, "" if none is known.
        message: message of that error.
    """

    length_ms: int | None = None
    num_tracks: int = 1
    error_kind: str = ""
    message: str = ""


def probe_in_subprocess(path: Path, *, timeout_s: float = TIMEOUT_S) -> AudioProbe:
    """Run `probe` in a separate process; return an empty result if that process fails."""
    command = [sys.executable, "-m", "pipeline.audio.probe", str(path.resolve())]
    try:
        answer = subprocess.run(
            command, capture_output=True, cwd=REPOSITORY, timeout=timeout_s, check=True
        )
        return AudioProbe(**json.loads(answer.stdout))
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        _log.info("the probe of a file of type %r failed", path.suffix, exc_info=True)
        return AudioProbe()


def probe(path: Path) -> AudioProbe:
    """Decode the first samples of a file and measure its length."""
    # Imported here because the process that calls `probe_in_subprocess` needs none of them.
    from pipeline.audio.decode import check_beginning  # noqa: PLC0415
    from pipeline.audio.length import length_ms  # noqa: PLC0415
    from pipeline.core.errors import AudioError  # noqa: PLC0415

    try:
        num_tracks = check_beginning(path)
    except AudioError as error:
        return AudioProbe(error_kind=type(error).__name__, message=str(error))
    return AudioProbe(length_ms(path), num_tracks)


def main() -> None:
    """Probe the file named in the program arguments and print the result as JSON."""
    print(json.dumps(asdict(probe(Path(sys.argv[1])))))


if __name__ == "__main__":
    main()
