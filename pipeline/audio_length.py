"""How long a recording is, as its header says, without decoding it.

Files come from strangers, so `ask_length_ms` has them opened in a process of its own: what brings
that down, or keeps it busy, harms nobody.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PATIENCE_S = 10.0  # a header is read in a tenth of a second, on a busy machine in a few

_log = logging.getLogger(__name__)


def ask_length_ms(path: Path, *, patience_s: float = PATIENCE_S) -> int | None:
    """What `length_ms` says, asked in another process.

    Returns:
        Milliseconds; None where the header does not say, or cannot be read.
    """
    command = [sys.executable, "-m", "pipeline.audio_length", str(path.resolve())]
    try:
        answer = subprocess.run(
            command, capture_output=True, cwd=REPOSITORY, timeout=patience_s, check=True
        )
        said = answer.stdout.strip()
        return int(said) if said else None
    except (OSError, ValueError, subprocess.SubprocessError):
        _log.info("the length of %s is not known before it is read", path.suffix, exc_info=True)
        return None


def length_ms(path: Path) -> int | None:
    """Length that the header claims, which may be wrong; None where it claims none."""
    # Here, for `ask_length_ms` needs none of them in the process that asks.
    import av  # noqa: PLC0415
    import soundfile  # noqa: PLC0415

    from pipeline.decoding.pyav import open_container  # noqa: PLC0415

    try:
        return round(1000 * float(soundfile.info(str(path)).duration))
    except (soundfile.LibsndfileError, TypeError):
        pass  # a format that the other library may know
    try:
        with open_container(path) as container:
            microseconds: int | None = container.duration
    except (av.error.FFmpegError, ValueError, OSError):
        return None
    return None if microseconds is None else microseconds // 1000


def main() -> None:
    """Print the length of the file that is named; nothing where it is not known."""
    found = length_ms(Path(sys.argv[1]))
    print("" if found is None else found)


if __name__ == "__main__":
    main()
