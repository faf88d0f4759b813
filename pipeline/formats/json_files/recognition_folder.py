"""Writes the folder `1best_recog`, whole files at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from pipeline.core.errors import WorkingFileError
from pipeline.core.transcript import Transcript
from pipeline.formats.json_files.best_recognition import FILES, FOLDER_NAME, best_recognition_files
from pipeline.runtime.atomic_write import replacing, write_bytes_atomically


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
        raise _unwritable(error) from error


def join_recognition_folder(
    folder: Path, pieces: Callable[[], Iterable[Mapping[str, str]]]
) -> None:
    """Write the same from pieces of one recording each, holding one of them at a time.

    Args:
        folder: made where it is missing.
        pieces: gives them anew for each file: the lines of each file by its name.

    Raises:
        WorkingFileError: it cannot be written.
    """
    target = folder / FOLDER_NAME
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            with replacing(target / name) as partial, partial.open("w", encoding="utf-8") as file:
                file.writelines(piece.get(name, "") for piece in pieces())
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> WorkingFileError:
    return WorkingFileError(
        f"The folder {FOLDER_NAME} cannot be written ({error.strerror}). Check the disk"
    )
