"""Compression of a playback copy to Opus in WebM, for pages that embed their audio."""

from __future__ import annotations

import io
from pathlib import Path
from typing import cast

import av

from pipeline.audio.playback.playback_copy import BLOCK_SAMPLES, read_excerpts
from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.errors import AudioError

MEDIA_TYPE = "audio/webm"
_BITS_PER_SECOND = 24_000  # clear speech; 11 MB an hour
_FAST: dict[str, object] = {
    "compression_level": "3",
    "application": "voip",
}  # a third of the default's time


def compressed_copy(path: Path, num_samples: int) -> bytes:
    """Encode a playback copy as Opus in WebM, which Chrome, Firefox and Safari play.

    Args:
        path: a file written by `write_review_copy`.
        num_samples: samples to read from its start.

    Raises:
        AudioError: the file cannot be read, or is not a playback copy.
    """
    spans = (
        (first, min(first + BLOCK_SAMPLES, num_samples))
        for first in range(0, num_samples, BLOCK_SAMPLES)
    )
    file = io.BytesIO()
    try:
        with av.open(file, "w", format="webm") as container:
            stream = cast(av.AudioStream, container.add_stream("libopus", rate=SAMPLE_RATE_HZ))
            stream.layout = "mono"
            stream.bit_rate = _BITS_PER_SECOND
            stream.options = _FAST
            time = 0
            for block in read_excerpts(path, spans):
                frame = av.AudioFrame.from_ndarray(block[None, :], format="s16", layout="mono")
                frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, time
                time += len(block)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except av.FFmpegError as error:
        raise AudioError(f"The sound cannot be compressed: {error}") from error
    return file.getvalue()
