"""Why a file cannot be read, in one sentence for the person who chose it."""

from __future__ import annotations

from pathlib import Path

from pipeline.decoding.ffmpeg_program import has_ffmpeg_program
from pipeline.errors import AudioError, CutOffFileError, EmptyFileError, NotAudioError

NUM_SNIFFED_BYTES = 4096
MP4_MARK = b"ftyp"  # bytes 4 to 8 of every MP4, M4A and MOV
MP4_INDEX_MARK = b"moov"
TEXT_CONTROL_BYTES = frozenset(b"\t\n\r\f\x1b")
FIRST_PRINTABLE_BYTE = 0x20


def unreadable(path: Path) -> AudioError:
    """The likeliest reason why no decoder found a sample; its sentence says what to do.

    The sentence does not name the file.
    """
    with path.open("rb") as file:
        beginning = file.read(NUM_SNIFFED_BYTES)
    if not beginning:
        return EmptyFileError("The file is empty (0 bytes). Record or copy it again")
    if beginning[4:8] == MP4_MARK:
        return CutOffFileError(
            "The file is cut off: the index that an MP4 or M4A file needs is missing or damaged. "
            "Copy it again from where it was recorded"
        )
    if _is_text(beginning):
        return NotAudioError("The file holds text, not sound. Choose an audio or video file")
    if beginning[:4] in {b"RIFF", b"fLaC", b"OggS", b"FORM"}:
        return EmptyFileError("The file holds no samples that can be read. Record or copy it again")
    return NotAudioError(
        "The file is not audio or video that can be read here. "
        f"Convert it to WAV, FLAC, MP3 or M4A{_ffmpeg_hint()}"
    )


def printable_name(path: Path) -> str:
    """The file's name without its folder, on one line whatever characters it has."""
    return "".join(letter if letter.isprintable() else "?" for letter in path.name)


def _ffmpeg_hint() -> str:
    if has_ffmpeg_program():
        return ""
    return ", or install the ffmpeg program, which reads some rare formats more"


def _is_text(beginning: bytes) -> bool:
    return all(byte >= FIRST_PRINTABLE_BYTE or byte in TEXT_CONTROL_BYTES for byte in beginning)
