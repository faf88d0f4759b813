"""Sources of samples for live transcription on the command line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import numpy as np

from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.errors import AudioError, OptionError
from pipeline.live.audio.sample_queue import SampleQueue

_BLOCK_SAMPLES = SAMPLE_RATE_HZ // 10
_BYTES_PER_SAMPLE = 2


@contextmanager
def raw_stream(stream: IO[bytes]) -> Iterator[SampleQueue]:
    """Read 16-bit little-endian samples at 16 kHz from a stream, such as a pipe, into a queue."""
    queue = SampleQueue()
    threading.Thread(target=_read, args=(stream, queue), name="raw-samples", daemon=True).start()
    yield queue


@contextmanager
def microphone(device: int | None) -> Iterator[SampleQueue]:
    """Record from a microphone while the context is open.

    Args:
        device: number of the device, None for the default one.

    Raises:
        OptionError: the package or the system's library for microphones is not installed.
        AudioError: the device does not exist or cannot record.
    """
    sounddevice = _require_sounddevice()
    queue = SampleQueue()

    def on_block(data: bytes, _num_samples: int, _time: object, _status: object) -> None:
        queue.put(np.frombuffer(bytes(data), dtype=np.int16))

    try:
        stream = sounddevice.RawInputStream(
            samplerate=SAMPLE_RATE_HZ,
            blocksize=_BLOCK_SAMPLES,
            device=device,
            channels=1,
            dtype="int16",
            callback=on_block,
            finished_callback=queue.end,
        )
    except (ValueError, sounddevice.PortAudioError) as error:
        raise AudioError(
            f"The microphone cannot be opened ({error}). "
            "List the devices with: python -m sounddevice"
        ) from error
    with stream:
        yield queue


def _read(stream: IO[bytes], queue: SampleQueue) -> None:
    rest = b""
    # Unbuffered: a thread that waits inside a buffered stream would abort the program's exit.
    raw = getattr(stream, "raw", stream)
    while data := raw.read(_BLOCK_SAMPLES * _BYTES_PER_SAMPLE):
        rest += data
        count = len(rest) // _BYTES_PER_SAMPLE
        queue.put(np.frombuffer(rest, dtype="<i2", count=count).astype(np.int16))
        rest = rest[count * _BYTES_PER_SAMPLE :]
    queue.end()


def _require_sounddevice() -> Any:  # a module that is not typed
    try:
        import sounddevice  # noqa: PLC0415 - optional
    except (ImportError, OSError) as error:  # OSError: the system's PortAudio is missing
        raise OptionError(
            "Recording needs the package sounddevice and PortAudio. Run: pip install "
            "sounddevice (on Debian and Ubuntu also: apt install libportaudio2), or give a file"
        ) from error
    return sounddevice
