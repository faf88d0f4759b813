"""Checkpoint folder of finished work, from which an interrupted transcription resumes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.core.errors import WorkingFileError
from pipeline.core.options import PipelineOptions
from pipeline.core.provenance import ModelUse
from pipeline.runtime.append_log import NullRecords, RecordLog, StoredRecords

IDENTITY_FILE = "work.json"
# Version of the stored work: increment it when segments, windows, excerpts or the content of a
# record change.
VERSION = 2
_KINDS = ("speech", "words", "excerpts", "voices")
_SUFFIX = ".log"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The stored results of one transcription, one store per stage.

    Attributes:
        speech: blocks of speech probabilities.
        words: recognised chunks.
        excerpts: outputs of the segmentation model.
        voices: windows with their embeddings.
    """

    speech: StoredRecords = field(default_factory=NullRecords)
    words: StoredRecords = field(default_factory=NullRecords)
    excerpts: StoredRecords = field(default_factory=NullRecords)
    voices: StoredRecords = field(default_factory=NullRecords)

    @staticmethod
    def open(folder: Path, identity: str) -> Checkpoint:
        """Open the checkpoint in a folder; delete records that belong to other work.

        Args:
            folder: created if missing. Records of other work are deleted; files that this program
                has not written are kept.
            identity: from `identity_of`.

        Raises:
            WorkingFileError: the folder cannot be read or written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if kept_identity(folder) != identity:
                for kind in _KINDS:
                    _path(folder, kind).unlink(missing_ok=True)
                write_bytes_atomically(folder / IDENTITY_FILE, identity.encode())
        except OSError as error:
            raise WorkingFileError(
                f"The checkpoint folder cannot be used ({error}). Check the disk"
            ) from error
        return Checkpoint(*(RecordLog(_path(folder, kind)) for kind in _KINDS))

    def close(self) -> None:
        """Close all stores of the checkpoint."""
        for log in (self.speech, self.words, self.excerpts, self.voices):
            log.close()


def identity_of(
    recording: str, options: PipelineOptions, models: Iterable[ModelUse], *, is_replaced: bool
) -> str:
    """Return an identity text, equal only for transcriptions that can share a checkpoint.

    Args:
        recording: identifies the recording.
        options: the options.
        models: the models used.
        is_replaced: whether the audio is a second decoding that does not extend the first.
    """
    return json.dumps(
        {
            "version": VERSION,
            "recording": recording,
            "options": options.as_text(),
            "models": [(each.model_id, each.sha256) for each in models],
            "is_replaced": is_replaced,
        }
    )


def kept_identity(folder: Path) -> str | None:
    """Return the identity stored in a checkpoint folder, None if it has none."""
    try:
        return (folder / IDENTITY_FILE).read_text("utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def fingerprint(path: Path) -> str:
    """Compute the SHA-256 of a file's content in hexadecimal.

    Raises:
        OSError: the file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _path(folder: Path, kind: str) -> Path:
    return folder / f"{kind}{_SUFFIX}"
