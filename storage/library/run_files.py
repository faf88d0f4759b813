"""File formats of the results of a pipeline run: speaker embeddings and doubtful words."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.intervals import Interval
from pipeline.core.result import SpeakerEvidence
from pipeline.core.transcript import WordCandidates
from storage.db.errors import NotFoundError, StorageError

_IS_MIXED = "is_mixed"  # missing in files of older versions

_DOUBT_DIGITS = 2


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


def candidates_bytes(candidates: Iterable[WordCandidates]) -> bytes:
    """Return doubtful words as a JSON list of [start_ms, end_ms, text, [candidate, ...], doubt]."""
    rows = [
        [int(each.start_ms), int(each.end_ms), each.text, each.candidates, _rounded(each.doubt)]
        for each in candidates
    ]
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()


def read_candidates(path: Path) -> tuple[WordCandidates, ...]:
    """Read the output of `candidates_bytes`; return none if there is no such file.

    Raises:
        StorageError: if it is damaged.
    """
    try:
        rows = json.loads(path.read_bytes())
        return tuple(
            WordCandidates(start_ms, end_ms, str(text), tuple(map(str, others)), doubt)
            for start_ms, end_ms, text, others, doubt in rows
        )
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError) as error:
        raise StorageError(f"The file '{path.name}' is damaged.") from error


def _rounded(doubt: float | None) -> float | None:
    return None if doubt is None else round(doubt, _DOUBT_DIGITS)
