"""Tests of the binary frames of live recordings."""

from __future__ import annotations

import random
import struct

import pytest

from webui.live.frames import (
    MAX_FRAME_BYTES,
    MAX_GAP,
    MAX_SAMPLES,
    Frame,
    FrameError,
    read_frame,
    read_frames,
    write_frame,
)

HEAD = "<BBHIQ"


def raw(version: int = 1, kind: int = 1, count: int = 2, first: int = 7, flags: int = 0) -> bytes:
    """Return a frame as the specification describes it, written without the program."""
    return struct.pack(HEAD, version, kind, flags, count, first) + bytes(range(4))


def test_a_frame_of_audio_is_read_as_specified() -> None:
    assert read_frame(raw()) == Frame(7, 2, b"\x00\x01\x02\x03")
    assert read_frame(raw(flags=3)) == Frame(7, 2, b"\x00\x01\x02\x03")


def test_a_frame_of_silence_has_no_samples() -> None:
    silence = struct.pack(HEAD, 1, 2, 0, MAX_GAP, 1 << 40)

    assert read_frame(silence) == Frame(1 << 40, MAX_GAP)
    assert read_frame(silence).is_gap


def test_a_full_frame_has_3216_bytes() -> None:
    frame = Frame(0, MAX_SAMPLES, bytes(2 * MAX_SAMPLES))

    assert len(write_frame(frame)) == MAX_FRAME_BYTES == 3_216
    assert read_frame(write_frame(frame)) == frame


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01",
        raw()[:-1],
        raw() + b"\x00",
        raw(version=0),
        raw(version=2),
        raw(kind=0),
        raw(kind=3),
        raw(count=0),
        raw(count=1),
        raw(count=3),
        struct.pack(HEAD, 1, 1, 0, MAX_SAMPLES + 1, 0) + bytes(2 * MAX_SAMPLES + 2),
        struct.pack(HEAD, 1, 1, 0, 0xFFFF_FFFF, 0),
        struct.pack(HEAD, 1, 2, 0, MAX_GAP + 1, 0),
        struct.pack(HEAD, 1, 2, 0, 0, 0),
        struct.pack(HEAD, 1, 2, 0, 5, 0) + b"\x00\x00",
    ],
)
def test_bytes_that_are_no_frame_are_refused(data: bytes) -> None:
    with pytest.raises(FrameError):
        read_frame(data)


def test_random_bytes_are_a_frame_or_refused() -> None:
    draw = random.Random(0)
    for _ in range(3_000):
        data = bytearray(raw(count=draw.randrange(4)))
        for _ in range(draw.randrange(4)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        try:
            frame = read_frame(bytes(data[: draw.randrange(len(data) + 1)]))
        except FrameError:
            continue
        assert 1 <= frame.count <= (MAX_GAP if frame.is_gap else MAX_SAMPLES)


def test_posted_frames_follow_each_other() -> None:
    gap = Frame(9, 400)
    audio = Frame(409, 2, b"\x05\x00\x06\x00")

    assert list(read_frames(write_frame(gap) + write_frame(audio), most=2)) == [gap, audio]
    assert list(read_frames(b"", most=2)) == []
    with pytest.raises(FrameError):
        list(read_frames(write_frame(gap) * 3, most=2))
