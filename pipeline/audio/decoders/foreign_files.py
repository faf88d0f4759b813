"""Detection of common file types without readable sound, with an error message for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from pipeline.core.errors import (
    ArchiveError,
    AudioError,
    DocumentError,
    HeaderlessSoundError,
    MidiFileError,
    PlaylistError,
    ProtectedFileError,
    UnfinishedDownloadError,
    WebPageError,
    WeChatVoiceError,
    ZeroFilledFileError,
)

NUM_SNIFFED_BYTES = 4096


@dataclass(frozen=True, slots=True)
class _Kind:
    """A file type without readable sound.

    Attributes:
        error: class of the error.
        sentence: error message that names the type and the remedy.
    """

    error: type[AudioError]
    sentence: str

    def refusal(self) -> AudioError:
        """Return the error to raise for a file of this kind."""
        return self.error(self.sentence)


WECHAT_VOICE = _Kind(
    WeChatVoiceError,
    "The file is a voice message of WeChat or QQ (SILK), which cannot be read here. "
    "Convert it to MP3 or WAV with a SILK converter",
)
HEADERLESS = _Kind(
    HeaderlessSoundError,
    "The file is not audio or video that can be read here; it seems to contain samples without a "
    "header (PCM, A-law or µ-law). Convert it to WAV with its rate and coding, or name it .pcm if "
    "it is 16-bit mono",
)
PROTECTED = _Kind(
    ProtectedFileError,
    "The file is encrypted by the shop or the player it comes from. Export it unprotected, or "
    "record it again",
)
MIDI = _Kind(
    MidiFileError,
    "The file contains notes for an instrument (MIDI), not sound. Choose a recording",
)
PLAYLIST = _Kind(
    PlaylistError,
    "The file is a playlist, which only refers to recordings. Choose the recordings themselves",
)
WEB_PAGE = _Kind(
    WebPageError,
    "The file contains a web page or a server's answer, not sound, because the download failed. "
    "Download the recording again",
)
ARCHIVE = _Kind(
    ArchiveError,
    "The file is an archive (such as zip or rar). Unpack it and choose the recordings in it",
)
DOCUMENT = _Kind(
    DocumentError,
    "The file is a document, a picture or a program, not sound. Choose an audio or video file",
)
UNFINISHED = _Kind(
    UnfinishedDownloadError,
    "The file is an incomplete download. Download it again completely",
)
ZEROS = _Kind(
    ZeroFilledFileError,
    "The file contains only zeros: space was reserved on the disk but never written. "
    "Copy or download it again",
)

_OFFICE = (b"word/", b"xl/", b"ppt/", b"mimetypeapplication/", b"AndroidManifest", b"META-INF/")
_ZIP_MARK = b"PK\x03\x04"
# Signatures of files that must not be offered to a decoder: it could find a part of the sound
# and take it for all of it.
_MARKS: tuple[tuple[bytes, _Kind], ...] = (
    (b"#!SILK", WECHAT_VOICE),
    (b"\x02#!SILK", WECHAT_VOICE),
    (b"MThd", MIDI),
    (b"CTENFDAM", PROTECTED),  # NetEase Cloud Music
    (b"\x7c\xd5\x32\xeb\x86\x02\x7f\x4b", PROTECTED),  # KuGou
    (b"yeelion-kuwo", PROTECTED),
    (b"%PDF", DOCUMENT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DOCUMENT),  # Word, Excel before 2007
    (b"{\\rtf", DOCUMENT),
    (b"SQLite format 3", DOCUMENT),
    (b"\x89PNG", DOCUMENT),
    (b"\xff\xd8\xff", DOCUMENT),  # JPEG
    (b"GIF8", DOCUMENT),
    (b"\x7fELF", DOCUMENT),
    (b"\x1f\x8b\x08", ARCHIVE),  # gzip
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),  # Zstandard
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (_ZIP_MARK, ARCHIVE),
)
_PICTURES_IN_MP4 = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis")
_RAW_EXTENSIONS = (
    "raw ulaw ul mulaw alaw al g711 g711a g711u g722 g729 vox sln lpcm s16 s16le sw u8 ub f32 f32le"
)
_UNFINISHED_EXTENSIONS = (
    "crdownload part partial download downloading opdownload filepart aria2 tmp !ut bc! td xltd"
)
_RAW_SUFFIXES = frozenset(f".{each}" for each in _RAW_EXTENSIONS.split(" "))
_UNFINISHED_SUFFIXES = frozenset(f".{each}" for each in _UNFINISHED_EXTENSIONS.split(" "))
_PLAYLIST_TEXT = re.compile(
    rb"\s*(#EXTM3U|\[playlist\]|<asx\b|<\?wpl|<smil\b|ffconcat version"
    rb"|<\?xml[^>]*>\s*<(playlist|MPD|asx)\b)",
    re.IGNORECASE,
)
_WEB_TEXT = re.compile(
    rb"\s*(<!doctype|<html|<head|<body|<\?xml|<error|<!--|[{\[]\s*[\"{\[])", re.IGNORECASE
)
_MIN_CORRELATION = 0.75  # correlation; speech has 0.8 and more, programs at most 0.7
_MAX_ZERO_SHARE = 0.05
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def foreign_kind(beginning: bytes) -> AudioError | None:
    """Detect a file type without readable sound by the first bytes; return its error or None."""
    kind = next((kind for mark, kind in _MARKS if beginning.startswith(mark)), None)
    if kind is ARCHIVE and beginning.startswith(_ZIP_MARK):
        is_document = any(each in beginning for each in _OFFICE)
        kind = DOCUMENT if is_document else ARCHIVE
    if beginning[:4] == b"RIFF" and beginning[8:12] in {b"RMID", b"WEBP"}:
        kind = MIDI if beginning[8:12] == b"RMID" else DOCUMENT
    if beginning[4:8] == b"ftyp" and beginning[8:12] in _PICTURES_IN_MP4:
        kind = DOCUMENT
    return None if kind is None else kind.refusal()


def text_kind(beginning: bytes) -> AudioError | None:
    """Detect the text of a playlist or web page; return its error or None."""
    text = beginning.removeprefix(_BYTE_ORDER_MARK)
    if _PLAYLIST_TEXT.match(text):
        return PLAYLIST.refusal()
    return WEB_PAGE.refusal() if _WEB_TEXT.match(text) else None


def named_kind(path: PurePath) -> AudioError | None:
    """Detect an unfinished download or headerless samples by the name; return an error or None."""
    suffix = path.suffix.lower()
    if suffix in _UNFINISHED_SUFFIXES:
        return UNFINISHED.refusal()
    return HEADERLESS.refusal() if suffix in _RAW_SUFFIXES else None


def sample_kind(content: bytes) -> AudioError | None:
    """Detect headerless audio by correlated neighbouring samples; return its error or None."""
    codes = np.frombuffer(content, dtype=np.uint8)
    # A byte of 0 is the largest amplitude of µ-law, and frequent in programs and tables.
    tables = _G711 if np.mean(codes == 0) < _MAX_ZERO_SHARE else ()
    readings = [table[codes] for table in tables]
    readings.append(np.frombuffer(content[: len(content) // 2 * 2], "<i2").astype(np.float64))
    is_sound = any(_neighbour_correlation(each) > _MIN_CORRELATION for each in readings)
    return HEADERLESS.refusal() if is_sound else None


def _neighbour_correlation(samples: NDArray[np.float64]) -> float:
    """Return the correlation between neighbouring samples, which is near 0 for compressed data."""
    values = samples - (samples.mean() if len(samples) else 0.0)
    power = float(values @ values)
    return float(values[:-1] @ values[1:]) / power if power else 0.0


def _g711_tables() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sample value of each byte in µ-law and in A-law (ITU-T G.711)."""
    codes = np.arange(256)
    inverted = ~codes & 0xFF
    exponent, mantissa = inverted >> 4 & 7, inverted & 15
    mu_law = ((mantissa << 3) + 132 << exponent) - 132
    toggled = codes ^ 0x55
    exponent, mantissa = toggled >> 4 & 7, toggled & 15
    a_law = np.where(
        exponent == 0, (mantissa << 4) + 8, (mantissa << 4) + 264 << np.maximum(exponent - 1, 0)
    )
    return (
        np.where(inverted & 0x80, -1.0, 1.0) * mu_law,
        np.where(toggled & 0x80, 1.0, -1.0) * a_law,
    )


_G711 = _g711_tables()
