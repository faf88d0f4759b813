"""File format of the doubtful words of a pipeline run and their alternatives."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pipeline.core.transcript import WordCandidates
from storage.db.errors import StorageError


def candidates_bytes(candidates: Iterable[WordCandidates]) -> bytes:
    """Return doubtful words as a JSON list of [start_ms, end_ms, text, [candidate, ...]]."""
    rows = [
        [int(each.start_ms), int(each.end_ms), each.text, each.candidates] for each in candidates
    ]
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()


def read_candidates(path: Path) -> tuple[WordCandidates, ...]:
    """Read the output of `candidates_bytes`; runs of earlier versions have no such file.

    Raises:
        StorageError: if it is damaged.
    """
    try:
        rows = json.loads(path.read_bytes())
        return tuple(
            WordCandidates(start_ms, end_ms, str(text), tuple(map(str, others)))
            for start_ms, end_ms, text, others in rows
        )
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError) as error:
        raise StorageError(f"The file '{path.name}' is damaged.") from error
