"""Search for recordings in a folder and its subfolders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.inputs.byte_content import has_container

MEDIA_SUFFIXES = frozenset(
    {
        *(
            ".wav",
            ".wave",
            ".w64",
            ".flac",
            ".aif",
            ".aiff",
            ".aifc",
            ".caf",
            ".au",
            ".snd",
            ".pcm",
        ),
        *(".mp3", ".mp2", ".m4a", ".m4b", ".aac", ".ac3", ".ogg", ".oga", ".opus", ".spx", ".amr"),
        *(".wma", ".wv", ".mka", ".mp4", ".m4v", ".mov", ".3gp", ".mkv", ".webm", ".ogv", ".avi"),
        *(".wmv", ".asf", ".flv", ".mpg", ".mpeg", ".mts", ".m2ts", ".3g2", ".vob"),
        *(
            ".dsf",
            ".ape",
            ".tta",
            ".silk",
            ".slk",
            ".m4p",
            ".aax",
        ),  # some only for their error message
    }
)
_NUM_SNIFFED_BYTES = 12
_KIND_AT = slice(8, 12)  # in RIFF and MP4, which images use too, the kind of the content
_PICTURES = frozenset({b"WEBP", b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that is probably a recording, or a folder that cannot be opened.

    Attributes:
        path: path of the file or folder.
        problem: reason why a folder cannot be opened, "" for a file.
    """

    path: Path
    problem: str = ""


def recordings_in(folder: Path, *, leave_out: Path | None = None) -> Iterator[FoundFile]:
    """Yield files with a name or signature of audio or video, sorted by name, subfolders last.

    Hidden names, which begin with a point, are skipped. Links to files are followed, links to
    folders are not, to avoid cycles. One folder's names are in memory at a time.

    Args:
        folder: the folder to search.
        leave_out: a folder to skip.
    """
    try:
        with os.scandir(folder) as entries:
            shown = [each for each in entries if not each.name.startswith(".")]
            names = sorted((_is_folder(each), each.name) for each in shown)
            del shown
    except OSError as error:
        yield FoundFile(folder, f"The folder cannot be opened ({error.strerror})")
        return
    for is_folder, name in names:
        path = folder / name
        if not is_folder:
            if _is_recording(path):
                yield FoundFile(path)
        elif leave_out is None or not _is_same(path, leave_out):
            yield from recordings_in(path, leave_out=leave_out)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False  # removed in the meantime


def _is_same(folder: Path, other: Path) -> bool:
    try:
        return folder.samefile(other)
    except OSError:
        return False  # one of them does not exist


def _is_recording(path: Path) -> bool:
    """Return whether a file is a recording, by its extension or else by its first bytes."""
    if path.suffix.lower() in MEDIA_SUFFIXES:
        return not path.is_dir()  # a link to a folder
    try:
        if not path.is_file():
            return False  # a broken link or a pipe
        with path.open("rb") as file:
            beginning = file.read(_NUM_SNIFFED_BYTES)
    except OSError:
        return False  # nothing indicates a recording
    return has_container(beginning) and beginning[_KIND_AT] not in _PICTURES
