from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.errors import WorkingFileError
from pipeline.live.audio.spool_file import SpoolFile, SpoolGapError, SpoolReader


def samples(first: int, stop: int) -> np.ndarray:
    return (np.arange(first, stop) % 30_000).astype(np.int16)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pieces=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 200)), max_size=20),
    as_bytes=st.booleans(),
)
def test_repeated_and_overlapping_frames_are_stored_once(
    tmp_path: Path, pieces: list[tuple[int, int]], as_bytes: bool
) -> None:
    path = tmp_path / "audio.s16"
    path.unlink(missing_ok=True)
    spool = SpoolFile.create(path)
    for first, count in pieces:
        block = samples(first, first + count)
        before = spool.next_sample
        if first > before:
            with pytest.raises(SpoolGapError) as gap:
                spool.write(first, block)
            assert gap.value.next_sample == before
        else:
            spool.write(first, block.astype("<i2").tobytes() if as_bytes else block)
            assert spool.next_sample == max(before, first + count)
    spool.close()

    stored = np.fromfile(path, dtype="<i2")

    assert np.array_equal(stored, samples(0, len(stored)))


def test_silence_is_zeros_between_the_samples(tmp_path: Path) -> None:
    spool = SpoolFile.create(tmp_path / "audio.s16")

    assert spool.write(0, samples(1, 4)) == 3
    assert spool.write_silence(5) == 8
    assert spool.write(8, samples(1, 2)) == 9

    reader = SpoolReader(tmp_path / "audio.s16")
    assert reader.read(0, 100).tolist() == [1, 2, 3, 0, 0, 0, 0, 0, 1]
    assert reader.num_samples() == 9


def test_samples_are_durable_only_after_sync(tmp_path: Path) -> None:
    spool = SpoolFile.create(tmp_path / "audio.s16")
    spool.write(0, samples(0, 10))

    assert spool.durable_sample == 0
    assert spool.sync() == spool.durable_sample == 10


def test_reopened_file_is_cut_to_whole_samples_and_continues(tmp_path: Path) -> None:
    path = tmp_path / "audio.s16"
    path.write_bytes(b"\x01\x00\x02\x00\x03")

    spool = SpoolFile.open(path)

    assert spool.next_sample == spool.durable_sample == 2
    spool.write(2, samples(7, 8))
    assert path.read_bytes() == b"\x01\x00\x02\x00\x07\x00"


def test_reopened_file_is_cut_to_the_samples_that_were_durable(tmp_path: Path) -> None:
    path = tmp_path / "audio.s16"
    path.write_bytes(samples(0, 10).tobytes())

    assert SpoolFile.open(path, num_samples=4).next_sample == 4
    assert SpoolFile.open(path, num_samples=40).next_sample == 4


def test_odd_bytes_and_negative_positions_are_refused(tmp_path: Path) -> None:
    spool = SpoolFile.create(tmp_path / "audio.s16")

    with pytest.raises(ValueError, match="whole samples"):
        spool.write(0, b"\x00")
    with pytest.raises(ValueError, match="whole samples"):
        spool.write(-1, b"\x00\x00")
    with pytest.raises(ValueError, match="negative"):
        spool.write_silence(-1)
    assert spool.next_sample == 0


def test_an_existing_file_is_not_overwritten_and_a_missing_one_not_made(tmp_path: Path) -> None:
    path = tmp_path / "audio.s16"
    with pytest.raises(WorkingFileError):
        SpoolFile.open(path)
    SpoolFile.create(path).write(0, samples(0, 3))

    with pytest.raises(WorkingFileError):
        SpoolFile.create(path)
    assert path.stat().st_size == 6


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process exist on POSIX only")
def test_a_full_disk_leaves_whole_frames_and_writing_goes_on_later(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "audio.s16"
    spool = SpoolFile.create(path)
    spool.write(0, samples(0, 100))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (301, limits[1]))
        with pytest.raises(WorkingFileError):
            spool.write(100, samples(100, 200))
        with pytest.raises(WorkingFileError):
            spool.write_silence(1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)

    assert path.stat().st_size == 200
    assert spool.write(100, samples(100, 200)) == 200
    assert np.array_equal(np.fromfile(path, "<i2"), samples(0, 200))


_WRITER = """
import sys
from pathlib import Path
import numpy as np
from pipeline.live.audio.spool_file import SpoolFile
spool = SpoolFile.open(Path(sys.argv[1]))
for _ in range(100_000):
    first = spool.next_sample
    block = (np.arange(first, first + 333) % 30_000).astype(np.int16)
    spool.write(first, block)
    print(spool.sync(), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_killed_writer_loses_no_sample_that_it_called_durable(tmp_path: Path) -> None:
    path = tmp_path / "audio.s16"
    SpoolFile.create(path).close()
    chance = random.Random(5)
    for _ in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        durable = [int(writer.stdout.readline()) for _ in range(chance.randint(1, 50))]
        os.kill(writer.pid, signal.SIGKILL)
        durable += [int(line) for line in writer.stdout if line.endswith("\n")]
        writer.wait()
        writer.stdout.close()

        spool = SpoolFile.open(path)
        spool.close()

        assert spool.next_sample >= durable[-1]
        assert np.array_equal(np.fromfile(path, "<i2"), samples(0, spool.next_sample))
