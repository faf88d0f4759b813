"""Where the samples of a file with chunks begin and end."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import read_audio
from pipeline.audio.decoders.header_repair import open_sound
from pipeline.core.errors import AudioError
from tests.pipeline.synthetic_recordings import as_16k, floats

PCM = (as_16k() * 32_767).astype("<i2")
SOUND = PCM.tobytes()
RATE_HZ = 16_000
FORMAT = struct.pack("<HHIIHH", 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)
# WAVE_FORMAT_EXTENSIBLE: 22 bytes more, valid bits, channel mask, and the GUID of PCM
EXTENSIBLE = (
    struct.pack("<HHIIHHHHI", 0xFFFE, 1, RATE_HZ, 2 * RATE_HZ, 2, 16, 22, 16, 4)
    + bytes.fromhex("0100000000001000800000aa00389b71")
)  # fmt: skip
XMP = b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>" + bytes(range(256)) * 400
UNKNOWN = 0xFFFF_FFFF


def chunk(name: bytes, content: bytes, *, order: str = "<", fills: bool = True) -> bytes:
    filling = b"\0" * (len(content) % 2) if fills else b""
    return struct.pack(f"{order}4sI", name, len(content)) + content + filling


def riff(*chunks: bytes, mark: bytes = b"RIFF") -> bytes:
    content = b"WAVE" + b"".join(chunks)
    return struct.pack("<4sI", mark, len(content) & UNKNOWN) + content


def saved(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "recording"
    path.write_bytes(content)
    return path


def assert_is_the_sound(path: Path) -> None:
    audio = read_audio(path)
    assert audio.num_samples == len(PCM)
    assert np.abs(floats(audio) - as_16k()).max() <= 2 / 32_768


HEAD = chunk(b"fmt ", FORMAT)
DATA = chunk(b"data", SOUND)
SOUND_CUT = len(SOUND) // 4 * 2


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(riff(HEAD, DATA, chunk(b"_PMX", XMP)), id="XMP"),
        pytest.param(
            riff(HEAD, DATA, chunk(b"id3 ", XMP[1:]), chunk(b"LIST", XMP)),
            id="two notes, the first of odd length",
        ),
        pytest.param(
            riff(HEAD, DATA, chunk(b"id3 ", XMP[1:], fills=False), chunk(b"LIST", XMP)),
            id="no filling byte after the sound",
        ),
        pytest.param(riff(HEAD, DATA, chunk(b"_PMX", XMP))[:-5000], id="XMP cut off"),
        pytest.param(riff(HEAD, DATA) + XMP, id="XMP without a chunk"),
        pytest.param(riff(HEAD, DATA) + b"ID3\3\0" + XMP, id="ID3 without a chunk"),
        pytest.param(riff(HEAD, DATA) + bytes(200_000), id="zeros"),
        pytest.param(riff(chunk(b"fmt ", EXTENSIBLE), DATA, chunk(b"_PMX", XMP)), id="extensible"),
        pytest.param(riff(DATA, HEAD, chunk(b"_PMX", XMP)), id="data before fmt"),
        pytest.param(
            riff(chunk(b"LIST", XMP[1:], fills=False), HEAD, DATA),
            id="no filling byte before the format",
        ),
        pytest.param(
            riff(
                HEAD,
                chunk(b"data", SOUND[:SOUND_CUT]),
                chunk(b"LIST", XMP),
                chunk(b"data", SOUND[SOUND_CUT:]),
                chunk(b"_PMX", XMP),
            ),
            id="two data chunks",
        ),
        pytest.param(
            riff(
                chunk(b"ds64", struct.pack("<QQQI", 0, len(SOUND), len(PCM), 0)),
                HEAD,
                struct.pack("<4sI", b"data", UNKNOWN) + SOUND,
                chunk(b"axml", XMP),
                mark=b"RF64",
            ),
            id="RF64",
        ),
        pytest.param(
            riff(
                chunk(b"ds64", struct.pack("<QQQI", 0, len(SOUND), len(PCM), 0)),
                HEAD,
                struct.pack("<4sI", b"data", UNKNOWN) + SOUND,
                chunk(b"axml", XMP),
                mark=b"BW64",
            ),
            id="BW64",
        ),
        pytest.param(
            riff(
                chunk(b"ds64", struct.pack("<QQQI", 0, 0, 0, 0)),
                HEAD,
                struct.pack("<4sI", b"data", UNKNOWN) + SOUND,
                mark=b"RF64",
            ),
            id="RF64 that was never completed",
        ),
        pytest.param(riff(HEAD, struct.pack("<4sI", b"data", UNKNOWN) + SOUND), id="a pipe"),
    ],
)
def test_the_sound_of_a_wav_is_what_its_data_chunks_hold(tmp_path: Path, content: bytes) -> None:
    assert_is_the_sound(saved(tmp_path, content))


def test_a_big_endian_wav_is_read(tmp_path: Path) -> None:
    described = struct.pack(">HHIIHH", 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)
    content = b"WAVE" + chunk(b"fmt ", described, order=">")
    content += chunk(b"data", PCM.astype(">i2").tobytes(), order=">")
    content += chunk(b"LIST", XMP, order=">")

    assert_is_the_sound(saved(tmp_path, struct.pack(">4sI", b"RIFX", len(content)) + content))


W64_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")


def w64_chunk(name: bytes, content: bytes, size: int | None = None) -> bytes:
    whole = 24 + len(content) if size is None else size
    return name + W64_TAIL + struct.pack("<Q", whole) + content + bytes(-len(content) % 8)


@pytest.mark.parametrize("size", [None, 0, 24, 0xFFFF_FFFF_FFFF_FFFF])
def test_the_sound_of_a_w64_ends_where_notes_begin_or_the_file_ends(
    tmp_path: Path, size: int | None
) -> None:
    riff_mark = b"riff" + bytes.fromhex("2e91cf11a5d628db04c10000")
    content = b"wave" + W64_TAIL + w64_chunk(b"fmt ", FORMAT) + w64_chunk(b"data", SOUND, size)
    if size is None:
        content += w64_chunk(b"levl", XMP)

    assert_is_the_sound(saved(tmp_path, riff_mark + struct.pack("<Q", 24 + len(content)) + content))


RATE_80_BIT = bytes.fromhex("400cfa00000000000000")  # 16 000 as AIFF writes it


@pytest.mark.parametrize(
    ("ssnd_size", "num_frames", "notes"),
    [
        (8 + len(SOUND), len(PCM), chunk(b"ANNO", XMP, order=">")),
        (8 + len(SOUND), len(PCM), chunk(b"APPL", XMP, order=">") + chunk(b"(c) ", XMP, order=">")),
        (8 + len(SOUND), 0, b""),
        (0, 0, b""),
        (8, 0, b""),
        (0x7FFF_FFFF, 0x7FFF_FFFF, b""),
        (UNKNOWN, UNKNOWN, b""),
    ],
)
@pytest.mark.parametrize("kind", [b"AIFF", b"AIFC"])
def test_the_sound_of_an_aiff_is_what_its_sound_chunk_holds(
    tmp_path: Path, kind: bytes, ssnd_size: int, num_frames: int, notes: bytes
) -> None:
    common = struct.pack(">hIh", 1, num_frames, 16) + RATE_80_BIT
    common += b"sowt\0\0" if kind == b"AIFC" else b""
    sound = SOUND if kind == b"AIFC" else PCM.astype(">i2").tobytes()
    content = kind + chunk(b"COMM", common, order=">")
    content += struct.pack(">4sIII", b"SSND", ssnd_size, 0, 0) + sound + notes

    assert_is_the_sound(saved(tmp_path, struct.pack(">4sI", b"FORM", len(content)) + content))


@pytest.mark.parametrize(
    ("size", "notes"),
    [
        (4 + len(SOUND), XMP),
        (-1, b""),
        (0, b""),
        (1 << 40, b""),
        ((1 << 63) - 1, b""),
        (-(1 << 62), b""),
    ],
)
def test_the_sound_of_a_caf_ends_where_notes_begin_or_the_file_ends(
    tmp_path: Path, size: int, notes: bytes
) -> None:
    described = struct.pack(">d4sIIIII", float(RATE_HZ), b"lpcm", 2, 2, 1, 1, 16)
    content = struct.pack(">4sHH4sq", b"caff", 1, 0, b"desc", len(described)) + described
    content += struct.pack(">4sqI", b"data", size, 0) + SOUND
    if notes:
        content += struct.pack(">4sq", b"info", len(notes)) + notes

    assert_is_the_sound(saved(tmp_path, content))


@pytest.mark.parametrize("size", [len(SOUND), UNKNOWN, 0])
def test_the_sound_of_an_au_file_ends_at_its_declared_size_or_the_file_end(
    tmp_path: Path, size: int
) -> None:
    header = struct.pack(">4sIIIII", b".snd", 28, size, 3, RATE_HZ, 1) + b"note"

    assert_is_the_sound(saved(tmp_path, header + PCM.astype(">i2").tobytes()))


def test_more_than_four_gigabytes_of_sound_do_not_overflow(tmp_path: Path) -> None:
    path = saved(tmp_path, riff(HEAD, struct.pack("<4sI", b"data", 1_000)))
    header_bytes = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(header_bytes + 500_000)
        file.write(SOUND)
        file.truncate(header_bytes + (1 << 32) + 1_000)  # sparse

    source = open_sound(path)

    assert source is not None
    with source:
        assert soundfile.info(source).frames == ((1 << 32) + 1_000) // 2


@pytest.mark.parametrize("size", [(1 << 63) - 30, 1 << 63, (1 << 64) - 30, (1 << 64) - 1])
def test_a_chunk_that_reaches_beyond_any_file_ends_the_search(tmp_path: Path, size: int) -> None:
    path = saved(tmp_path, struct.pack(">4sHH4sQ", b"caff", 1, 0, b"free", size) + SOUND)

    with pytest.raises(AudioError, match="no readable samples"):
        read_audio(path)


@pytest.mark.wall_clock
@pytest.mark.parametrize("name", [b"note", b"data"])
def test_a_file_of_tiny_chunks_costs_no_time(tmp_path: Path, name: bytes) -> None:
    path = saved(tmp_path, riff(HEAD, DATA, chunk(name, b"") * 500_000))
    began = time.perf_counter()

    audio = read_audio(path)

    assert audio.duration_ms >= 2_000
    assert time.perf_counter() - began < 4  # a second for each megabyte


def test_a_format_chunk_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = saved(tmp_path, b"RIFF\0\0\0\0WAVE" + struct.pack("<4sI", b"fmt ", 0xFFFF_FFF0))
    with path.open("r+b") as file:
        file.truncate(0xFFFF_FFFF)  # sparse

    source = open_sound(path)

    assert source is not None
    with source:
        assert source.size < 1_000
