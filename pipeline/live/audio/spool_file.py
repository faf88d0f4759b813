"""File to which the samples of a live recording are appended, and its reader.

The file holds 16-bit little-endian samples at 16 kHz, without a header. It is the only store of the
recording: after an interruption everything else is computed from it again.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from pipeline.core.audio_track import ONE_TRACK, TracksRead
from pipeline.core.errors import WorkingFileError

BYTES_PER_SAMPLE = 2
_SAMPLE = np.dtype("<i2")


class SpoolGapError(Exception):
    """Error for samples that leave a gap after the end of the file.

    Attributes:
        next_sample: number of the sample that must be written next.
    """

    def __init__(self, next_sample: int) -> None:
        super().__init__(f"sample {next_sample} must come next")
        self.next_sample = next_sample


class SpoolFile:
    """An append-only file of samples, written by one process.

    Thread-safe: `sync` may run in another thread than `write`, which it does not block.
    """

    def __init__(self, file: IO[bytes], num_samples: int) -> None:
        """Store an open file of this length; callers use `create` or `open`."""
        self._file = file
        self._lock = threading.Lock()  # of the file's position and length
        self._next_sample = num_samples
        self._durable_sample = 0

    @staticmethod
    def create(path: Path) -> SpoolFile:
        """Create an empty spool file.

        Raises:
            WorkingFileError: the file exists already or cannot be created.
        """
        try:
            return SpoolFile(path.open("x+b", buffering=0), 0)
        except OSError as error:
            raise _failure(error) from error

    @staticmethod
    def open(path: Path, *, num_samples: int | None = None) -> SpoolFile:
        """Open an existing file for appending, truncated to an even number of bytes.

        Args:
            path: the file.
            num_samples: cut the file to at most this length, for example to the samples that were
                durable before the machine failed; None to keep all whole samples.

        Raises:
            WorkingFileError: the file does not exist or cannot be written.
        """
        try:
            file = path.open("r+b", buffering=0)
            found = file.seek(0, os.SEEK_END) // BYTES_PER_SAMPLE
            kept = found if num_samples is None else min(found, num_samples)
            file.truncate(kept * BYTES_PER_SAMPLE)
            spool = SpoolFile(file, kept)
        except OSError as error:
            raise _failure(error) from error
        spool.sync()
        return spool

    @property
    def next_sample(self) -> int:
        """Number of samples in the file, which is the number of the next sample."""
        return self._next_sample

    @property
    def durable_sample(self) -> int:
        """Number of samples that survive a failure of the machine."""
        return self._durable_sample

    def write(self, first_sample: int, samples: bytes | NDArray[np.int16]) -> int:
        """Append samples, skipping those that the file already has.

        Args:
            first_sample: number of the first of them, from the start of the recording.
            samples: 16-bit little-endian bytes, or an array of (num_samples,) int16.

        Returns:
            The number of samples in the file afterwards.

        Raises:
            SpoolGapError: samples between the end of the file and these are missing.
            ValueError: `samples` has an odd number of bytes, or `first_sample` is negative.
            WorkingFileError: the disk has no space left; the file keeps its previous length.
        """
        data = samples if isinstance(samples, bytes) else samples.astype(_SAMPLE).tobytes()
        if len(data) % BYTES_PER_SAMPLE or first_sample < 0:
            raise ValueError(f"{len(data)} bytes from sample {first_sample} are no whole samples")
        with self._lock:
            if first_sample > self._next_sample:
                raise SpoolGapError(self._next_sample)
            overlap = (self._next_sample - first_sample) * BYTES_PER_SAMPLE
            self._append(data[overlap:])
            return self._next_sample

    def write_silence(self, count: int) -> int:
        """Append samples of value 0 by extending the file.

        Args:
            count: number of samples, 0 or more.

        Returns:
            The number of samples in the file afterwards.

        Raises:
            ValueError: `count` is negative.
            WorkingFileError: the disk has no space left; the file keeps its previous length.
        """
        if count < 0:
            raise ValueError(f"the number of samples must not be negative: {count}")
        with self._lock:
            try:
                self._file.truncate((self._next_sample + count) * BYTES_PER_SAMPLE)
            except OSError as error:
                raise _failure(error) from error
            self._next_sample += count
            return self._next_sample

    def sync(self) -> int:
        """Flush the samples written so far to the disk; return their number.

        Raises:
            WorkingFileError: the disk cannot store them.
        """
        written = self._next_sample
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _failure(error) from error
        self._durable_sample = max(self._durable_sample, written)
        return self._durable_sample

    def close(self) -> None:
        """Close the file without flushing it to the disk."""
        with self._lock:
            self._file.close()

    def _append(self, data: bytes) -> None:
        end = self._next_sample * BYTES_PER_SAMPLE
        try:
            self._file.seek(end)
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._file.truncate(end)
            raise _failure(error) from error
        self._next_sample += len(data) // BYTES_PER_SAMPLE


class SpoolReader:
    """A reader of a spool file to which another process may still append.

    It is a `PcmSource` of `pipeline.audio.samples.Audio` with the samples that exist at the time of
    each call, so it never blocks. Thread-safe.
    """

    def __init__(self, path: Path) -> None:
        """Open a spool file for reading.

        Raises:
            WorkingFileError: the file does not exist or cannot be read.
        """
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise _failure(error) from error
        self._lock = threading.Lock()

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.int16]:
        """Return the existing samples `first_sample <= i < stop_sample`; see `PcmSource.read`.

        Raises:
            WorkingFileError: the file cannot be read.
        """
        try:
            with self._lock:
                self._file.seek(first_sample * BYTES_PER_SAMPLE)
                data = self._file.read(max(0, stop_sample - first_sample) * BYTES_PER_SAMPLE)
        except OSError as error:
            raise _failure(error) from error
        count = len(data) // BYTES_PER_SAMPLE
        return np.frombuffer(data, dtype=_SAMPLE, count=count).astype(np.int16, copy=False)

    def num_samples(self) -> int:
        """Return the number of samples that currently exist."""
        return os.fstat(self._file.fileno()).st_size // BYTES_PER_SAMPLE

    def tracks(self) -> TracksRead:
        """Return a single sound track, as `PcmSource` requires."""
        return ONE_TRACK

    def expected_samples(self) -> int:
        """Return the number of samples that currently exist; see `PcmSource.expected_samples`."""
        return self.num_samples()

    def close(self) -> None:
        """Close the spool file."""
        self._file.close()


def _failure(error: OSError) -> WorkingFileError:
    return WorkingFileError(
        f"The samples of the live recording cannot be stored or read ({error.strerror}). "
        "Check the free space of the disk"
    )
