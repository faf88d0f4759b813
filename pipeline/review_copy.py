"""The copy of a recording that the browser plays: FLAC, which seeks to the millisecond."""

from __future__ import annotations

from pathlib import Path

import soundfile

from pipeline.atomic_write import replacing
from pipeline.audio import SAMPLE_RATE_HZ, Audio

BLOCK_SAMPLES = 60 * SAMPLE_RATE_HZ


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


def _write_flac(audio: Audio, path: Path) -> None:
    with soundfile.SoundFile(
        str(path), "w", samplerate=SAMPLE_RATE_HZ, channels=1, format="FLAC", subtype="PCM_16"
    ) as sound:
        for first in range(0, audio.num_samples, BLOCK_SAMPLES):
            sound.write(audio.pcm[first : first + BLOCK_SAMPLES])
