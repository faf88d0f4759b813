"""Why a file cannot be read, in one sentence for the person who chose it."""

from __future__ import annotations

from pathlib import Path

from pipeline.decoding.ffmpeg_program import has_ffmpeg_program
from pipeline.errors import AudioError, CutOffFileError, EmptyFileError, NotAudioError

NUM_SNIFFED_BYTES = 4096
MP4_MARK = b"ftyp"  # the type of the first box of every MP4, M4A and MOV
MP4_INDEX_MARK = b"moov"
MP4_BOX_HEADER_BYTES = 8  # size, including itself, and type
MP4_LONG_HEADER_BYTES = 16  # size 1 says that the size follows in eight bytes
MOST_MP4_BOXES = 1000
SOUND_MARKS = (b"RIFF", b"fLaC", b"OggS", b"FORM")
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
    if beginning[4:8] == MP4_MARK and not _has_mp4_index(path):
        return CutOffFileError(
            "The file is cut off: the index that an MP4 or M4A file needs is missing. "
            "Copy it again from where it was recorded"
        )
    if is_text(beginning):
        return NotAudioError("The file holds text, not sound. Choose an audio or video file")
    if beginning.startswith(SOUND_MARKS):
        return EmptyFileError("The file holds no samples that can be read. Record or copy it again")
    return NotAudioError(
        "The file is not audio or video that can be read here. "
        f"Convert it to WAV, FLAC, MP3 or M4A{_ffmpeg_hint()}"
    )


def is_text(beginning: bytes) -> bool:
    """Whether bytes hold nothing but letters in an encoding that extends ASCII."""
    return all(byte >= FIRST_PRINTABLE_BYTE or byte in TEXT_CONTROL_BYTES for byte in beginning)


def printable_name(path: Path) -> str:
    """The file's name without its folder, on one line whatever characters it has."""
    return "".join(letter if letter.isprintable() else "?" for letter in path.name)


def _has_mp4_index(path: Path) -> bool:
    """Whether one of the file's outermost boxes is the index."""
    with path.open("rb") as file:
        for _ in range(MOST_MP4_BOXES):
            start = file.tell()
            header = file.read(MP4_LONG_HEADER_BYTES)
            size, kind = int.from_bytes(header[:4], "big"), header[4:8]
            if kind == MP4_INDEX_MARK:
                return True
            if size == 1:
                size = int.from_bytes(header[8:], "big")
            if size < MP4_BOX_HEADER_BYTES:  # 0: to the end of the file; less: damaged
                return False
            file.seek(start + size)
    return False


def _ffmpeg_hint() -> str:
    if has_ffmpeg_program():
        return ""
    return ", or install the ffmpeg program, which reads some rare formats more"
