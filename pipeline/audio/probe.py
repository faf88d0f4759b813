"""Inspection of a file before decoding: length, number of sound tracks, readability.

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
CPU_S = 10  # of the process; a probe takes half a second
TIMEOUT_S = 60.0  # on a machine so busy that the process hardly runs

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AudioProbe:
    """The result of inspecting a file by decoding only its beginning.

    Attributes:
        length_ms: None if it cannot be determined without decoding.
        num_tracks: number of sound tracks; 1 if unknown.
        error_kind: class of the AudioError that decoding would raise, "" if none is known.
        message: message of that error.
        is_final: whether the result is conclusive; False if the probe ran out of time.
    """

    length_ms: int | None = None
    num_tracks: int = 1
    error_kind: str = ""
    message: str = ""
    is_final: bool = True


def probe_in_subprocess(path: Path, *, timeout_s: float = TIMEOUT_S) -> AudioProbe:
    """Run `probe` in a separate process; return an empty result if it fails or times out."""
    command = [sys.executable, "-m", "pipeline.audio.probe", str(path.resolve())]
    try:
        answer = subprocess.run(
            command, capture_output=True, cwd=REPOSITORY, timeout=timeout_s, check=True
        )
        return AudioProbe(**json.loads(answer.stdout))
    except subprocess.TimeoutExpired:
        _log.warning("a file of type %r was not probed within %g s", path.suffix, timeout_s)
        return AudioProbe(is_final=False)
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        _log.info("the probe of a file of type %r failed", path.suffix, exc_info=True)
        return AudioProbe()


def probe(path: Path) -> AudioProbe:
    """Decode the first samples of a file and measure its length.

    An AudioError becomes part of the result.
    """
    # Imported here because the process that calls `probe_in_subprocess` needs none of them.
    from pipeline.audio.decode import check_beginning  # noqa: PLC0415
    from pipeline.audio.length import length_ms  # noqa: PLC0415
    from pipeline.core.errors import AudioError  # noqa: PLC0415

    try:
        num_tracks = check_beginning(path)
    except AudioError as error:
        return AudioProbe(error_kind=type(error).__name__, message=str(error))
    return AudioProbe(length_ms(path), num_tracks)


def _limit_processor_time(seconds: int) -> None:
    """Limit the processor time of this process; the operating system kills it at the limit."""
    try:
        import resource  # noqa: PLC0415 - not on Windows, which has no such limit
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def main() -> None:
    """Probe the file named in the program arguments and print the result as JSON."""
    _limit_processor_time(CPU_S)
    print(json.dumps(asdict(probe(Path(sys.argv[1])))))


if __name__ == "__main__":
    main()
