"""Decoder for nearly every audio and video format, based on PyAV (the FFmpeg libraries)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
from av.container.input import InputContainer

from pipeline.audio.decoders.av_container import (
    Timeline,
    decoded_frames,
    frame_samples,
    opened_container,
)
from pipeline.audio.decoders.block import BLOCK_VALUES, Blocks, DecodedBlock, DecodingStoppedError
from pipeline.audio.decoders.foreign_files import PROTECTED
from pipeline.audio.decoders.parallel_tracks import combine_tracks
from pipeline.core.audio_track import TracksRead
from pipeline.core.errors import NoSoundTrackError

FLOAT_CODECS = (
    "pcm_f",
    "wavpack",
)  # may store samples beyond full scale; lossy codecs only overshoot
PROTECTED_TAGS = ("drms", "enca", "aavd")  # encrypted tracks, which decode to noise without the key
MICROSECONDS = 1_000_000  # libavformat's unit of a container's start time


def decode_with_pyav(path: Path, tracks: TracksRead) -> Blocks:
    """Decode sound tracks of a file, several of them as channels of one recording; see `Decoder`.

    A packet that cannot be decoded is skipped. If the track starts later than the picture, or has
    a gap, silence is inserted so that times match the file.
    """
    if len(tracks.numbers) == 1:
        yield from _decode_track(path, tracks.numbers[0])
    else:
        yield from combine_tracks([_decode_track(path, number) for number in tracks.numbers])


def _decode_track(path: Path, number: int) -> Blocks:
    with ExitStack() as opened:
        try:
            container = opened.enter_context(opened_container(path))
        except (av.error.FFmpegError, ValueError) as error:
            raise DecodingStoppedError(str(error)) from error
        yield from _track_blocks(container, number)


def _track_blocks(container: InputContainer, number: int) -> Blocks:
    if not len(container.streams):
        raise DecodingStoppedError("the container has no tracks")
    if not container.streams.audio:
        raise NoSoundTrackError("There is no sound track in this file. Choose one with sound")
    codec = container.streams.audio[number - 1].codec_context
    if codec is None:
        raise DecodingStoppedError("no decoder for the sound track")
    if codec.codec_tag in PROTECTED_TAGS:
        raise PROTECTED.refusal()
    stores_beyond_full_scale = codec.name.startswith(FLOAT_CODECS)
    for block in _joined(_runs(container, number)):
        yield block if stores_beyond_full_scale else _clipped(block)


def _runs(container: InputContainer, number: int) -> Iterator[DecodedBlock]:
    timeline = Timeline((container.start_time or 0) / MICROSECONDS)
    file_size = max(1, container.size)
    fraction = 0.0
    for each in decoded_frames(container, [number]):
        if each.position is not None:
            fraction = min(1.0, max(fraction, each.position / file_size))
        samples, rate_hz = frame_samples(each.frame), each.frame.sample_rate
        num_missing = timeline.num_missing(each.frame.time, len(samples), rate_hz)
        yield from _silence(num_missing, samples.shape[1], rate_hz, fraction)
        yield DecodedBlock(samples, rate_hz, fraction)


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
    """Join short blocks into longer ones, since a codec's frame has only about 20 ms."""
    waiting: list[DecodedBlock] = []
    num_values = 0
    for run in runs:
        is_full = num_values + run.samples.size > BLOCK_VALUES
        if waiting and (is_full or not _has_same_format(waiting[0], run)):
            yield _concatenated(waiting)
            waiting, num_values = [], 0
        waiting.append(run)
        num_values += run.samples.size
    if waiting:
        yield _concatenated(waiting)


def _has_same_format(first: DecodedBlock, second: DecodedBlock) -> bool:
    return (
        first.sample_rate_hz == second.sample_rate_hz and first.num_channels == second.num_channels
    )


def _concatenated(blocks: list[DecodedBlock]) -> DecodedBlock:
    samples = np.concatenate([block.samples for block in blocks])
    return DecodedBlock(samples, blocks[-1].sample_rate_hz, blocks[-1].fraction)
