"""Decoder based on the ffmpeg program, for formats that no bundled library supports."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from pipeline.audio.decoders.av_container import READABLE_CONTAINERS, READABLE_PROTOCOLS
from pipeline.audio.decoders.block import BLOCK_VALUES, Blocks, DecodedBlock, DecodingStoppedError
from pipeline.audio.sample_formats import scale_to_float
from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.audio_track import TracksRead

PROGRAM = "ffmpeg"
NUM_CHANNELS = 2  # requested from the program, because the raw stream has no header
BYTES_PER_FRAME = 2 * NUM_CHANNELS
NO_CONSOLE_WINDOW = 0x08000000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW


def has_ffmpeg_program() -> bool:
    """Return whether the ffmpeg program is on the search path."""
    return shutil.which(PROGRAM) is not None


def decode_with_ffmpeg(path: Path, tracks: TracksRead) -> Blocks:
    """Decode one sound track with the ffmpeg program on the search path; see `Decoder`.

    Raises:
        DecodingStoppedError: the program is missing or failed, or there are several tracks.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise DecodingStoppedError("no ffmpeg program")
    if len(tracks.numbers) > 1:
        raise DecodingStoppedError("several tracks are not decoded with the ffmpeg program")
    process = subprocess.Popen(
        ffmpeg_arguments(program, path, track=tracks.numbers[0]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=NO_CONSOLE_WINDOW,
    )
    with process:
        try:
            if process.stdout is not None:
                yield from _blocks(process.stdout)
            if process.wait():
                raise DecodingStoppedError(f"ffmpeg ended with {process.returncode}")
        finally:
            if process.poll() is None:  # the consumer has closed the generator early
                process.kill()


def ffmpeg_arguments(program: str, path: Path, *, track: int = 1) -> list[str]:
    """Return the command line of ffmpeg, with an absolute path that cannot be read as an option."""
    source = ["-protocol_whitelist", f"{READABLE_PROTOCOLS},pipe"]
    source += ["-format_whitelist", READABLE_CONTAINERS, "-i", str(path.resolve())]
    target = ["-map", f"0:a:{track - 1}", "-ac", str(NUM_CHANNELS), "-ar", str(SAMPLE_RATE_HZ)]
    return [program, "-nostdin", "-v", "error", *source, *target, "-f", "s16le", "pipe:1"]


def _blocks(stream: IO[bytes]) -> Iterator[DecodedBlock]:
    while data := stream.read(BLOCK_VALUES * 2):
        whole = data[: len(data) - len(data) % BYTES_PER_FRAME]
        samples = np.frombuffer(whole, dtype="<i2").reshape(-1, NUM_CHANNELS)
        yield DecodedBlock(scale_to_float(samples), SAMPLE_RATE_HZ, 0.0)
