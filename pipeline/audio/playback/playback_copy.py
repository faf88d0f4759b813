"""FLAC copy of a recording for playback in the browser, which needs exact seeking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from pipeline.audio.decoders.refusals import printable_name
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.atomic_write import replacing
from pipeline.core.errors import AudioError

BLOCK_SAMPLES = 60 * SAMPLE_RATE_HZ
_KIND = (SAMPLE_RATE_HZ, 1, "PCM_16")


def write_review_copy(audio: Audio, path: Path) -> None:
    """Write a playback copy: 16 kHz mono 16-bit FLAC with exactly the samples of the audio.

    The file is written atomically: after a crash it is complete or missing.

    Raises:
        OSError: the file cannot be written, for example because the disk is full.
    """
    try:
        with replacing(path) as partial:
            _write_flac(audio, partial)
    except soundfile.LibsndfileError as error:
        raise OSError(f"The review copy {path.name} cannot be written: {error}") from error


def read_excerpts(path: Path, spans: Iterable[tuple[int, int]]) -> Iterator[NDArray[np.int16]]:
    """Read excerpts of a playback copy one after another, with only one in memory.

    Args:
        path: a file written by `write_review_copy`.
        spans: (first sample, sample after the last) of each excerpt.

    Yields:
        (num_samples,) int16; shorter than requested at the end.

    Raises:
        AudioError: the file cannot be read, or is not a playback copy.
    """
    try:
        with soundfile.SoundFile(str(path)) as sound:
            if (sound.samplerate, sound.channels, sound.subtype) != _KIND:
                raise AudioError(
                    f"{printable_name(path)} is not a review copy made by this program."
                )
            for first, stop in spans:
                sound.seek(min(first, sound.frames))
                yield sound.read(max(0, min(stop, sound.frames) - first), dtype="int16")
    except (soundfile.LibsndfileError, OSError) as error:
        raise AudioError(f"{printable_name(path)} cannot be read: {error}") from error


def _write_flac(audio: Audio, path: Path) -> None:
    with soundfile.SoundFile(
        str(path), "w", samplerate=SAMPLE_RATE_HZ, channels=1, format="FLAC", subtype="PCM_16"
    ) as sound:
        for block in audio.blocks(BLOCK_SAMPLES):
            sound.write(block)
