"""Blocks of samples from nearly every audio and video format, through PyAV's libraries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container.input import InputContainer
from av.stream import Discard
from numpy.typing import NDArray

from pipeline.decoding.block import BLOCK_VALUES, Blocks, DecodedBlock, DecodingStoppedError
from pipeline.decoding.containers import READABLE_CONTAINERS, READABLE_PROTOCOLS
from pipeline.decoding.timeline import Timeline
from pipeline.errors import NoSoundTrackError
from pipeline.sample_scaling import scale_to_float

OPEN_OPTIONS = {
    "format_whitelist": READABLE_CONTAINERS,
    "protocol_whitelist": READABLE_PROTOCOLS,
    # a WAV comes here only when its header cannot be believed
    "ignore_length": "1",
    "max_size": "65536",  # bytes in a packet of it, instead of 4096
}
FLOAT_CODECS = ("pcm_f", "wavpack")  # may store more than full scale; lossy ones only overshoot
# Before it, titles that are not UTF-8 (GBK, in many MP3 files) have to be allowed for.
FIRST_VERSION_WITH_ANY_METADATA = 19
MICROSECONDS = 1_000_000  # libavformat's unit for a container's start


def decode_with_pyav(path: Path) -> Blocks:
    """Decode the main sound track of a file; see `Decoder`.

    A packet that cannot be decoded is left out and the next one tried. Where the track starts
    later than the picture, or pauses, silence keeps the times those of the file.
    """
    try:
        container = open_container(path)
    except (av.error.FFmpegError, ValueError) as error:
        raise DecodingStoppedError(str(error)) from error
    with container:
        stream = container.streams.best("audio")
        if stream is None:
            raise NoSoundTrackError("There is no sound track in this file. Choose one with sound")
        if not isinstance(stream, AudioStream) or stream.codec_context is None:
            raise DecodingStoppedError("no decoder for the sound track")
        for other in container.streams:
            if other.index != stream.index:
                other.discard = Discard.all  # pictures are not even read from the disk
        stores_beyond_full_scale = stream.codec_context.name.startswith(FLOAT_CODECS)
        for block in _joined(_runs(container, stream)):
            yield block if stores_beyond_full_scale else _clipped(block)


def open_container(path: Path) -> InputContainer:
    """Open a file of a format that is meant to be read here, whatever its name says.

    Raises:
        FFmpegError, ValueError: if it is none.
    """
    open_file: Callable[..., InputContainer] = av.open
    major_version = int(av.__version__.split(".", maxsplit=1)[0])
    if major_version < FIRST_VERSION_WITH_ANY_METADATA:
        return open_file(str(path.resolve()), options=OPEN_OPTIONS, metadata_errors="replace")
    return open_file(str(path.resolve()), options=OPEN_OPTIONS)


def _runs(container: InputContainer, stream: AudioStream) -> Iterator[DecodedBlock]:
    timeline = Timeline((container.start_time or 0) / MICROSECONDS)
    file_size = max(1, container.size)
    fraction = 0.0
    for frame, position in _frames(container, stream):
        if position is not None:
            fraction = min(1.0, max(fraction, position / file_size))
        samples = _frame_samples(frame)
        num_missing = timeline.num_missing(frame.time, len(samples), frame.sample_rate)
        yield from _silence(num_missing, samples.shape[1], frame.sample_rate, fraction)
        yield DecodedBlock(samples, frame.sample_rate, fraction)


def _frames(
    container: InputContainer, stream: AudioStream
) -> Iterator[tuple[AudioFrame, int | None]]:
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError as error:
            raise DecodingStoppedError(str(error)) from error
        try:
            frames = packet.decode()
        except av.error.FFmpegError:  # damaged here; what follows may be whole
            continue
        for frame in frames:
            if isinstance(frame, AudioFrame) and frame.samples:
                yield frame, packet.pos


def _frame_samples(frame: AudioFrame) -> NDArray[np.float32]:
    try:
        samples = frame.to_ndarray()
    except ValueError as error:
        raise DecodingStoppedError(str(error)) from error
    num_channels = frame.layout.nb_channels
    columns = samples.T if frame.format.is_planar else samples.reshape(-1, num_channels)
    return scale_to_float(columns)


def _clipped(block: DecodedBlock) -> DecodedBlock:
    return replace(block, samples=np.clip(block.samples, -1.0, 1.0))


def _silence(
    num_frames: int, num_channels: int, sample_rate_hz: int, fraction: float
) -> Iterator[DecodedBlock]:
    num_at_once = max(1, BLOCK_VALUES // num_channels)
    for first in range(0, num_frames, num_at_once):
        shape = (min(num_at_once, num_frames - first), num_channels)
        yield DecodedBlock(np.zeros(shape, dtype=np.float32), sample_rate_hz, fraction)


def _joined(runs: Iterable[DecodedBlock]) -> Iterator[DecodedBlock]:
    """The same samples in larger blocks: a codec's frame is only some 20 ms."""
    waiting: list[DecodedBlock] = []
    num_values = 0
    for run in runs:
        is_full = num_values + run.samples.size > BLOCK_VALUES
        if waiting and (is_full or not _is_alike(waiting[0], run)):
            yield _concatenated(waiting)
            waiting, num_values = [], 0
        waiting.append(run)
        num_values += run.samples.size
    if waiting:
        yield _concatenated(waiting)


def _is_alike(first: DecodedBlock, second: DecodedBlock) -> bool:
    return (
        first.sample_rate_hz == second.sample_rate_hz and first.num_channels == second.num_channels
    )


def _concatenated(blocks: list[DecodedBlock]) -> DecodedBlock:
    samples = np.concatenate([block.samples for block in blocks])
    return DecodedBlock(samples, blocks[-1].sample_rate_hz, blocks[-1].fraction)
