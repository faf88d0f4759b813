"""Folders of a job's attempts, so that two workers never write the same checkpoint.

A worker on a node that was declared lost may still be running. It writes to the folder of its own
attempt, which later attempts do not read.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.core.atomic_write import PARTIAL_SUFFIX


def begin_attempt(checkpoint_dir: Path) -> Path:
    """Create the folder of a new attempt, with a copy of the last attempt's checkpoint; return it.

    Args:
        checkpoint_dir: folder of the job's checkpoint; created if missing. Its own files count as
            the work of an earlier attempt. Folders of earlier attempts are deleted.

    Raises:
        OSError: a folder cannot be written, for example on a full disk.
    """
    checkpoint_dir.mkdir(parents=True, exist_ok=True)
    former = _former_attempts(checkpoint_dir)
    number = int(former[-1].name) + 1 if former else 1
    partial = checkpoint_dir / f"{number}{PARTIAL_SUFFIX}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    copied = _files(former[-1] if former else checkpoint_dir)
    for path in copied:
        shutil.copyfile(path, partial / path.name)
    attempt = partial.rename(checkpoint_dir / str(number))
    for folder in former:
        shutil.rmtree(folder, ignore_errors=True)
    for path in _files(checkpoint_dir):
        path.unlink(missing_ok=True)
    return attempt


def _former_attempts(checkpoint_dir: Path) -> list[Path]:
    folders = [each for each in checkpoint_dir.iterdir() if each.name.isdecimal() and each.is_dir()]
    return sorted(folders, key=lambda each: int(each.name))


def _files(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if each.is_file()]
