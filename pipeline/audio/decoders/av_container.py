"""Files opened through PyAV's libraries: their sound tracks and the frames in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container.input import InputContainer
from av.packet import Packet
from av.stream import Discard, Stream
from numpy.typing import NDArray

from pipeline.audio.decoders.block import DecodingStoppedError
from pipeline.audio.decoders.containers import READABLE_CONTAINERS, READABLE_PROTOCOLS
from pipeline.audio.decoders.sound_chunks import open_sound
from pipeline.audio.sample_formats import scale_to_float

OPEN_OPTIONS = {
    "format_whitelist": READABLE_CONTAINERS,
    "protocol_whitelist": READABLE_PROTOCOLS,
    "max_size": "65536",  # bytes in a packet of a WAV, instead of 4096
}
# Before it, titles that are not UTF-8 (GBK, in many MP3 files) have to be allowed for.
FIRST_VERSION_WITH_ANY_METADATA = 19


@contextmanager
def opened_container(path: Path) -> Iterator[InputContainer]:
    """Open a file of a format that is meant to be read here, whatever its name says.

    Raises:
        FFmpegError, ValueError: if it is none.
    """
    with ExitStack() as opened:
        source = open_sound(path)
        if source is not None:
            opened.enter_context(source)
        yield opened.enter_context(_open(str(path.resolve()) if source is None else source))


def _open(source: str | IO[bytes] | object) -> InputContainer:
    open_file: Callable[..., InputContainer] = av.open
    major_version = int(av.__version__.split(".", maxsplit=1)[0])
    if major_version < FIRST_VERSION_WITH_ANY_METADATA:
        return open_file(source, options=OPEN_OPTIONS, metadata_errors="replace")
    return open_file(source, options=OPEN_OPTIONS)


def main_track_first(container: InputContainer) -> list[int]:
    """Return the numbers of the sound tracks, from 1: the one that is meant to be heard first."""
    tracks = list(container.streams.audio)
    best = container.streams.best("audio")
    in_order = sorted(tracks, key=lambda each: best is None or each.index != best.index)
    return [1 + tracks.index(each) for each in in_order]


@dataclass(frozen=True, slots=True)
class TrackFrame:
    """A decoded frame of a sound track.

    Attributes:
        number: of the track, from 1.
        frame: the samples, with their time.
        position: of its packet in the file; None where that is not known.
    """

    number: int
    frame: AudioFrame
    position: int | None


def decoded_frames(container: InputContainer, numbers: list[int]) -> Iterator[TrackFrame]:
    """Decode some of the sound tracks; nothing else is even read from the disk.

    A packet that cannot be decoded is left out and the next one tried.

    Raises:
        DecodingStoppedError: the file cannot be read further.
    """
    tracks = {container.streams.audio[number - 1].index: number for number in numbers}
    for packet in packets_of(container, numbers):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:  # damaged here; what follows may be whole
            continue
        for frame in frames:
            if isinstance(frame, AudioFrame) and frame.samples:
                yield TrackFrame(tracks[packet.stream.index], frame, packet.pos)


def packets_of(container: InputContainer, numbers: list[int]) -> Iterator[Packet[Stream]]:
    """Read the packets of some of the sound tracks; see `decoded_frames`."""
    tracks = [container.streams.audio[number - 1] for number in numbers]
    indices = {each.index for each in tracks}
    for stream in container.streams:
        if stream.index not in indices:
            stream.discard = Discard.all
    readable = [each for each in tracks if each.codec_context is not None]
    packets = container.demux(readable) if readable else iter(())
    while True:
        try:
            yield next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError as error:
            raise DecodingStoppedError(str(error)) from error


def frame_samples(frame: AudioFrame) -> NDArray[np.float32]:
    """Return a frame's samples: (num_frames, num_channels) float32.

    Raises:
        DecodingStoppedError: they have a form that cannot be read.
    """
    try:
        samples = frame.to_ndarray()
    except ValueError as error:
        raise DecodingStoppedError(str(error)) from error
    num_channels = frame.layout.nb_channels
    columns = samples.T if frame.format.is_planar else samples.reshape(-1, num_channels)
    return scale_to_float(columns)
