"""Extraction of an export's audio clips, exact to the sample, from the stored recordings."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.decode import read_audio
from pipeline.audio.playback.playback_copy import read_excerpts
from pipeline.audio.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS
from storage.db.blobs import REVIEW_AUDIO, BlobStore
from storage.db.errors import TrainingExportError
from storage.training.selection.rows import TrainingRow

_BYTES_PER_SAMPLE = 2


def cut_clips(rows: Sequence[TrainingRow], blobs: BlobStore) -> Iterator[tuple[TrainingRow, bytes]]:
    """Yield each row with the bytes of its audio clip, a WAV file of 16 kHz, mono, 16 bit.

    The recordings are read one after another, each from start to end.

    Raises:
        TrainingExportError: if audio was deleted, or is shorter than its transcript.
        AudioError: if audio cannot be read.
    """
    in_order = sorted(rows, key=lambda row: (_recording_of(row), row.utterance.start_ms, row.key))
    for recording_id, of_recording in groupby(in_order, key=_recording_of):
        spoken = list(of_recording)
        path = _audio_path(blobs, recording_id, spoken[0].utterance.source.title)
        spans = [_span(row) for row in spoken]
        for row, pcm in zip(spoken, _excerpts(path, spans), strict=True):
            _check_length(row, pcm)
            yield row, wav_bytes(pcm)


def wav_bytes(pcm: NDArray[np.int16]) -> bytes:
    """Return the bytes of a WAV file of 16 kHz, mono, 16 bit.

    Args:
        pcm: (num_samples,) int16.
    """
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(_BYTES_PER_SAMPLE)
        sound.setframerate(SAMPLE_RATE_HZ)
        sound.writeframes(pcm.astype("<i2", copy=False).tobytes())
    return file.getvalue()


def _recording_of(row: TrainingRow) -> str:
    return row.utterance.source.recording_id


def _audio_path(blobs: BlobStore, recording_id: str, title: str) -> Path:
    path = blobs.find_audio(recording_id)
    if path is None:
        raise TrainingExportError(
            f"The audio of {title!r} was deleted during the export. Export again."
        )
    return path


def _span(row: TrainingRow) -> tuple[int, int]:
    first = row.utterance.start_ms * SAMPLES_PER_MS
    return first, first + row.num_samples


def _excerpts(path: Path, spans: Sequence[tuple[int, int]]) -> Iterator[NDArray[np.int16]]:
    """Yield spans of audio, read in parts from a playback copy, else decoded as a whole."""
    if path.name == REVIEW_AUDIO:
        return read_excerpts(path, spans)
    pcm = read_audio(path).pcm
    return (pcm[first:stop] for first, stop in spans)


def _check_length(row: TrainingRow, pcm: NDArray[np.int16]) -> None:
    if len(pcm) != row.num_samples:
        raise TrainingExportError(
            f"The stored audio of {row.utterance.source.title!r} is shorter than its transcript. "
            "Run: python -m storage verify"
        )
