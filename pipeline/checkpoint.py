"""A folder with the finished work of a transcription, for the case that it is interrupted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.atomic_write import write_bytes_atomically
from pipeline.errors import WorkingFileError
from pipeline.options import PipelineOptions
from pipeline.provenance import ModelUse
from pipeline.record_log import KeptRecords, NothingKept, RecordLog

IDENTITY_FILE = "work.json"
# What is kept holds for this way of working: whoever changes segments, windows, excerpts or what
# is in a record counts on.
VERSION = 1
_KINDS = ("speech", "words", "excerpts", "voices")
_SUFFIX = ".log"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was finished before, by kind; nothing is read and kept by default.

    Attributes:
        speech: blocks of probabilities.
        words: stretches with what was said in them.
        excerpts: what the segmentation model has heard.
        voices: windows with their embeddings.
    """

    speech: KeptRecords = field(default_factory=NothingKept)
    words: KeptRecords = field(default_factory=NothingKept)
    excerpts: KeptRecords = field(default_factory=NothingKept)
    voices: KeptRecords = field(default_factory=NothingKept)

    @staticmethod
    def open(folder: Path, identity: str) -> Checkpoint:
        """Go on with what a folder holds, or begin there.

        Args:
            folder: made where it is missing. What belongs to other work is deleted, files that
                this program has not written are left.
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
                f"The folder for finished work cannot be used ({error}). Check the disk"
            ) from error
        return Checkpoint(*(RecordLog(_path(folder, kind)) for kind in _KINDS))

    def close(self) -> None:
        """Let go of its files."""
        for log in (self.speech, self.words, self.excerpts, self.voices):
            log.close()


def identity_of(
    recording: str, options: PipelineOptions, models: Iterable[ModelUse], *, is_replaced: bool
) -> str:
    """What finished work belongs to, as one line of text.

    Args:
        recording: what tells the recording from all others.
        options: the choices.
        models: what is at work.
        is_replaced: whether the recording is a second decoding, which the first was no part of.
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
    """What the work in a folder belongs to; None where there is none."""
    try:
        return (folder / IDENTITY_FILE).read_text("utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's content, as hexadecimal digits.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _path(folder: Path, kind: str) -> Path:
    return folder / f"{kind}{_SUFFIX}"
