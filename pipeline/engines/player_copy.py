"""What the player needs of a recording, written while the recording is still being decoded."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.atomic_write import write_bytes_atomically
from pipeline.audio import SAMPLES_PER_MS, Audio
from pipeline.audio_track import TracksRead
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS
from pipeline.errors import WorkingFileError
from pipeline.review_copy import write_review_copy
from pipeline.side_by_side import WorkStoppedError
from pipeline.waveform_peaks import waveform_peaks


class PlayerCopy:
    """Writes the copy that is played and the waveform's picture, in a thread of its own."""

    def __init__(self, audio: Audio, folder: Path) -> None:
        """Begin to write into an existing folder."""
        self._is_stopped = threading.Event()
        self._audio = Audio(_UntilStopped(audio, self._is_stopped))
        self._folder = folder
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="player-copy", daemon=True)
        self._thread.start()

    def is_complete(self) -> bool:
        """Whether both files are there.

        Raises:
            BaseException: whatever kept them from being written or the recording from being read.
        """
        if self._thread.is_alive():
            return False
        if self._failure is not None:
            raise self._failure
        return True

    def wait(self) -> None:
        """Wait until the thread has ended, well or not."""
        self._thread.join()

    def stop(self) -> None:
        """Write no more than the block at hand, and leave nothing half written behind."""
        self._is_stopped.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._write()
        except BaseException as error:  # raised again for whoever asks
            self._failure = error

    def _write(self) -> None:
        try:
            write_review_copy(self._audio, self._folder / SCRATCH_AUDIO)
            peaks = waveform_peaks(self._audio)
            write_bytes_atomically(self._folder / SCRATCH_PEAKS, peaks.tobytes())
        except WorkingFileError:
            raise
        except OSError as error:
            raise WorkingFileError(
                f"The copy for the player cannot be written ({error}). Check the disk's free space"
            ) from error


class _UntilStopped:
    """The samples of a recording, until nobody wants them any more."""

    def __init__(self, audio: Audio, is_stopped: threading.Event) -> None:
        self._audio = audio
        self._is_stopped = is_stopped

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.int16]:
        if self._is_stopped.is_set():
            raise WorkStoppedError
        return self._audio.read_pcm(first_sample, stop_sample)

    def num_samples(self) -> int:
        return self._audio.num_samples

    def tracks(self) -> TracksRead:
        return self._audio.tracks

    def expected_samples(self) -> int:
        return self._audio.expected_ms * SAMPLES_PER_MS
