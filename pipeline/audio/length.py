"""Measurement of a recording's length from packets or bytes, without decoding."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import av
import soundfile
from av.audio.codeccontext import AudioCodecContext
from av.container.input import InputContainer
from av.packet import Packet
from av.stream import Stream

from pipeline.audio.decoders.av_container import (
    Timeline,
    main_track_first,
    opened_container,
    packets_of,
)
from pipeline.audio.decoders.block import DecodingStoppedError
from pipeline.audio.decoders.header_repair import open_sound
from pipeline.audio.decoders.pyav import MICROSECONDS

MEASURED_S = 3.0  # enough for several hours; of a longer recording the first part is measured
MAX_FRAME_SIZES = 2  # maximum per packet, in frames of the codec's usual size: two with SBR
MS_PER_S = 1000


def length_ms(path: Path, *, clock: Callable[[], float] = time.monotonic) -> int | None:
    """Measure the length of a file's sound in milliseconds; return None if that is impossible.

    For uncompressed samples the bytes are counted, for compressed tracks the packets.
    """
    measured = _length_of_samples(path)
    if measured is None:
        try:
            with opened_container(path) as container:
                measured = _length_of_packets(container, clock)
        except (av.error.FFmpegError, ValueError, OSError):
            return None
    return None if measured is None else round(MS_PER_S * measured)


def _length_of_samples(path: Path) -> float | None:
    source = open_sound(path)
    if source is None:
        return None
    with source:
        try:
            return float(soundfile.info(source).duration)
        except soundfile.LibsndfileError:
            return None


def _length_of_packets(container: InputContainer, clock: Callable[[], float]) -> float | None:
    numbers = main_track_first(container)
    if not numbers or container.streams.audio[numbers[0] - 1].codec_context is None:
        return None
    codec = container.streams.audio[numbers[0] - 1].codec_context
    timeline = Timeline((container.start_time or 0) / MICROSECONDS)
    until = clock() + MEASURED_S
    try:
        for packet in packets_of(container, numbers[:1]):
            _count(packet, codec, timeline)
            if packet.pos and clock() > until:
                return timeline.length_s * max(1.0, container.size / packet.pos)
    except DecodingStoppedError:
        pass  # the file is readable up to here
    return timeline.length_s


def _count(packet: Packet[Stream], codec: AudioCodecContext, timeline: Timeline) -> None:
    """Add the length of a packet to the timeline, at most the maximum of its codec."""
    rate_hz = codec.sample_rate
    if not rate_hz or packet.time_base is None or not packet.duration:
        return
    num_frames = round(packet.duration * packet.time_base * rate_hz)
    if codec.frame_size:
        num_frames = min(num_frames, MAX_FRAME_SIZES * codec.frame_size)
    time_s = None if packet.pts is None else float(packet.pts * packet.time_base)
    timeline.num_missing(time_s, num_frames, rate_hz)
