"""Correction of wrong sizes in the headers of WAV, RF64, W64, AIFF, CAF and AU files.

The decoder receives the file with corrected sizes: data after the sound is omitted, several
`data` chunks are joined, and an incomplete header is completed. Nothing is copied.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import IO

from pipeline.audio.decoders.iff_chunks import (
    CAF,
    IFF,
    MAX_UNKNOWN_BYTES,
    RIFF,
    RIFX,
    W64,
    Chunk,
    ChunkFile,
    ChunkLayout,
)
from pipeline.audio.decoders.spliced_file import Part, Span, SplicedFile

MAX_FORMAT_BYTES = 1 << 16  # of a chunk that describes the sound; most have 16 to 50
MOST_WAV_BYTES = 0xFFFF_FF00
UNKNOWN_32 = 0xFFFF_FFFF
_BEGINNING_BYTES = 12
_W64_HEADER_BYTES = 40
_SSND_FIELDS = struct.Struct(">II")  # offset of the first sample, block size
_CAF_EDIT_COUNT_BYTES = 4
_CAF_FIRST_CHUNK = 8
_AU_HEADER = struct.Struct(">4sII")  # mark, offset of the sound, its size


def open_sound(path: Path) -> SplicedFile | None:
    """Open a file with corrected sizes in its header; return None for other formats.

    For a file without sound, the opened file is empty.

    Raises:
        OSError: the file cannot be read.
    """
    source = path.open("rb", buffering=0)
    try:
        layout = _layout_of(source)
        parts = None if layout is None else layout(source)
    except BaseException:
        source.close()
        raise
    if parts is None:
        source.close()
        return None
    return SplicedFile(source, parts)


def has_one_track(path: Path) -> bool:
    """Return whether the file's format always has exactly one sound track.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb", buffering=0) as source:
        return _layout_of(source) is not None


Layout = Callable[[IO[bytes]], list[Part]]


def _layout_of(source: IO[bytes]) -> Layout | None:
    beginning = source.read(_BEGINNING_BYTES)
    mark, kind = beginning[:4], beginning[8:12]
    if kind == b"WAVE":
        return {b"RIFF": _wav, b"RF64": _wav, b"BW64": _wav, b"RIFX": _rifx}.get(mark)
    if mark == b"FORM":
        return {b"AIFF": _aiff, b"AIFC": _aiff}.get(kind)
    return {b"riff": _w64, b"caff": _caf, b".snd": _au}.get(mark)


def _wav(source: IO[bytes]) -> list[Part]:
    return _wave_parts(ChunkFile(source, RIFF), _BEGINNING_BYTES, RIFF)


def _rifx(source: IO[bytes]) -> list[Part]:
    return _wave_parts(ChunkFile(source, RIFX), _BEGINNING_BYTES, RIFX)


def _w64(source: IO[bytes]) -> list[Part]:
    return _wave_parts(ChunkFile(source, W64), _W64_HEADER_BYTES, RIFF)


def _wave_parts(file: ChunkFile, first_chunk: int, written_as: ChunkLayout) -> list[Part]:
    """Return the parts of a WAV, above 4 GB an RF64, that joins the sound of all `data` chunks."""
    description = b""
    long_size = None
    spans: list[Span] = []
    for chunk in file.chunks(first_chunk):
        if chunk.name == b"ds64":
            long_size = int.from_bytes(file.read(Span(chunk.start + 8, 8)), "little")
        elif chunk.name == b"fmt " and not description and chunk.size <= MAX_FORMAT_BYTES:
            description = file.read(Span(chunk.start, chunk.size))
        elif chunk.name == b"data":
            spans.append(_sound_span(file, chunk, None if spans else long_size))
            if spans[-1].end >= file.num_bytes:
                break
    return [_wave_header(description, sum(each.size for each in spans), written_as), *spans]


def _sound_span(file: ChunkFile, chunk: Chunk, long_size: int | None) -> Span:
    """Return the position of a chunk's samples, with the size from a `ds64` chunk if needed."""
    if chunk.size == UNKNOWN_32 and long_size is not None:
        chunk = Chunk(chunk.name, chunk.start, long_size)
    return Span(chunk.start, max(0, file.sound_end(chunk) - chunk.start))


def _wave_header(description: bytes, num_sound_bytes: int, layout: ChunkLayout) -> bytes:
    order = ">" if layout.byte_order == "big" else "<"
    described = struct.pack(f"{order}4sI", b"fmt ", len(description)) + description
    described += b"\0" * (len(description) % 2)
    num_bytes = 4 + len(described) + 8 + num_sound_bytes
    if num_sound_bytes <= MOST_WAV_BYTES:
        mark = b"RIFX" if order == ">" else b"RIFF"
        beginning = struct.pack(f"{order}4sI4s", mark, num_bytes, b"WAVE")
        return beginning + described + struct.pack(f"{order}4sI", b"data", num_sound_bytes)
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, num_bytes + 36, num_sound_bytes, 0, 0)
    beginning = struct.pack("<4sI4s", b"RF64", UNKNOWN_32, b"WAVE")
    return beginning + sizes + described + struct.pack("<4sI", b"data", UNKNOWN_32)


def _aiff(source: IO[bytes]) -> list[Part]:
    file = ChunkFile(source, IFF)
    kind = file.read(Span(8, 4))
    described: list[Part] = []
    sound = Span(0, 0)
    for chunk in file.chunks(_BEGINNING_BYTES):
        if chunk.name in {b"COMM", b"FVER"} and chunk.size <= MAX_FORMAT_BYTES:
            content = file.read(Span(chunk.start, chunk.size))
            described.append(_iff_header(chunk.name, len(content)) + content)
            described.append(b"\0" * (len(content) % 2))
        elif chunk.name == b"SSND" and not sound.size:
            sound = _aiff_span(file, chunk)
            if sound.end >= file.num_bytes:
                break
    fields = _SSND_FIELDS.pack(0, 0)
    beginning = _iff_header(b"SSND", len(fields) + sound.size) + fields
    num_bytes = 4 + sum(len(each) for each in described if isinstance(each, bytes))
    num_bytes += len(beginning) + sound.size
    return [_iff_header(b"FORM", num_bytes) + kind, *described, beginning, sound]


def _aiff_span(file: ChunkFile, chunk: Chunk) -> Span:
    samples = _without_fields(chunk, _SSND_FIELDS.size)
    offset = int.from_bytes(file.read(Span(chunk.start, 4)), "big")
    start = min(samples.start + offset, file.num_bytes)
    return Span(start, max(0, file.sound_end(samples) - start))


def _without_fields(chunk: Chunk, num_bytes: int) -> Chunk:
    """Return a chunk without the fields before its samples, with size 0 if it has none."""
    return Chunk(chunk.name, chunk.start + num_bytes, max(0, chunk.size - num_bytes))


def _iff_header(name: bytes, num_bytes: int) -> bytes:
    return struct.pack(">4sI", name, min(UNKNOWN_32, num_bytes))


def _caf(source: IO[bytes]) -> list[Part]:
    file = ChunkFile(source, CAF)
    for chunk in file.chunks(_CAF_FIRST_CHUNK):
        if chunk.name == b"data":
            end = file.sound_end(_without_fields(chunk, _CAF_EDIT_COUNT_BYTES))
            sound = Span(chunk.start, max(0, end - chunk.start))
            size = sound.size.to_bytes(CAF.size_bytes, "big")
            rest = Span(end, file.num_bytes - end)
            return [Span(0, chunk.start - len(size)), size, sound, rest]
    return [Span(0, file.num_bytes)]


def _au(source: IO[bytes]) -> list[Part]:
    source.seek(0)
    header = source.read(_AU_HEADER.size)
    num_bytes = source.seek(0, 2)
    if len(header) < _AU_HEADER.size:
        return []
    mark, start, size = _AU_HEADER.unpack(header)
    start = min(start, num_bytes)
    rest = num_bytes - start
    is_plausible = 0 < size <= rest and rest - size <= max(size, MAX_UNKNOWN_BYTES)
    corrected = _AU_HEADER.pack(mark, start, min(UNKNOWN_32, size if is_plausible else rest))
    described = Span(_AU_HEADER.size, max(0, start - _AU_HEADER.size))
    return [corrected, described, Span(start, size if is_plausible else rest)]
