"""Error messages for files that cannot be decoded."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from pipeline.audio.decoders.ffmpeg import has_ffmpeg_program
from pipeline.audio.decoders.foreign_files import (
    NUM_SNIFFED_BYTES,
    PROTECTED,
    ZEROS,
    foreign_kind,
    named_kind,
    sample_kind,
    text_kind,
)
from pipeline.core.errors import AudioError, CutOffFileError, EmptyFileError, NotAudioError

MP4_MARK = b"ftyp"  # the type of the first box of every MP4, M4A and MOV
MP4_INDEX_MARK = b"moov"
MP4_BOX_HEADER_BYTES = 8  # size, including itself, and type
MP4_LONG_HEADER_BYTES = 16  # size 1: the size follows in eight bytes
MOST_MP4_BOXES = 1000
MOST_INDEX_BYTES = 1 << 24
PROTECTED_ENTRIES = (b"drms", b"enca", b"aavd")  # types of encrypted sound tracks
PROTECTED_BRANDS = (b"aax ", b"aaxc")
PROTECTED_WMA = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")  # an object in the header
AMR_MARK = b"#!AMR"
# Formats that can be read unless the file is empty.
SOUND_MARKS = (
    *(b"RIFF", b"RIFX", b"RF64", b"BW64", b"riff", b"FORM", b"caff", b".snd", b"NIST"),
    *(b"fLaC", b"OggS", AMR_MARK, b"ID3", b"FLV", b"wvpk", b"MAC ", b"\x30\x26\xb2\x75"),
)
MATROSKA_MARK = b"\x1a\x45\xdf\xa3"
MATROSKA_CLUSTER = b"\x1f\x43\xb6\x75"  # contains the sound
MAX_MATROSKA_BYTES = 1 << 20  # before the first cluster
TEXT_CONTROL_BYTES = frozenset(b"\t\n\r\f\x1b")
FIRST_PRINTABLE_BYTE = 0x20
BLOCK_BYTES = 1 << 20


def refuse_foreign(path: Path) -> None:
    """Raise an error for a file whose first bytes show that it is no recording.

    Raises:
        AudioError: the file is of such a kind; the message does not name the file.
        OSError: the file cannot be read.
    """
    error = foreign_kind(_beginning(path))
    if error is not None:
        raise error


def unreadable(path: Path) -> AudioError:
    """Return the error that names the most likely reason why no decoder could read a file.

    The message does not name the file.
    """
    beginning = _beginning(path)
    if not beginning:
        return EmptyFileError("The file is empty (0 bytes). Record or copy it again")
    if is_text(beginning) and not beginning.startswith(AMR_MARK):
        return _text_or_samples(path, beginning)
    if _is_protected(path, beginning):
        return PROTECTED.refusal()
    if _holds_only_zeros(path):
        return ZEROS.refusal()
    return named_kind(path) or _damaged(path, beginning)


def _text_or_samples(path: Path, beginning: bytes) -> AudioError:
    """Return the error for a file that consists of text characters: text, or else raw samples."""
    error = text_kind(beginning)
    if error is None and not _is_utf_8(beginning):
        error = sample_kind(_middle(path))
    return error or NotAudioError(
        "The file contains text, not sound. Choose an audio or video file"
    )


def _is_utf_8(beginning: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(
            beginning
        )  # the last character may be truncated
    except UnicodeDecodeError:
        return False
    return True


def _damaged(path: Path, beginning: bytes) -> AudioError:
    is_mp4 = beginning[4:8] == MP4_MARK
    if is_mp4 and _mp4_index(path) is None:
        return CutOffFileError(
            "The file is truncated: the index that an MP4 or M4A file needs is missing. "
            "Copy it again from where it was recorded"
        )
    if beginning.startswith(MATROSKA_MARK) and not _has_matroska_sound(path):
        return EmptyFileError(
            "The recording is empty: it ends before any sound was written. Record it again"
        )
    if is_mp4 or beginning.startswith(SOUND_MARKS):
        return EmptyFileError("The file contains no readable samples. Record or copy it again")
    return sample_kind(_middle(path)) or NotAudioError(
        "The file is not audio or video that can be read here. "
        f"Convert it to WAV, FLAC, MP3 or M4A{_ffmpeg_hint()}"
    )


def is_text(beginning: bytes) -> bool:
    """Return whether all bytes are characters of text in an extension of ASCII."""
    return all(byte >= FIRST_PRINTABLE_BYTE or byte in TEXT_CONTROL_BYTES for byte in beginning)


def printable_name(path: Path) -> str:
    """Return the file's name without its folder, with `?` for unprintable characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in path.name)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(NUM_SNIFFED_BYTES)


def _middle(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - BLOCK_BYTES) // 4 * 2)
        return file.read(BLOCK_BYTES)


def _is_protected(path: Path, beginning: bytes) -> bool:
    if beginning[4:8] != MP4_MARK:
        return PROTECTED_WMA in beginning
    if beginning[8:12] in PROTECTED_BRANDS:
        return True
    index = _mp4_index(path) or b""
    # in a track's table of codings: version, number of entries, size of the first one, its kind
    entries = (index[at + 16 : at + 20] for at in _places(index, b"stsd"))
    return any(each in PROTECTED_ENTRIES for each in entries)


def _places(content: bytes, mark: bytes) -> Iterator[int]:
    place = content.find(mark)
    while place >= 0:
        yield place
        place = content.find(mark, place + len(mark))


def _mp4_index(path: Path) -> bytes | None:
    """Return the beginning of an MP4 file's `moov` box, its index; None if it is missing."""
    num_bytes = path.stat().st_size
    start = 0
    with path.open("rb") as file:
        for _ in range(MOST_MP4_BOXES):
            file.seek(start)
            header = file.read(MP4_LONG_HEADER_BYTES)
            size, kind = int.from_bytes(header[:4], "big"), header[4:8]
            if kind == MP4_INDEX_MARK:
                return file.read(min(size, MOST_INDEX_BYTES))
            if size == 1:
                size = int.from_bytes(header[8:], "big")
            start += size
            # size 0: to the end of the file; less than a header, or beyond the end: damaged
            if size < MP4_BOX_HEADER_BYTES or start >= num_bytes:
                return None
    return None


def _has_matroska_sound(path: Path) -> bool:
    with path.open("rb") as file:
        return MATROSKA_CLUSTER in file.read(MAX_MATROSKA_BYTES)


def _holds_only_zeros(path: Path) -> bool:
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            if block.count(0) != len(block):
                return False
    return True


def _ffmpeg_hint() -> str:
    if has_ffmpeg_program():
        return ""
    return ", or install the ffmpeg program, which reads some rare formats more"
