"""The recordings in a folder and its subfolders, found one after the other."""

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
        *(".dsf", ".ape", ".tta", ".silk", ".slk", ".m4p", ".aax"),  # some only to be told why not
    }
)
_NUM_SNIFFED_BYTES = 12
_KIND_AT = slice(8, 12)  # in RIFF and MP4, which pictures use too, the kind of the content
_PICTURES = frozenset({b"WEBP", b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that is probably a recording, or a folder that could not be looked into.

    Attributes:
        path: where it is.
        problem: why a folder cannot be opened, "" for a file.
    """

    path: Path
    problem: str = ""


def recordings_in(folder: Path, *, leave_out: Path | None = None) -> Iterator[FoundFile]:
    """What is named or begins like audio or video; files before subfolders, each by name.

    Names that begin with a point are hidden and stay so. Links to files are followed, links to
    folders are not, so that no path leads back. One folder's names are held at a time.

    Args:
        folder: where to begin.
        leave_out: a folder that is not entered.
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
        return False  # it went away meanwhile


def _is_same(folder: Path, other: Path) -> bool:
    try:
        return folder.samefile(other)
    except OSError:
        return False  # one of them is not there


def _is_recording(path: Path) -> bool:
    """By its name; where that says nothing, by its first bytes."""
    if path.suffix.lower() in MEDIA_SUFFIXES:
        return not path.is_dir()  # a link to a folder
    try:
        if not path.is_file():
            return False  # a link to nowhere, a pipe
        with path.open("rb") as file:
            beginning = file.read(_NUM_SNIFFED_BYTES)
    except OSError:
        return False  # whatever it is, nothing says that it is a recording
    return has_container(beginning) and beginning[_KIND_AT] not in _PICTURES
