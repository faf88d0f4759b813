"""Damages audio files at random and reads each in a process that is measured.

`python -m tests.pipeline.audio.decoders.fuzzed_audio SECONDS SEED FOLDER` reads files
made from those in a folder for so long, and prints what broke a rule as well as a summary.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.dev_data import REPOSITORY

MOST_BYTES = 200_000
BATCH = 40
MOST_RSS_KB = 400_000
S_PER_MB = 1.0
LEAST_S = 1.0  # for files of less than a megabyte, on a busy machine
INTERESTING = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\1")


@dataclass(slots=True)
class Findings:
    """What a fuzzing run came to.

    Attributes:
        num_files: files that were read.
        num_refused: those that were refused with an error of ours.
        slowest_s: the longest time for one file.
        most_rss_kb: the largest memory of a process.
        broken: descriptions of what broke a rule.
    """

    num_files: int = 0
    num_refused: int = 0
    slowest_s: float = 0.0
    most_rss_kb: int = 0
    broken: list[str] = field(default_factory=list)


def mutated(content: bytes, maker: random.Random) -> bytes:
    """Return the content with some bytes changed, mostly in its header, or parts cut or doubled."""
    data = bytearray(content[:MOST_BYTES])
    for _ in range(maker.choice((1, 2, 4, 16))):
        reach = max(8, min(len(data), maker.choice((64, 512, len(data)))))
        place = maker.randrange(reach)
        match maker.randrange(6):
            case 0:
                data[place : place + 1] = bytes([maker.randrange(256)])
            case 1 | 2:
                data[place : place + 4] = maker.choice(INTERESTING)
            case 3:
                del data[place : place + maker.choice((1, 4, 100))]
            case 4:
                data[place:place] = data[place : place + maker.choice((4, 64, 4096))]
            case _:
                data = data[: maker.randrange(len(data) + 1)]
    return bytes(data)


def fuzz(seeds: Sequence[bytes], *, seconds: float, seed: int, folder: Path) -> Findings:
    """Read damaged files until the time is up, in batches with a process each."""
    found = Findings()
    maker = random.Random(seed)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        paths = []
        for number in range(BATCH):
            path = folder / f"{number}.bin"
            path.write_bytes(mutated(maker.choice(seeds), maker))
            paths.append(path)
        _read_batch(paths, found)
    return found


def _read_batch(paths: Sequence[Path], found: Findings) -> None:
    command = [sys.executable, "-m", "tests.pipeline.audio.decoders.fuzzed_audio", *map(str, paths)]
    answer = subprocess.run(
        command, capture_output=True, text=True, cwd=REPOSITORY, timeout=600, check=False
    )
    lines = [json.loads(each) for each in answer.stdout.splitlines() if each.startswith("{")]
    for path, line in zip(paths, lines, strict=False):
        found.num_files += 1
        found.num_refused += line["outcome"] == "refused"
        found.slowest_s = max(found.slowest_s, line["s"])
        found.most_rss_kb = max(found.most_rss_kb, line["rss_kb"])
        for rule in _broken(line, path.stat().st_size):
            found.broken.append(f"{rule}: {_kept(path)}")
    if answer.returncode:
        culprit = paths[min(len(lines), len(paths) - 1)]
        found.broken.append(f"ended with {answer.returncode}: {_kept(culprit)}")


def _broken(line: dict[str, object], size: int) -> Iterator[str]:
    if line["outcome"] not in {"read", "refused"}:
        yield str(line["outcome"])
    if float(str(line["s"])) > max(LEAST_S, S_PER_MB * size / 1e6):
        yield f"{line['s']} s"
    if int(str(line["rss_kb"])) > MOST_RSS_KB:
        yield f"{line['rss_kb']} kB"


def _kept(path: Path) -> Path:
    kept = path.with_name(f"broken-{time.time_ns()}.bin")
    kept.write_bytes(path.read_bytes())
    return kept


def read_each(paths: Sequence[str]) -> None:
    """Read files and print, for each, the outcome, the time and the memory so far."""
    from pipeline.audio.decode import read_audio
    from pipeline.audio.length import length_ms
    from pipeline.core.errors import AudioError

    for each in paths:
        began = time.process_time()
        try:
            length_ms(Path(each))
            read_audio(Path(each))
            outcome = "read"
        except AudioError:
            outcome = "refused"
        except Exception as error:
            outcome = repr(error)
        took = round(time.process_time() - began, 3)
        rss_kb = _peak_rss_kb()
        print(json.dumps({"outcome": outcome, "s": took, "rss_kb": rss_kb}), flush=True)


def _peak_rss_kb() -> int:
    """Return the peak memory of this program; `ru_maxrss` would include that of its parent."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def main(arguments: Sequence[str]) -> None:
    """Fuzz for a time, or read the files that are named."""
    if not arguments[0].replace(".", "").isdigit():
        read_each(arguments)
        return
    seconds, seed, folder = arguments
    seeds = [each.read_bytes() for each in sorted(Path(folder).iterdir()) if each.is_file()]
    kept = Path(tempfile.mkdtemp(prefix="fuzz"))
    found = fuzz(seeds, seconds=float(seconds), seed=int(seed), folder=kept)
    for each in found.broken:
        print(each)
    print(
        f"{found.num_files} files, {found.num_refused} refused, slowest {found.slowest_s} s, "
        f"{found.most_rss_kb} kB"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
