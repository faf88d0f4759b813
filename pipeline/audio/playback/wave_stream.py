"""WAV files of excerpts of a playback copy, written block by block with bounded memory."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.audio.playback.playback_copy import BLOCK_SAMPLES, read_excerpts
from pipeline.audio.samples import SAMPLE_RATE_HZ

_BYTES_PER_SAMPLE = 2
_HEADER_BYTES = 44
_MAX_BYTES = 2**32 - 1  # of a WAV file: 37 hours

Span = tuple[int, int]  # first sample, sample after the last


def wave_size(spans: Iterable[Span], *, pause_samples: int = 0) -> int:
    """Return the size in bytes of the file that `wave_blocks` writes."""
    return _HEADER_BYTES + _BYTES_PER_SAMPLE * _num_samples(list(spans), pause_samples)


def wave_blocks(path: Path, spans: Sequence[Span], *, pause_samples: int = 0) -> Iterator[bytes]:
    """Yield a WAV file, 16 kHz mono 16-bit, of excerpts with silence between them.

    Args:
        path: a file written by `write_review_copy`.
        spans: the excerpts, inside the copy.
        pause_samples: length of the silence between two excerpts.

    Raises:
        AudioError: the copy cannot be read.
        ValueError: the excerpts are too long for a WAV file.
    """
    num_bytes = _BYTES_PER_SAMPLE * _num_samples(spans, pause_samples)
    if num_bytes + _HEADER_BYTES > _MAX_BYTES:
        raise ValueError(f"A WAV file cannot hold {num_bytes} bytes of sound.")
    yield wave_header(num_bytes)
    for index, span in enumerate(spans):
        if index:
            yield bytes(_BYTES_PER_SAMPLE * pause_samples)
        for part, block in zip(_parts(span), read_excerpts(path, _parts(span)), strict=True):
            missing = part[1] - part[0] - len(block)  # beyond the end of the copy
            yield block.astype("<i2").tobytes() + bytes(_BYTES_PER_SAMPLE * missing)


def _parts(span: Span) -> list[Span]:
    first, stop = span
    return [(at, min(at + BLOCK_SAMPLES, stop)) for at in range(first, stop, BLOCK_SAMPLES)]


def _num_samples(spans: Sequence[Span], pause_samples: int) -> int:
    sound = sum(stop - first for first, stop in spans)
    return sound + pause_samples * max(0, len(spans) - 1)


def wave_header(num_bytes: int) -> bytes:
    """Return the RIFF header of PCM sound, in its canonical form of 44 bytes."""
    rate, width = SAMPLE_RATE_HZ, _BYTES_PER_SAMPLE
    riff = struct.pack("<4sI4s", b"RIFF", _HEADER_BYTES - 8 + num_bytes, b"WAVE")
    kind = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * width, width, 8 * width)
    return riff + kind + struct.pack("<4sI", b"data", num_bytes)
