"""Binary frames in which a browser sends the samples of a live recording.

Little-endian: u8 version, u8 kind, u16 flags, u32 count, u64 number of the first sample at 16 kHz;
a frame of audio then has `count` 16-bit samples, a gap frame has none.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

VERSION = 1
MAX_SAMPLES = 1_600  # of a frame of audio: 100 ms
MAX_GAP = 14_400_000  # samples of a frame of silence: 15 minutes
BYTES_PER_SAMPLE = 2
_HEAD = struct.Struct("<BBHIQ")
MAX_FRAME_BYTES = _HEAD.size + MAX_SAMPLES * BYTES_PER_SAMPLE


class FrameError(ValueError):
    """Error for bytes that are not a valid frame."""


class _Kind(IntEnum):
    AUDIO = 1
    GAP = 2


_MOST = {_Kind.AUDIO: MAX_SAMPLES, _Kind.GAP: MAX_GAP}


@dataclass(frozen=True, slots=True)
class Frame:
    """Consecutive samples of a live recording.

    Attributes:
        first_sample: number of the first one, from the start of the session.
        count: number of samples, at least 1.
        samples: 16-bit little-endian samples; None for a gap without samples from the device.
    """

    first_sample: int
    count: int
    samples: bytes | None = None

    @property
    def is_gap(self) -> bool:
        """Whether the frame is a gap without samples from the device."""
        return self.samples is None


def write_frame(frame: Frame, *, flags: int = 0) -> bytes:
    """Return a frame in its binary format."""
    kind = _Kind.GAP if frame.samples is None else _Kind.AUDIO
    head = _HEAD.pack(VERSION, kind, flags, frame.count, frame.first_sample)
    return head + (frame.samples or b"")


def read_frame(data: bytes) -> Frame:
    """Parse the bytes of exactly one frame.

    Raises:
        FrameError: if they are not one valid frame.
    """
    frame, num_bytes = _read(data, 0)
    if num_bytes != len(data):
        raise FrameError(f"a frame has {num_bytes} bytes, got {len(data)}")
    return frame


def read_frames(data: bytes, *, most: int) -> Iterator[Frame]:
    """Yield the frames in `data`.

    Args:
        data: one frame after another.
        most: maximum number of frames.

    Raises:
        FrameError: at bytes that are not a valid frame, and at too many frames.
    """
    start, number = 0, 0
    while start < len(data):
        number += 1
        if number > most:
            raise FrameError(f"at most {most} frames are taken at once")
        frame, start = _read(data, start)
        yield frame


def _read(data: bytes, start: int) -> tuple[Frame, int]:
    """Parse the frame at offset `start`; return it and its end offset.

    Raises:
        FrameError: if there is no valid frame.
    """
    if len(data) < start + _HEAD.size:
        raise FrameError(f"a frame has at least {_HEAD.size} bytes")
    version, kind_number, _, count, first_sample = _HEAD.unpack_from(data, start)
    if version != VERSION:
        raise FrameError(f"version {version} of the frames is not known")
    kind = _kind(kind_number)
    if not 1 <= count <= _MOST[kind]:
        raise FrameError(f"a frame has 1 to {_MOST[kind]} samples, got {count}")
    begin = start + _HEAD.size
    if kind is _Kind.GAP:
        return Frame(first_sample, count), begin
    end = begin + count * BYTES_PER_SAMPLE
    if len(data) < end:
        raise FrameError(f"a frame of {count} samples is cut off")
    return Frame(first_sample, count, data[begin:end]), end


def _kind(number: int) -> _Kind:
    try:
        return _Kind(number)
    except ValueError as error:
        raise FrameError(f"kind {number} of frames is not known") from error
