"""File format of the speaker embeddings of a pipeline run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.intervals import Interval
from pipeline.core.result import SpeakerEvidence
from storage.db.errors import NotFoundError, StorageError

_IS_MIXED = "is_mixed"  # missing in files of older versions


def evidence_bytes(evidence: SpeakerEvidence) -> bytes:
    """Return the speaker embeddings of a run with their windows and labels as a numpy .npz file."""
    windows = np.array(
        [(window.start_ms, window.end_ms) for window in evidence.windows], dtype=np.int64
    ).reshape(-1, 2)
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {  # Any: savez takes a bool by keyword too
        "windows": windows,
        "embeddings": evidence.embeddings,
        "labels": evidence.labels,
    }
    if evidence.is_mixed is not None:
        arrays[_IS_MIXED] = evidence.is_mixed
    np.savez(buffer, **arrays)
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
                is_mixed=arrays.get(_IS_MIXED),
            )
    except FileNotFoundError as error:
        raise NotFoundError("The speaker embeddings of this transcript were not stored.") from error
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise StorageError(f"The file '{path.name}' is damaged.") from error
