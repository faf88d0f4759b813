"""Writing of a recording's playback files while the recording is being decoded."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.playback.peaks import waveform_peaks
from pipeline.audio.playback.playback_copy import write_review_copy
from pipeline.audio.samples import SAMPLES_PER_MS, Audio
from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.core.audio_track import TracksRead
from pipeline.core.errors import WorkingFileError
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS
from pipeline.runtime.worker_threads import WorkStoppedError


class PlayerCopy:
    """A background thread that writes the playback copy and the waveform peaks."""

    def __init__(self, audio: Audio, folder: Path) -> None:
        """Start writing into an existing folder, in a new thread."""
        self._is_stopped = threading.Event()
        self._audio = Audio(_StoppableSamples(audio, self._is_stopped))
        self._folder = folder
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="player-copy", daemon=True)
        self._thread.start()

    def is_complete(self) -> bool:
        """Return whether both files are complete.

        Raises:
            BaseException: the error that stopped writing or decoding.
        """
        if self._thread.is_alive():
            return False
        if self._failure is not None:
            raise self._failure
        return True

    def wait(self) -> None:
        """Wait until writing has ended, whether or not it succeeded."""
        self._thread.join()

    def stop(self) -> None:
        """Stop writing after the current block, without leaving an incomplete file."""
        self._is_stopped.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._write()
        except BaseException as error:  # raised again in `is_complete`
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
                f"The playback copy cannot be written ({error}). Check the disk's free space"
            ) from error


class _StoppableSamples:
    """A provider of samples that raises WorkStoppedError after a stop was requested."""

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
