"""Decoder based on libsndfile, for the formats that it reads without loss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import soundfile

from pipeline.audio.decoders.block import BLOCK_VALUES, Blocks, DecodedBlock, DecodingStoppedError
from pipeline.audio.decoders.header_repair import open_sound
from pipeline.audio.decoders.spliced_file import Span, SplicedFile
from pipeline.core.audio_track import TracksRead

FLAC_MARK = b"fLaC"
SPHERE_MARK = b"NIST"
# MP3 and Ogg are left to the next decoder: libsndfile stops at the first damage of an MP3 and
# after the first of several streams of an Ogg file.
MARKS_OF_WHOLE_FILES = (FLAC_MARK, SPHERE_MARK)
MPEG_SUBTYPE_PREFIX = "MPEG"
MAX_BYTES_AFTER_FLAC = 1 << 16  # tags, padding, and what the library has not read yet


def decode_with_libsndfile(path: Path, _tracks: TracksRead) -> Blocks:
    """Decode a file with one sound track with libsndfile; see `Decoder`.

    Raises:
        DecodingStoppedError: the file cannot be opened or read further.
    """
    source = open_sound(path) or _open_whole(path)
    if source is None:
        raise DecodingStoppedError("not a format of libsndfile")
    with source:
        try:
            with soundfile.SoundFile(source) as sound:
                if sound.subtype.startswith(MPEG_SUBTYPE_PREFIX):
                    raise DecodingStoppedError("MPEG audio inside another container")
                yield from _blocks(sound)
                if sound.format == "FLAC" and source.num_unread > MAX_BYTES_AFTER_FLAC:
                    raise DecodingStoppedError(
                        "the header declares fewer frames than the file contains"
                    )
        except soundfile.LibsndfileError as error:
            raise DecodingStoppedError(str(error)) from error


def _open_whole(path: Path) -> SplicedFile | None:
    """Open a file whose format has no sizes that need correction; return None for others."""
    file = path.open("rb", buffering=0)
    if file.read(len(FLAC_MARK)) in MARKS_OF_WHOLE_FILES:
        return SplicedFile(file, [Span(0, file.seek(0, 2))])
    file.close()
    return None


def _blocks(sound: soundfile.SoundFile) -> Iterator[DecodedBlock]:
    num_frames = max(1, BLOCK_VALUES // sound.channels)
    num_read = 0
    while True:
        samples = sound.read(num_frames, dtype="float32", always_2d=True)
        if not len(samples):
            break
        num_read += len(samples)
        yield DecodedBlock(samples, sound.samplerate, min(1.0, num_read / max(1, sound.frames)))
    if num_read < sound.frames:
        raise DecodingStoppedError(f"{num_read} of {sound.frames} frames could be read")
