"""Blocks of samples from the formats that libsndfile reads exactly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import soundfile

from pipeline.decoding.block import BLOCK_VALUES, Blocks, DecodedBlock, DecodingStoppedError

# First bytes of WAV (three kinds), AIFF, FLAC, CAF, AU, W64 and SPHERE. MP3 and Ogg are left to
# the next decoder: here the first damage ends an MP3, and the first of several streams an Ogg.
KNOWN_BEGINNINGS = (b"RIFF", b"RIFX", b"RF64", b"FORM", b"fLaC", b"caff", b".snd", b"riff", b"NIST")
NUM_BEGINNING_BYTES = 4
MPEG_SUBTYPE_PREFIX = "MPEG"
BYTES_PER_SAMPLE = {
    "PCM_S8": 1,
    "PCM_U8": 1,
    "ULAW": 1,
    "ALAW": 1,
    "PCM_16": 2,
    "PCM_24": 3,
    "PCM_32": 4,
    "FLOAT": 4,
    "DOUBLE": 8,
}
"""For the subtypes whose length in the file can be told from the header."""

MOST_METADATA_BYTES = 1 << 16  # few notes are longer; what is, will be sound


def decode_with_libsndfile(path: Path) -> Blocks:
    """Decode a file whose content libsndfile knows; see `Decoder`."""
    with path.open("rb") as file:
        beginning = file.read(NUM_BEGINNING_BYTES)
    if beginning not in KNOWN_BEGINNINGS:
        raise DecodingStoppedError("not a format of libsndfile")
    try:
        with soundfile.SoundFile(_name(path)) as sound:
            _check_header(sound, path.stat().st_size)
            yield from _blocks(sound)
    except soundfile.LibsndfileError as error:
        raise DecodingStoppedError(str(error)) from error
    except TypeError as error:  # soundfile takes a name ending in .raw for headerless samples
        raise DecodingStoppedError(str(error)) from error


def _name(path: Path) -> str | bytes:
    """The path as the library takes it, also where its bytes are no text."""
    return str(path) if os.name == "nt" else os.fsencode(path)


def _check_header(sound: soundfile.SoundFile, file_bytes: int) -> None:
    """Leave a file alone whose sound this library would not find.

    A WAV of more than 4 GB, or of a recorder that was switched off, claims less than it holds.
    """
    if sound.subtype.startswith(MPEG_SUBTYPE_PREFIX):
        raise DecodingStoppedError("MPEG audio inside another container")
    claimed_bytes = sound.frames * sound.channels * BYTES_PER_SAMPLE.get(sound.subtype, file_bytes)
    if file_bytes - claimed_bytes > max(claimed_bytes, MOST_METADATA_BYTES):
        raise DecodingStoppedError("the header claims less than half of the file")


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
