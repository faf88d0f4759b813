"""Writes the folder `1best_recog`, whole files at a time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.atomic_write import write_bytes_atomically
from pipeline.errors import WorkingFileError
from pipeline.formats.best_recognition import FOLDER_NAME, best_recognition_files
from pipeline.transcript import Transcript


def write_recognition_folder(folder: Path, results: Iterable[tuple[str, Transcript]]) -> None:
    """Write `1best_recog/text`, `score` and `time_stamp` into a folder; what was there goes.

    Args:
        folder: made where it is missing.
        results: keys, all different, and what was recognised.

    Raises:
        WorkingFileError: it cannot be written.
    """
    target = folder / FOLDER_NAME
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, content in best_recognition_files(results).items():
            write_bytes_atomically(target / name, content.encode())
    except OSError as error:
        raise WorkingFileError(
            f"The folder {FOLDER_NAME} cannot be written ({error.strerror}). Check the disk"
        ) from error
