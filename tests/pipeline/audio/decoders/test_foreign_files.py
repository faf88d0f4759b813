"""Each kind of file that is no recording is named, with what to do."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import read_audio
from pipeline.core import errors
from pipeline.core.errors import AudioError
from tests.dev_data import REPOSITORY
from tests.pipeline.synthetic_recordings import as_16k, write_media

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"

SILK_FRAMES = np.random.default_rng(1).bytes(3_000)


def zipped(name: str) -> bytes:
    """A zip that stores an MP3 as it is, where a decoder would find it."""
    sound = io.BytesIO()
    soundfile.write(sound, as_16k(), 16_000, format="MP3")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, sound.getvalue())
    return content.getvalue()


def g711(subtype: str) -> bytes:
    """Speech over a telephone, without a header."""
    speech, _ = soundfile.read(CONVERSATION, frames=160_000)
    sound = io.BytesIO()
    soundfile.write(sound, speech[::2], 8_000, format="RAW", subtype=subtype)
    return sound.getvalue()


WEBM_HEADER = bytes.fromhex(
    "1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806701ffffffffffffff"
    "114d9b74ab4dbb8b53ab841549a96653ac8100"
)
EMPTY_MP4 = (
    struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"isom")
    + struct.pack(">I4s", 8, b"moov")
    + struct.pack(">I4s", 8, b"mdat")
)
BROKEN_MP4 = EMPTY_MP4[:20] + struct.pack(">I4sQ", 1, b"free", (1 << 64) - 8) + bytes(100)
PROTECTED_WMA = (
    bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + struct.pack("<QIH", 400, 1, 258)
    + bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e") + bytes(300)
)  # fmt: skip


def protected_mp4(tmp_path: Path, entry: bytes) -> bytes:
    """An M4A whose sound track says that it is encrypted, as a shop's do."""
    path = tmp_path / "plain.m4a"
    write_media(path, as_16k(), 16_000, container="ipod", codec="aac")
    return path.read_bytes().replace(b"mp4a", entry, 1)


@pytest.mark.parametrize(
    ("name", "content", "kind", "words"),
    [
        ("msg.amr", b"#!SILK_V3" + SILK_FRAMES, errors.WeChatVoiceError, "WeChat"),
        ("msg.slk", b"\x02#!SILK_V3" + SILK_FRAMES, errors.WeChatVoiceError, "SILK"),
        ("a.mid", b"MThd\0\0\0\6\0\1\0\2\1\xe0MTrk" + bytes(50), errors.MidiFileError, "MIDI"),
        ("a.mp3", b"CTENFDAM\1p" + SILK_FRAMES, errors.ProtectedFileError, "encrypted"),
        ("a.wma", PROTECTED_WMA, errors.ProtectedFileError, "encrypted"),
        ("a.m3u8", b"\xef\xbb\xbf#EXTM3U\na.mp3\n", errors.PlaylistError, "playlist"),
        ("a.wav", b"[playlist]\nFile1=a.mp3\n", errors.PlaylistError, "playlist"),
        ("a.mp3", b"\n<!DOCTYPE html><html></html>", errors.WebPageError, "web page"),
        ("a.mp3", '{"error": "登录已过期"}'.encode(), errors.WebPageError, "Download"),
        (
            "a.mp3",
            b'<?xml version="1.0"?><Error><Code>AccessDenied</Code>',
            errors.WebPageError,
            "",
        ),
        ("a.mp3", zipped("a.mp3"), errors.ArchiveError, "Unpack"),
        ("a.wav", zipped("word/document.xml"), errors.DocumentError, "document"),
        ("a.m4a", b"%PDF-1.7\n" + SILK_FRAMES, errors.DocumentError, "document"),
        ("a.mp3", b"Rar!\x1a\7\1\0" + SILK_FRAMES, errors.ArchiveError, "archive"),
        ("a.mp3.crdownload", SILK_FRAMES, errors.UnfinishedDownloadError, "incomplete"),
        ("a.wav", bytes(300_000), errors.ZeroFilledFileError, "only zeros"),
        ("a.ulaw", SILK_FRAMES, errors.HeaderlessSoundError, "without a header"),
        ("a.wav", g711("ULAW"), errors.HeaderlessSoundError, "µ-law"),
        ("a.wav", g711("ALAW"), errors.HeaderlessSoundError, "A-law"),
        ("a.wav", g711("PCM_16"), errors.HeaderlessSoundError, "PCM"),
        ("a.webm", WEBM_HEADER, errors.EmptyFileError, "recording is empty.*Record it again"),
        ("a.m4a", EMPTY_MP4, errors.EmptyFileError, "no readable samples"),
        ("a.m4a", BROKEN_MP4, errors.CutOffFileError, "index .* is missing"),
        ("a.amr", b"#!AMR\n", errors.EmptyFileError, "no readable samples"),
        ("a.mp3", b"ID3\3\0\0\0\0\0\0", errors.EmptyFileError, "no readable samples"),
    ],
)
def test_a_file_that_is_not_a_recording_is_refused_by_kind(
    tmp_path: Path, name: str, content: bytes, kind: type[AudioError], words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(AudioError, match=words) as refusal:
        read_audio(path)

    assert type(refusal.value) is kind
    assert str(refusal.value).startswith(f"{name}: ")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("entry", [b"drms", b"enca"])
def test_an_encrypted_track_is_not_decoded_as_noise(tmp_path: Path, entry: bytes) -> None:
    path = tmp_path / "bought.m4p"
    path.write_bytes(protected_mp4(tmp_path, entry))

    with pytest.raises(errors.ProtectedFileError, match="encrypted"):
        read_audio(path)


@pytest.mark.parametrize("suffix", [".crdownload", ".ulaw", ".raw", ".tmp"])
def test_a_readable_file_is_read_whatever_its_name(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"recording{suffix}"
    soundfile.write(path, as_16k(), 16_000, format="WAV")

    assert read_audio(path).duration_ms == 2_000


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16"])
def test_text_in_any_encoding_is_not_taken_for_samples(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "minutes.wav"
    path.write_bytes("下週三上午開會，討論項目進度。\n".encode(encoding, "ignore") * 300)

    with pytest.raises(errors.NotAudioError) as refusal:
        read_audio(path)

    assert type(refusal.value) is errors.NotAudioError


@pytest.mark.parametrize("seed", range(4))
def test_packed_data_is_not_taken_for_samples(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(np.random.default_rng(seed).bytes(200_000))

    with pytest.raises(AudioError) as refusal:
        read_audio(path)

    assert type(refusal.value) is errors.NotAudioError
