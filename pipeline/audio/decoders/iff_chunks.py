"""Chunk reader for file formats derived from IFF: WAV, RF64, W64, AIFF and CAF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Literal

from pipeline.audio.decoders.spliced_file import Span

MAX_CHUNKS = 10_000  # before the sound; real files have about twenty
GUID_BYTES = 16
_GUID_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")  # of W64 chunks that have a name in WAV
_NAME_BYTES = 4
_PRINTABLE = range(0x20, 0x7F)
# Tags that other programs append after the last chunk: ID3, APE, Lyrics3, XMP
_TAGS = (b"TAG", b"ID3", b"APETAGEX", b"LYRICSBEGIN", b"<?xpacket")
_TAG_BYTES = max(map(len, _TAGS))
_BLOCK_BYTES = 1 << 16
# Chunks that may follow the sound in WAV, AIFF and CAF.
_NAMES = (
    "LIST _PMX bext iXML axml aXML cart chna id3 ID3 cue smpl inst plst levl afsp fact PEAK JUNK "
    "junk FLLR PAD DISP umid minf elm1 regn slnt data RIFF COMT MARK NAME AUTH ANNO (c) APPL INST "
    "MIDI AESD FVER COMM chan uuid info strg pakt free kuki midi ovvw peak edct mark"
)
KNOWN_NAMES = frozenset(each.encode().ljust(_NAME_BYTES) for each in _NAMES.split(" "))
MAX_UNKNOWN_BYTES = 1 << 16  # after the sound; the size is wrong if more, and longer than it


@dataclass(frozen=True, slots=True)
class ChunkLayout:
    """The binary layout of the chunks of one file format.

    Attributes:
        byte_order: byte order of the sizes.
        name_bytes: length of a chunk's name.
        size_bytes: length of the size field.
        alignment: chunks begin at multiples of this number; 1 for no alignment.
        counts_header: whether a size includes the name and the size field.
    """

    byte_order: Literal["little", "big"]
    name_bytes: int = _NAME_BYTES
    size_bytes: int = 4
    alignment: int = 2
    counts_header: bool = False

    @property
    def header_bytes(self) -> int:
        """Length of a chunk's name and size field together, in bytes."""
        return self.name_bytes + self.size_bytes


RIFF = ChunkLayout("little")
RIFX = ChunkLayout("big")
IFF = ChunkLayout("big")
W64 = ChunkLayout("little", GUID_BYTES, 8, 8, counts_header=True)
CAF = ChunkLayout("big", size_bytes=8, alignment=1)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of a file, with the size that its header states.

    Attributes:
        name: four bytes; for a W64 chunk its name in WAV, or its GUID.
        start: offset of its content.
        size: size of its content according to the header, which may be wrong.
    """

    name: bytes
    start: int
    size: int


class ChunkFile:
    """A chunk reader for an open file in an IFF-derived format."""

    def __init__(self, file: IO[bytes], layout: ChunkLayout) -> None:
        """Create a reader for the chunks of an open file.

        Args:
            file: an unbuffered file.
            layout: layout of its chunks.
        """
        self._file = file
        self._layout = layout
        self.num_bytes = file.seek(0, 2)

    def chunks(self, offset: int) -> Iterator[Chunk]:
        """Yield the chunks from an offset on, the last of which may extend beyond the file."""
        for _ in range(MAX_CHUNKS):
            chunk = self.chunk_at(offset)
            if chunk is None:
                return
            yield chunk
            offset = self.after(chunk)

    def chunk_at(self, offset: int) -> Chunk | None:
        """Return the chunk whose header is at an offset, or None if there is no header."""
        layout = self._layout
        header = self.read(Span(offset, layout.header_bytes))
        if len(header) < layout.header_bytes:
            return None
        name = _short_name(header[: layout.name_bytes])
        size = int.from_bytes(header[layout.name_bytes :], layout.byte_order)
        if layout.counts_header:
            size = max(0, size - layout.header_bytes)
        return Chunk(name, offset + layout.header_bytes, size)

    def after(self, chunk: Chunk) -> int:
        """Return the offset of the next chunk, even if the padding byte before it is missing."""
        end = chunk.start + chunk.size
        filled = end + -end % self._layout.alignment
        return end if end != filled and self._has_name_at(end) else filled

    def read(self, span: Span) -> bytes:
        """Read a short span of the file, truncated at the end of the file."""
        if span.start >= self.num_bytes:
            return b""
        self._file.seek(span.start)
        return self._file.read(span.size)

    def sound_end(self, chunk: Chunk) -> int:
        """Return the offset at which the samples of a chunk end, even if its size is wrong.

        The size in the header is used if it is plausible: it is followed by other chunks up to the
        end of the file, by known tags, or by little data. The size of a stream (0, all ones) or of
        an interrupted recording is not plausible: the sound then extends to the end of the file.
        """
        end = chunk.start + chunk.size
        if end >= self.num_bytes:
            return self.num_bytes
        if self._has_chunks_only(self.after(chunk)):
            return end
        rest = Span(end, self.num_bytes - end)
        return end if chunk.size and self._is_no_sound(rest, chunk.size) else self.num_bytes

    def _has_chunks_only(self, offset: int) -> bool:
        """Return whether a sequence of chunks with valid names extends to the end of the file."""
        num_chunks = 0
        for chunk in self.chunks(offset):
            num_chunks += 1
            end = chunk.start + chunk.size
            if not _is_name(chunk.name) or num_chunks == MAX_CHUNKS:
                return False
            if end > self.num_bytes:
                return chunk.name in KNOWN_NAMES  # the last chunk is truncated
            offset = self.after(chunk)
        return num_chunks > 0 and offset + self._layout.header_bytes > self.num_bytes

    def _has_name_at(self, offset: int) -> bool:
        name = self.read(Span(offset, self._layout.name_bytes))
        return len(name) == self._layout.name_bytes and _is_name(name)

    def _is_no_sound(self, rest: Span, num_sound_bytes: int) -> bool:
        if rest.size <= max(num_sound_bytes, MAX_UNKNOWN_BYTES):
            return True
        beginning = self.read(Span(rest.start, _TAG_BYTES))
        return beginning.startswith(_TAGS) or self._is_zero(rest)

    def _is_zero(self, span: Span) -> bool:
        for start in range(span.start, span.end, _BLOCK_BYTES):
            if any(self.read(Span(start, min(_BLOCK_BYTES, span.end - start)))):
                return False
        return True


def _short_name(name: bytes) -> bytes:
    return name[:_NAME_BYTES] if name[_NAME_BYTES:] == _GUID_TAIL else name


def _is_name(name: bytes) -> bool:
    """Return whether bytes can be the name of a chunk, either printable or a nonzero GUID."""
    return any(name) if len(name) == GUID_BYTES else all(each in _PRINTABLE for each in name)
