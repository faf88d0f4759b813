"""File format of the speaker embeddings of a pipeline run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from pipeline.core.intervals import Interval
from pipeline.core.result import SpeakerEvidence
from storage.db.errors import NotFoundError, StorageError


def evidence_bytes(evidence: SpeakerEvidence) -> bytes:
    """Return the speaker embeddings of a run with their windows and labels as a numpy .npz file."""
    windows = np.array(
        [(window.start_ms, window.end_ms) for window in evidence.windows], dtype=np.int64
    ).reshape(-1, 2)
    buffer = io.BytesIO()
    np.savez(buffer, windows=windows, embeddings=evidence.embeddings, labels=evidence.labels)
    return buffer.getvalue()


def read_evidence(path: Path) -> SpeakerEvidence:
    """Read speaker embeddings from a file with the output of `evidence_bytes`.

    Raises:
        NotFoundError: if there is no such file.
        StorageError: if it is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return SpeakerEvidence(
                windows=tuple(Interval(int(start), int(end)) for start, end in arrays["windows"]),
                embeddings=arrays["embeddings"],
                labels=arrays["labels"],
            )
    except FileNotFoundError as error:
        raise NotFoundError("The speaker embeddings of this transcript were not stored.") from error
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise StorageError(f"The file '{path.name}' is damaged.") from error
