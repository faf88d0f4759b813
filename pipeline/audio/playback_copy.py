"""The copy of a recording that the browser plays: FLAC, in which any sample is found at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from pipeline.audio.decoders.refusals import printable_name
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.errors import AudioError
from pipeline.runtime.atomic_write import replacing

BLOCK_SAMPLES = 60 * SAMPLE_RATE_HZ
_KIND = (SAMPLE_RATE_HZ, 1, "PCM_16")


def write_review_copy(audio: Audio, path: Path) -> None:
    """Write 16 kHz mono 16-bit FLAC; reading it back gives the same Audio.

    After a crash the file is there as a whole or not at all.

    Raises:
        OSError: where it cannot be written, such as on a full disk.
    """
    try:
        with replacing(path) as partial:
            _write_flac(audio, partial)
    except soundfile.LibsndfileError as error:
        raise OSError(f"The review copy {path.name} cannot be written: {error}") from error


def read_excerpts(path: Path, spans: Iterable[tuple[int, int]]) -> Iterator[NDArray[np.int16]]:
    """Stretches of a review copy, one after another; of the rest nothing is held.

    Args:
        path: what `write_review_copy` wrote.
        spans: (first sample, sample after the last) of each stretch.

    Yields:
        (num_samples,) int16; shorter than asked for at the end.

    Raises:
        AudioError: if it cannot be read, or is no review copy.
    """
    try:
        with soundfile.SoundFile(str(path)) as sound:
            if (sound.samplerate, sound.channels, sound.subtype) != _KIND:
                raise AudioError(f"{printable_name(path)} is no copy made by this program.")
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
