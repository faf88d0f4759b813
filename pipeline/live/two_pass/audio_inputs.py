"""Conversion of the audio bytes from clients to samples at 16 kHz."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.decode import read_audio
from pipeline.audio.resample import PcmResampler
from pipeline.audio.samples import PCM_16_SCALE, SAMPLE_RATE_HZ
from pipeline.core.errors import AudioError

MAX_FILE_BYTES = 2 << 30
_BYTES_PER_SAMPLE = 2
_BLOCK_SAMPLES = SAMPLE_RATE_HZ


class AudioInput(Protocol):
    """The audio input of one utterance."""

    def add(self, data: bytes) -> NDArray[np.int16]:
        """Add bytes in order; return the samples that become available.

        Raises:
            AudioError: the bytes are no audio, or the recording is too long.
        """
        ...

    def finish(self) -> Iterator[NDArray[np.int16]]:
        """End the input; yield the remaining samples.

        Raises:
            AudioError: the bytes are no audio.
        """
        ...

    def close(self) -> None:
        """Release the memory and files of the input."""
        ...


class PcmInput:
    """An input of raw 16-bit little-endian samples at any rate, split at any byte."""

    def __init__(self, sample_rate_hz: int) -> None:
        """Create the input of an utterance; the rate may be replaced later."""
        self.sample_rate_hz = sample_rate_hz
        self._resampler = PcmResampler(self)
        self._rest = b""
        self._samples: list[NDArray[np.int16]] = []

    def append(self, pcm: NDArray[np.int16]) -> None:
        """Collect resampled samples; see `PcmSink`."""
        self._samples.append(pcm)

    def add(self, data: bytes) -> NDArray[np.int16]:
        """Add bytes of samples; see `AudioInput.add`."""
        data = self._rest + data
        num_whole = len(data) // _BYTES_PER_SAMPLE * _BYTES_PER_SAMPLE
        self._rest = data[num_whole:]
        pcm = np.frombuffer(data[:num_whole], dtype="<i2")
        samples = pcm.astype(np.float32) / np.float32(PCM_16_SCALE)
        self._resampler.add(samples, self.sample_rate_hz)
        return self._taken()

    def finish(self) -> Iterator[NDArray[np.int16]]:
        """Yield the samples remaining in the resampler; see `AudioInput.finish`."""
        self._resampler.finish()
        yield self._taken()

    def close(self) -> None:
        """Do nothing, since the samples are in memory."""

    def _taken(self) -> NDArray[np.int16]:
        samples, self._samples = self._samples, []
        return np.concatenate([np.zeros(0, dtype=np.int16), *samples])


class FileInput:
    """An input of an audio file of any format, decoded when it is complete."""

    def __init__(self) -> None:
        """Create the input with an empty temporary file."""
        self._folder = tempfile.TemporaryDirectory(prefix="sent-file-")
        self._path = Path(self._folder.name) / "recording"
        self._path.touch()

    def add(self, data: bytes) -> NDArray[np.int16]:
        """Write bytes to the temporary file; see `AudioInput.add`.

        Raises:
            AudioError: the file is too large.
        """
        if self._path.stat().st_size + len(data) > MAX_FILE_BYTES:
            raise AudioError(
                f"The file is larger than {MAX_FILE_BYTES >> 20} MB. Send a smaller one"
            )
        with self._path.open("ab") as file:
            file.write(data)
        return np.zeros(0, dtype=np.int16)

    def finish(self) -> Iterator[NDArray[np.int16]]:
        """Yield the decoded samples; see `AudioInput.finish`."""
        if self._path.stat().st_size:
            yield from read_audio(self._path).blocks(_BLOCK_SAMPLES)

    def close(self) -> None:
        """Delete the temporary file."""
        self._folder.cleanup()
