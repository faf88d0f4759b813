"""Reader of the audio frames of sound tracks, based on PyAV (the FFmpeg libraries)."""

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
from pipeline.audio.decoders.header_repair import open_sound
from pipeline.audio.sample_formats import scale_to_float

SHORTEST_GAP_S = 0.2  # shorter ones are rounding or jitter of the container's clock
MAX_SILENCE_S = 3600.0  # limits the memory used for wrong times in a damaged file
# The containers that may be opened, by libavformat's names. Excluded: playlists and scripts that
# refer to other files (hls, dash, concat, sdp …), devices, image sequences, and headerless
# samples, as which any text could be read.
READABLE_CONTAINERS = (
    "aac,aa,aax,ac3,ac4,act,aiff,amr,ape,apm,asf,asf_o,ast,au,avi,caf,dhav,dsf,dsicin,dss,dts,"
    "dtshd,dv,dxa,eac3,ea,epaf,film_cpk,flac,flv,frm,gxf,iamf,iff,ipmovie,ircam,iss,ivf,kux,"
    "live_flv,loas,lvf,lxf,matroska,webm,mlp,mov,mp3,mp4,mpc,mpc8,mpeg,mpegts,mtaf,mtv,mxf,"
    "nistsphere,nsv,nut,nuv,ogg,oma,paf,pmp,pva,pvf,qcp,qoa,r3d,rka,rl2,rm,roq,rpl,rso,sds,smk,"
    "smush,sol,sox,swf,tak,thp,truehd,tta,ty,vivo,voc,vqf,w64,wav,wavarc,wsd,wtv,wv,xa,xwma,yop"
)
"""Value of `format_whitelist`; a demuxer with several names matches by any of them."""

READABLE_PROTOCOLS = "file"
"""Value of `protocol_whitelist`: no network access, even if a file refers to a URL."""

OPEN_OPTIONS = {
    "format_whitelist": READABLE_CONTAINERS,
    "protocol_whitelist": READABLE_PROTOCOLS,
    "max_size": "65536",  # bytes in a packet of a WAV, instead of 4096
}
# Earlier versions raise for titles that are not UTF-8, such as GBK in many MP3 files.
FIRST_VERSION_WITH_ANY_METADATA = 19


@contextmanager
def opened_container(path: Path) -> Iterator[InputContainer]:
    """Open a media file in an allowed format, detected from its content; close it at the end.

    Raises:
        FFmpegError, ValueError: the format is unknown or not allowed.
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
    """Return the numbers of the sound tracks, counted from 1, with the default track first."""
    tracks = list(container.streams.audio)
    best = container.streams.best("audio")
    in_order = sorted(tracks, key=lambda each: best is None or each.index != best.index)
    return [1 + tracks.index(each) for each in in_order]


@dataclass(frozen=True, slots=True)
class TrackFrame:
    """A decoded frame of a sound track.

    Attributes:
        number: number of the track, from 1.
        frame: the samples and their time.
        position: byte position of its packet in the file, None if unknown.
    """

    number: int
    frame: AudioFrame
    position: int | None


def decoded_frames(container: InputContainer, numbers: list[int]) -> Iterator[TrackFrame]:
    """Decode the given sound tracks; packets of other tracks are not read from the disk.

    A packet that cannot be decoded is skipped.

    Raises:
        DecodingStoppedError: the file cannot be read further.
    """
    tracks = {container.streams.audio[number - 1].index: number for number in numbers}
    for packet in packets_of(container, numbers):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:  # damaged packet; the following ones may be intact
            continue
        for frame in frames:
            if isinstance(frame, AudioFrame) and frame.samples:
                yield TrackFrame(tracks[packet.stream.index], frame, packet.pos)


def packets_of(container: InputContainer, numbers: list[int]) -> Iterator[Packet[Stream]]:
    """Yield the packets of the given sound tracks without decoding; see `decoded_frames`.

    Raises:
        DecodingStoppedError: the file cannot be read further.
    """
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
    """Convert a frame to samples: (num_frames, num_channels) float32.

    Raises:
        DecodingStoppedError: the sample format is not supported.
    """
    try:
        samples = frame.to_ndarray()
    except ValueError as error:
        raise DecodingStoppedError(str(error)) from error
    num_channels = frame.layout.nb_channels
    columns = samples.T if frame.format.is_planar else samples.reshape(-1, num_channels)
    return scale_to_float(columns)


class Timeline:
    """The running time of a sound track, used to detect gaps between frames."""

    def __init__(self, start_s: float) -> None:
        """Create a timeline that begins at `start_s`, the start time of the file in seconds."""
        self._start_s = self._due_s = start_s
        self._silence_s = 0.0

    @property
    def length_s(self) -> float:
        """Length in seconds of all frames so far, including the silence before and between them."""
        return self._due_s - self._start_s

    def num_missing(self, time_s: float | None, num_frames: int, sample_rate_hz: int) -> int:
        """Return the number of silent samples missing before a frame, and advance past the frame.

        Args:
            time_s: the frame's time, None if the container has none.
            num_frames: samples per channel in the frame.
            sample_rate_hz: rate of the frame.
        """
        gap_s = 0.0 if time_s is None else time_s - self._due_s
        is_gap = gap_s >= SHORTEST_GAP_S and self._silence_s + gap_s <= MAX_SILENCE_S
        num_missing = round(gap_s * sample_rate_hz) if is_gap else 0
        self._silence_s += num_missing / sample_rate_hz
        self._due_s += (num_missing + num_frames) / sample_rate_hz
        return num_missing
