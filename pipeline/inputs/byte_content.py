"""Decoding of a recording given as bytes: a file of any format, or samples without a header."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from pipeline.audio.decode import read_audio
from pipeline.audio.decoders.foreign_files import NUM_SNIFFED_BYTES, foreign_kind, text_kind
from pipeline.audio.decoders.refusals import is_text
from pipeline.audio.samples import Audio
from pipeline.core.audio_track import ANY_TRACK, AudioTrack
from pipeline.core.errors import AudioError, EmptyFileError, NotAudioError, WorkingFileError
from pipeline.core.progress import Report
from pipeline.inputs.raw_pcm import audio_from_pcm

_MARKS_AT_START = (
    b"RIFF", b"RIFX", b"RF64", b"BW64",  # WAV and AVI
    b"fLaC", b"OggS", b"ID3", b"FORM", b"caff", b".snd", b"#!AMR", b"FLV", b"wvpk",
    b"\x1a\x45\xdf\xa3",  # WebM and Matroska
    b"\x30\x26\xb2\x75",  # WMA
)  # fmt: skip
_MP4_MARK, _MP4_MARK_AT = b"ftyp", 4
_SYNC_BYTES = 4  # of an MPEG audio header (ISO 11172-3, 2.4.2.3; ISO 13818-7, 6.2)
_AAC_MASK, _AAC_SYNC = 0xFFF6_0000, 0xFFF0_0000
_MP3_SYNC = 0xFFE0_0000
_MP3_FIELDS = (  # (shift, mask, values that no file has)
    (19, 0b11, {0b01}),  # version
    (17, 0b11, {0}),  # layer
    (12, 0b1111, {0, 0b1111}),  # bit rate
    (10, 0b11, {0b11}),  # sample rate
)

_log = logging.getLogger(__name__)


def audio_from_bytes(
    content: bytes, sample_rate_hz: int, *, track: AudioTrack = ANY_TRACK, report: Report
) -> Audio:
    """Decode a file given as bytes; bytes of no known format are 16-bit samples at the given rate.

    Raises:
        AudioError: the content is empty, text or damaged, or the rate is invalid.
        WorkingFileError: the disk has no space for a temporary file.
    """
    if not content:
        raise EmptyFileError("There are no bytes to transcribe")
    beginning = content[:NUM_SNIFFED_BYTES]
    foreign = foreign_kind(beginning)
    if foreign is not None:
        raise foreign
    if has_container(content):
        return _decode(content, track, report)
    if is_text(beginning):
        raise text_kind(beginning) or NotAudioError(
            "The bytes are text, not sound. Give the content of an audio file; a path or an "
            "address goes in as str"
        )
    if _may_be_mpeg_audio(content):
        try:
            return _decode(content, track, report)
        except AudioError:
            _log.info("The bytes begin like MPEG audio but are not: read as 16-bit samples")
    return audio_from_pcm(content, sample_rate_hz)


def has_container(content: bytes) -> bool:
    """Return whether bytes begin with the signature of a media format."""
    is_mp4 = content[_MP4_MARK_AT : _MP4_MARK_AT + len(_MP4_MARK)] == _MP4_MARK
    return is_mp4 or content.startswith(_MARKS_AT_START)


def _may_be_mpeg_audio(content: bytes) -> bool:
    """Return whether bytes begin with an MP3 or AAC header, which samples can contain by chance."""
    header = int.from_bytes(content[:_SYNC_BYTES], "big")
    is_aac = header & _AAC_MASK == _AAC_SYNC
    is_mp3 = header & _MP3_SYNC == _MP3_SYNC and all(
        header >> shift & mask not in impossible for shift, mask, impossible in _MP3_FIELDS
    )
    return is_aac or is_mp3


def _decode(content: bytes, track: AudioTrack, report: Report) -> Audio:
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "bytes")
            path.write_bytes(content)
            return read_audio(path, track=track, report=report)
    except OSError as error:
        raise WorkingFileError(
            f"The bytes cannot be written to a temporary file ({error}). Check the disk's free "
            "space"
        ) from error
