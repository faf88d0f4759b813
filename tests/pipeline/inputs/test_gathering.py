from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from pipeline.audio.samples import Audio
from pipeline.core.errors import (
    AddressRefusedError,
    AudioError,
    DownloadError,
    EmptyFileError,
    NotANumberError,
    NotAudioError,
    OptionError,
)
from pipeline.core.progress import ignore_report
from pipeline.inputs.download import Downloader
from pipeline.inputs.gathering import InputRules, gather_inputs, with_unique_keys
from tests.pipeline.inputs.web_server import PUBLIC, Internet, content, serve
from tests.pipeline.synthetic_recordings import voice

RATE_HZ = 16_000
PCM = (voice(RATE_HZ) * 20_000).astype("<i2")


def wav_bytes(file_format: str = "WAV") -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, PCM, RATE_HZ, format=file_format)
    return buffer.getvalue()


def read_all(recordings: Any, rules: InputRules | None = None) -> list[Audio]:
    return [each.read(ignore_report) for each in gather_inputs(recordings, rules=rules)]


def keys_of(recordings: Any) -> list[str]:
    return [each.key for each in with_unique_keys(gather_inputs(recordings))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A WAV file, the same without a header, and lists that name them."""
    (tmp_path / "会议 1.wav").write_bytes(wav_bytes())
    (tmp_path / "raw.pcm").write_bytes(PCM.tobytes())
    (tmp_path / "wav.scp").write_text(f"a {tmp_path / '会议 1.wav'}\nb raw.pcm\n", "utf-8")
    (tmp_path / "list.jsonl").write_text('{"key": "c", "source": "raw.pcm"}\n', "utf-8")
    return tmp_path


def test_every_kind_of_input_gives_the_same_samples_in_order(folder: Path) -> None:
    with serve({"/会议.wav": content(b"")}) as server:
        server.answers = {"/%E4%BC%9A.wav": content(wav_bytes()), "/a.pcm": content(PCM.tobytes())}
        internet = Internet(server, {"public.example": [PUBLIC]})
        audios = read_all(
            [
                folder / "会议 1.wav",
                str(folder / "raw.pcm"),
                folder / "wav.scp",
                str(folder / "list.jsonl"),
                wav_bytes(),
                wav_bytes("FLAC"),
                PCM.tobytes(),
                bytearray(wav_bytes()),
                (PCM, RATE_HZ),
                (PCM.astype(np.float64) / 32_768, RATE_HZ),
                (np.stack([PCM, PCM], axis=1), RATE_HZ),
                "http://public.example/会.wav",
                "http://public.example/a.pcm",
            ],
            InputRules(downloader=Downloader(network=internet.network)),
        )

    assert len(audios) == 14
    for audio in audios:
        assert np.array_equal(audio.pcm, PCM)


def test_keys_are_those_of_the_list_or_the_names_of_the_files(folder: Path) -> None:
    assert keys_of(
        [
            folder / "会议 1.wav",
            folder / "wav.scp",
            "https://example.com/x/talk.m4a?a=b",
            "https://example.com/",
            (PCM, RATE_HZ),
            PCM.tobytes(),
            str(folder / "会议 1.wav"),
        ]
    ) == ["会议 1", "a", "b", "talk", "example.com", "recording", "recording-2", "会议 1-2"]


def test_a_key_that_was_made_unique_meets_no_other(folder: Path) -> None:
    assert keys_of(["a.wav", "a-2.wav", "b/a.wav", "c/a.wav"]) == ["a", "a-2", "a-3", "a-4"]


def test_a_tensor_of_another_library_is_read_like_an_array() -> None:
    class Tensor:
        def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
            return PCM.astype(dtype or PCM.dtype)

    (alone,) = read_all((Tensor(), RATE_HZ))

    assert np.array_equal(alone.pcm, PCM)
    with pytest.raises(OptionError, match="their rate"):
        gather_inputs([Tensor()])


def test_a_tensor_that_is_out_of_reach_is_one_sentence() -> None:
    class Tensor:
        def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
            raise TypeError("it is on another device")

    with pytest.raises(AudioError, match="another device"):
        read_all((Tensor(), RATE_HZ))


@pytest.mark.parametrize("rate_hz", [8_000, 48_000])
def test_the_rate_of_headerless_samples_is_the_one_given(folder: Path, rate_hz: int) -> None:
    rules = InputRules(pcm_rate_hz=rate_hz)

    durations_ms = [
        audio.duration_ms for audio in read_all([folder / "raw.pcm", PCM.tobytes()], rules)
    ]

    expected_ms = len(PCM) * 1_000 // rate_hz
    assert durations_ms == pytest.approx([expected_ms, expected_ms], abs=1)


@pytest.mark.parametrize(
    ("recording", "kind"),
    [
        (b"", EmptyFileError),
        (b"RIFF\x04\x00\x00\x00WAVE", AudioError),
        (b"\x01", EmptyFileError),
        (b"<!DOCTYPE html><html></html>", NotAudioError),
        ((np.zeros(0), RATE_HZ), EmptyFileError),
        ((np.full(100, np.nan), RATE_HZ), NotANumberError),
        ((np.full(100, np.inf, np.float32), RATE_HZ), NotANumberError),
        ((np.zeros(100), 0), AudioError),
        ((np.zeros((2, 3, 4)), RATE_HZ), AudioError),
        ((np.zeros(100, complex), RATE_HZ), AudioError),
        ("missing.wav", AudioError),
        ("missing.pcm", AudioError),
        ("x\0y.wav", AudioError),
        ("ftp://example.com/a.wav", AddressRefusedError),
        ("http://127.0.0.1/a.wav", AddressRefusedError),
    ],
)
def test_an_input_that_is_not_a_recording_is_refused_when_it_is_read(
    recording: Any, kind: type[Exception]
) -> None:
    (refused,) = gather_inputs([recording])

    with pytest.raises(kind):
        refused.read(ignore_report)


@pytest.mark.parametrize(
    ("recording", "expected"),
    [
        (np.zeros(100), "Samples need their rate"),
        (7, "got int"),
        (None, "got NoneType"),
        ([["a.wav"]], "got list"),
        ([(np.zeros(100), "16000")], "got tuple"),
    ],
)
def test_what_cannot_be_understood_is_refused_at_once(recording: Any, expected: str) -> None:
    with pytest.raises(OptionError, match=expected):
        gather_inputs(recording)


def test_samples_that_happen_to_begin_like_an_mp3_are_samples() -> None:
    pcm = np.concatenate([np.frombuffer(b"\xff\xfb\x90\x44", "<i2"), PCM])

    (audio,) = read_all(pcm.tobytes())

    assert np.array_equal(audio.pcm, pcm)


def test_working_offline_fetches_nothing() -> None:
    (refused,) = gather_inputs("http://example.com/a.wav", rules=InputRules(downloader=None))

    with pytest.raises(DownloadError, match="offline"):
        refused.read(ignore_report)


def test_an_impossible_rate_is_refused() -> None:
    with pytest.raises(OptionError, match="sample rate"):
        InputRules(pcm_rate_hz=1)
