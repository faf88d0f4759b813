"""Samples on their way from a decoder to those who work on them, through a file."""

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
    """What was read is not the recording after all: another decoding of it is better."""


class PcmSpool:
    """A file of 16-bit samples that grows at its end; one thread writes, any number read.

    Nothing of it stays in memory but what the operating system keeps of files.
    """

    def __init__(self, folder: Path | None = None, *, max_samples: int | None = None) -> None:
        """Begin an empty file without a name: it is gone when the spool is, whatever happens.

        Args:
            folder: on whose disk; None for the system's place for temporary files.
            max_samples: a recording with more of them is refused; None for no limit.

        Raises:
            WorkingFileError: it cannot be created.
        """
        try:
            self._file: IO[bytes] = tempfile.TemporaryFile(  # noqa: SIM115 - lives as long as this
                buffering=0, dir=folder
            )
        except OSError as error:
            raise _no_room(error) from error
        self._place = threading.Lock()  # one handle for all: it is moved, then used
        self._news = threading.Condition()
        self._max_samples = max_samples
        self._num_written = 0
        self._fraction = 0.0
        self._most_ahead: int | None = None
        self._wanted = 0  # samples that somebody waits for
        self._is_complete = False
        self._tracks = ONE_TRACK
        self._failure: BaseException | None = None

    @property
    def num_written(self) -> int:
        """Samples that are there."""
        return self._num_written

    def append(self, pcm: NDArray[np.int16]) -> None:
        """Add (num_samples,) int16 at the end.

        Raises:
            RecordingTooLongError: that is more than is taken.
            WorkingFileError: there is no room for it.
        """
        if self._max_samples is not None and self._num_written + len(pcm) > self._max_samples:
            raise too_long(self._max_samples)
        try:
            with self._place:
                self._file.seek(self._num_written * BYTES_PER_SAMPLE)
                _write_all(self._file, memoryview(pcm.tobytes()))
        except OSError as error:
            raise _no_room(error) from error
        with self._news:
            self._num_written += len(pcm)
            self._news.notify_all()
            self._news.wait_for(self._may_go_on)

    def hold_at(self, num_samples: int) -> None:
        """Let the writer go no further for the time being, unless a reader waits for more."""
        self._most_ahead = num_samples

    def release(self) -> None:
        """Let the writer go on to the end."""
        with self._news:
            self._most_ahead = None
            self._news.notify_all()

    def note_fraction(self, fraction: float) -> None:
        """Tell how much of the recording has been decoded, in [0, 1]."""
        self._fraction = fraction

    def finish(self, tracks: TracksRead = ONE_TRACK) -> None:
        """Note that no more samples will come, and which sound tracks they are of."""
        self._tracks = tracks
        with self._news:
            self._is_complete = True
            self._news.notify_all()

    def fail(self, error: BaseException) -> None:
        """No more samples will come: whoever asks for one gets this error."""
        with self._news:
            self._failure = error
            self._news.notify_all()

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.int16]:
        """Samples that exist; waits for those on their way. See `PcmSource.read`.

        Raises:
            SamplesReplacedError: the recording is read anew from another spool.
            WorkingFileError: the file cannot be read.
            PipelineError: whatever the decoding has failed with.
        """
        with self._news:
            if stop_sample > self._wanted:
                self._wanted = stop_sample
                self._news.notify_all()
            self._news.wait_for(lambda: self._has_answer(stop_sample))
            if self._failure is not None:
                raise self._failure
            stop = min(stop_sample, self._num_written)
        num_bytes = max(0, stop - first_sample) * BYTES_PER_SAMPLE
        try:
            with self._place:
                self._file.seek(first_sample * BYTES_PER_SAMPLE)
                data = _read_all(self._file, num_bytes)
        except OSError as error:
            raise WorkingFileError(f"The decoded samples cannot be read ({error})") from error
        return np.frombuffer(data, dtype=np.int16)

    def num_samples(self) -> int:
        """Length of the recording; waits until it is complete. Raises as `read` does."""
        self.release()
        with self._news:
            self._news.wait_for(lambda: self._is_complete or self._failure is not None)
            if self._failure is not None:
                raise self._failure
            return self._num_written

    def tracks(self) -> TracksRead:
        """Return which sound tracks they are of; waits until it is complete, as `num_samples`."""
        self.num_samples()
        return self._tracks

    def expected_samples(self) -> int:
        """Length of the recording, by how much of it is decoded."""
        if self._is_complete or not self._fraction:
            return self._num_written
        return max(self._num_written, round(self._num_written / self._fraction))

    def as_audio(self) -> Audio:
        """The recording in it."""
        return Audio(self)

    def _may_go_on(self) -> bool:
        is_held = self._most_ahead is not None and self._num_written >= self._most_ahead
        return not is_held or self._wanted > self._num_written

    def _has_answer(self, stop_sample: int) -> bool:
        is_over = self._is_complete or self._failure is not None
        return is_over or self._num_written >= stop_sample


def too_long(max_samples: int) -> RecordingTooLongError:
    """Says how long a recording may be."""
    hours = max_samples / SAMPLE_RATE_HZ / SECONDS_PER_HOUR
    return RecordingTooLongError(
        f"The recording is longer than {hours:.4g} hours. Split it into parts"
    )


def _write_all(file: IO[bytes], data: memoryview) -> None:
    while data:
        data = data[file.write(data) :]


def _read_all(file: IO[bytes], num_bytes: int) -> bytes:
    """Bytes from the current place on; an unbuffered file may give fewer than asked for."""
    data = file.read(num_bytes)
    while len(data) < num_bytes:
        more = file.read(num_bytes - len(data))
        if not more:
            raise OSError("the file is shorter than what was written to it")
        data += more
    return data


def _no_room(error: OSError) -> WorkingFileError:
    return WorkingFileError(
        f"The decoded samples cannot be kept ({error}). Check the disk's free space"
    )
