"""Chunks of the file formats that descend from IFF: WAV, RF64, W64, AIFF and CAF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Literal

from pipeline.audio.decoders.spliced_file import Span

MOST_CHUNKS = 10_000  # before the sound; a real file has some twenty
GUID_BYTES = 16
_GUID_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")  # of a W64 chunk that has a name in WAV
_NAME_BYTES = 4
_PRINTABLE = range(0x20, 0x7F)
# What other programs put after the last chunk without a chunk of its own: ID3, APE, Lyrics3, XMP
_TAGS = (b"TAG", b"ID3", b"APETAGEX", b"LYRICSBEGIN", b"<?xpacket")
_TAG_BYTES = max(map(len, _TAGS))
_BLOCK_BYTES = 1 << 16
# Of chunks that may follow the sound in WAV, AIFF and CAF.
_NAMES = (
    "LIST _PMX bext iXML axml aXML cart chna id3 ID3 cue smpl inst plst levl afsp fact PEAK JUNK "
    "junk FLLR PAD DISP umid minf elm1 regn slnt data RIFF COMT MARK NAME AUTH ANNO (c) APPL INST "
    "MIDI AESD FVER COMM chan uuid info strg pakt free kuki midi ovvw peak edct mark"
)
KNOWN_NAMES = frozenset(each.encode().ljust(_NAME_BYTES) for each in _NAMES.split(" "))
MOST_UNKNOWN_BYTES = 1 << 16  # after the sound; of more, and more than the sound, a header lies


@dataclass(frozen=True, slots=True)
class ChunkLayout:
    """How a format writes its chunks.

    Attributes:
        byte_order: of the sizes.
        name_bytes: length of a chunk's name.
        size_bytes: length of its size field.
        alignment: chunks begin at multiples of this; 1 for anywhere.
        counts_header: whether a size counts the name and the size field too.
    """

    byte_order: Literal["little", "big"]
    name_bytes: int = _NAME_BYTES
    size_bytes: int = 4
    alignment: int = 2
    counts_header: bool = False

    @property
    def header_bytes(self) -> int:
        """Length of name and size field."""
        return self.name_bytes + self.size_bytes


RIFF = ChunkLayout("little")
RIFX = ChunkLayout("big")
IFF = ChunkLayout("big")
W64 = ChunkLayout("little", GUID_BYTES, 8, 8, counts_header=True)
CAF = ChunkLayout("big", size_bytes=8, alignment=1)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk as its header describes it.

    Attributes:
        name: four bytes; a W64 chunk has the name that it has in WAV, or its GUID.
        start: offset of its content.
        size: of its content; it may be a lie.
    """

    name: bytes
    start: int
    size: int


class ChunkFile:
    """The chunks of an open file."""

    def __init__(self, file: IO[bytes], layout: ChunkLayout) -> None:
        """Read chunks of one layout.

        Args:
            file: an unbuffered file.
            layout: how its chunks are written.
        """
        self._file = file
        self._layout = layout
        self.num_bytes = file.seek(0, 2)

    def chunks(self, offset: int) -> Iterator[Chunk]:
        """Iterate over the chunks from an offset on; the last one may reach beyond the end."""
        for _ in range(MOST_CHUNKS):
            chunk = self.chunk_at(offset)
            if chunk is None:
                return
            yield chunk
            offset = self.after(chunk)

    def chunk_at(self, offset: int) -> Chunk | None:
        """Return the chunk whose header is at an offset; None where there is none."""
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
        """Return the offset of the next chunk; some programs leave the filling byte out."""
        end = chunk.start + chunk.size
        filled = end + -end % self._layout.alignment
        return end if end != filled and self._has_name_at(end) else filled

    def read(self, span: Span) -> bytes:
        """Read a stretch that is known to be short, as far as it lies in the file."""
        if span.start >= self.num_bytes:
            return b""
        self._file.seek(span.start)
        return self._file.read(span.size)

    def sound_end(self, chunk: Chunk) -> int:
        """Return where the samples of a sound chunk end.

        The size in the header counts where it is plausible: other chunks follow up to the end of
        the file, or known tags, or nothing of weight. A stream's size (0, all ones) and that of
        a recorder that was switched off are not: then the sound goes on to the end of the file.
        """
        end = chunk.start + chunk.size
        if end >= self.num_bytes:
            return self.num_bytes
        if self._has_chunks_only(self.after(chunk)):
            return end
        rest = Span(end, self.num_bytes - end)
        return end if chunk.size and self._is_no_sound(rest, chunk.size) else self.num_bytes

    def _has_chunks_only(self, offset: int) -> bool:
        """Whether chunks with proper names follow one another to the end of the file."""
        num_chunks = 0
        for chunk in self.chunks(offset):
            num_chunks += 1
            end = chunk.start + chunk.size
            if not _is_name(chunk.name) or num_chunks == MOST_CHUNKS:
                return False
            if end > self.num_bytes:
                return chunk.name in KNOWN_NAMES  # it was cut off
            offset = self.after(chunk)
        return num_chunks > 0 and offset + self._layout.header_bytes > self.num_bytes

    def _has_name_at(self, offset: int) -> bool:
        name = self.read(Span(offset, self._layout.name_bytes))
        return len(name) == self._layout.name_bytes and _is_name(name)

    def _is_no_sound(self, rest: Span, num_sound_bytes: int) -> bool:
        if rest.size <= max(num_sound_bytes, MOST_UNKNOWN_BYTES):
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
    """Whether it is printable, or a GUID, of which no more can be said than that it is not 0."""
    return any(name) if len(name) == GUID_BYTES else all(each in _PRINTABLE for each in name)
