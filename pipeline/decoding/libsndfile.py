"""Blocks of samples from the formats that libsndfile reads exactly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from pipeline.decoding.block import BLOCK_VALUES, Blocks, DecodedBlock, DecodingStoppedError

# First bytes of WAV (three kinds), AIFF, FLAC, Ogg, CAF, AU, W64 and SPHERE. MP3 is left to the
# next decoder: libsndfile's gives up at the first damage.
KNOWN_BEGINNINGS = (
    b"RIFF",
    b"RIFX",
    b"RF64",
    b"FORM",
    b"fLaC",
    b"OggS",
    b"caff",
    b".snd",
    b"riff",
    b"NIST",
)
NUM_BEGINNING_BYTES = 4
FLOAT_SUBTYPES = ("FLOAT", "DOUBLE")  # the only ones that can store more than full scale
MPEG_SUBTYPE_PREFIX = "MPEG"


def decode_with_libsndfile(path: Path) -> Blocks:
    """Decode a file whose content libsndfile knows; see `Decoder`."""
    with path.open("rb") as file:
        beginning = file.read(NUM_BEGINNING_BYTES)
    if beginning not in KNOWN_BEGINNINGS:
        raise DecodingStoppedError("not a format of libsndfile")
    try:
        with soundfile.SoundFile(str(path)) as sound:
            yield from _blocks(sound)
    except soundfile.LibsndfileError as error:
        raise DecodingStoppedError(str(error)) from error
    except TypeError as error:  # soundfile takes a name ending in .raw for headerless samples
        raise DecodingStoppedError(str(error)) from error


def _blocks(sound: soundfile.SoundFile) -> Iterator[DecodedBlock]:
    if sound.subtype.startswith(MPEG_SUBTYPE_PREFIX):
        raise DecodingStoppedError("MPEG audio inside another container")
    num_frames = max(1, BLOCK_VALUES // sound.channels)
    num_read = 0
    while True:
        samples = sound.read(num_frames, dtype="float32", always_2d=True)
        if not len(samples):
            break
        if sound.subtype not in FLOAT_SUBTYPES:  # lossy decoders overshoot a little
            samples = np.clip(samples, -1.0, 1.0)
        num_read += len(samples)
        yield DecodedBlock(samples, sound.samplerate, min(1.0, num_read / max(1, sound.frames)))
    if num_read < sound.frames:
        raise DecodingStoppedError(f"{num_read} of {sound.frames} frames could be read")
