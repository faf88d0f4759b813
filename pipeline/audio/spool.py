"""Temporary file through which a decoder passes samples to concurrent readers."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.audio_track import ONE_TRACK, TracksRead
from pipeline.core.errors import RecordingTooLongError, WorkingFileError

BYTES_PER_SAMPLE = 2
SECONDS_PER_HOUR = 3600


class SamplesReplacedError(Exception):
    """Error for samples that are invalid because the file was decoded again with another result."""


class PcmSpool:
    """A growing file of 16-bit samples with one writing thread and any number of readers.

    Samples are not kept in memory, except in the operating system's file cache.
    """

    def __init__(self, folder: Path | None = None, *, max_samples: int | None = None) -> None:
        """Create a temporary file without a name, so that it disappears even after a crash.

        Args:
            folder: folder on the disk to use; None for the system's temporary folder.
            max_samples: a longer recording is refused; None for no limit.

        Raises:
            WorkingFileError: the file cannot be created.
        """
        try:
            self._file: IO[bytes] = tempfile.TemporaryFile(  # noqa: SIM115 - lives as long as this
                buffering=0, dir=folder
            )
        except OSError as error:
            raise _no_room(error) from error
        self._file_lock = threading.Lock()  # the one file handle is positioned, then used
        self._news = threading.Condition()
        self._max_samples = max_samples
        self._num_written = 0
        self._fraction = 0.0
        self._most_ahead: int | None = None
        self._num_awaited = 0  # samples that readers wait for
        self._is_complete = False
        self._tracks = ONE_TRACK
        self._failure: BaseException | None = None

    @property
    def num_written(self) -> int:
        """Number of samples written so far."""
        return self._num_written

    def append(self, pcm: NDArray[np.int16]) -> None:
        """Append 16-bit samples of shape (num_samples,).

        Raises:
            RecordingTooLongError: the recording exceeds `max_samples`.
            WorkingFileError: the disk has no space left.
        """
        if self._max_samples is not None and self._num_written + len(pcm) > self._max_samples:
            raise too_long(self._max_samples)
        try:
            with self._file_lock:
                self._file.seek(self._num_written * BYTES_PER_SAMPLE)
                _write_all(self._file, memoryview(pcm.tobytes()))
        except OSError as error:
            raise _no_room(error) from error
        with self._news:
            self._num_written += len(pcm)
            self._news.notify_all()
            self._news.wait_for(self._may_go_on)

    def pause_at(self, num_samples: int) -> None:
        """Make the writer pause at this number of samples, unless a reader waits for more."""
        self._most_ahead = num_samples

    def release(self) -> None:
        """Cancel the pause, so that the writer continues to the end."""
        with self._news:
            self._most_ahead = None
            self._news.notify_all()

    def set_fraction(self, fraction: float) -> None:
        """Record the fraction of the recording that has been decoded, in [0, 1]."""
        self._fraction = fraction

    def finish(self, tracks: TracksRead = ONE_TRACK) -> None:
        """Record the sound tracks and mark the samples as complete."""
        self._tracks = tracks
        with self._news:
            self._is_complete = True
            self._news.notify_all()

    def fail(self, error: BaseException) -> None:
        """Store the error that ended decoding; readers of missing samples get it."""
        with self._news:
            self._failure = error
            self._news.notify_all()

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.int16]:
        """Return samples, after waiting for those not yet written; see `PcmSource.read`.

        Raises:
            SamplesReplacedError: the recording is decoded again into another spool.
            WorkingFileError: the file cannot be read.
            PipelineError: the error with which decoding failed.
        """
        with self._news:
            if stop_sample > self._num_awaited:
                self._num_awaited = stop_sample
                self._news.notify_all()
            self._news.wait_for(lambda: self._has_answer(stop_sample))
            if self._failure is not None:
                raise self._failure
            stop = min(stop_sample, self._num_written)
        num_bytes = max(0, stop - first_sample) * BYTES_PER_SAMPLE
        try:
            with self._file_lock:
                self._file.seek(first_sample * BYTES_PER_SAMPLE)
                data = _read_all(self._file, num_bytes)
        except OSError as error:
            raise WorkingFileError(f"The decoded samples cannot be read ({error})") from error
        return np.frombuffer(data, dtype=np.int16)

    def num_samples(self) -> int:
        """Return the number of samples; block until decoding has ended.

        Raises:
            PipelineError: as from `read`.
            SamplesReplacedError: as from `read`.
        """
        self.release()
        with self._news:
            self._news.wait_for(lambda: self._is_complete or self._failure is not None)
            if self._failure is not None:
                raise self._failure
            return self._num_written

    def tracks(self) -> TracksRead:
        """Return the sound tracks; block until decoding has ended.

        Raises:
            PipelineError: as from `read`.
            SamplesReplacedError: as from `read`.
        """
        self.num_samples()
        return self._tracks

    def expected_samples(self) -> int:
        """Estimate the number of samples of the recording from the fraction decoded so far."""
        if self._is_complete or not self._fraction:
            return self._num_written
        return max(self._num_written, round(self._num_written / self._fraction))

    def as_audio(self) -> Audio:
        """Return the recording as an Audio that reads from this file."""
        return Audio(self)

    def _may_go_on(self) -> bool:
        is_held = self._most_ahead is not None and self._num_written >= self._most_ahead
        return not is_held or self._num_awaited > self._num_written

    def _has_answer(self, stop_sample: int) -> bool:
        is_over = self._is_complete or self._failure is not None
        return is_over or self._num_written >= stop_sample


def too_long(max_samples: int) -> RecordingTooLongError:
    """Return the error for a recording that exceeds `max_samples`."""
    hours = max_samples / SAMPLE_RATE_HZ / SECONDS_PER_HOUR
    return RecordingTooLongError(
        f"The recording is longer than {hours:.4g} hours. Split it into parts"
    )


def _write_all(file: IO[bytes], data: memoryview) -> None:
    while data:
        data = data[file.write(data) :]


def _read_all(file: IO[bytes], num_bytes: int) -> bytes:
    """Read exactly `num_bytes` from the current position, in several reads if needed.

    Raises:
        OSError: the file is shorter.
    """
    data = file.read(num_bytes)
    while len(data) < num_bytes:
        more = file.read(num_bytes - len(data))
        if not more:
            raise OSError("the file is shorter than what was written to it")
        data += more
    return data


def _no_room(error: OSError) -> WorkingFileError:
    return WorkingFileError(
        f"The decoded samples cannot be stored ({error}). Check the free space of the disk"
    )
