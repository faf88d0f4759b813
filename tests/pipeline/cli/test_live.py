"""The `live` command with a real detector of speech and a tiny recogniser."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from pipeline.cli.transcribe import main
from tests.dev_data import REPOSITORY
from tests.pipeline.tiny_models import tiny_paraformer, write_funasr_folder
from tests.pipeline.tiny_punctuation import write_folder as write_punctuation

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
RATE_HZ = 16_000


@pytest.fixture(scope="module")
def talk() -> NDArray[np.int16]:
    pcm, _ = soundfile.read(CONVERSATION, stop=RATE_HZ * 12, dtype="int16")
    return pcm


@pytest.fixture(scope="module")
def flags(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    home = tmp_path_factory.mktemp("models")
    paraformer = write_funasr_folder(home / "paraformer", tiny_paraformer())
    punctuation = write_punctuation(home / "punctuation")
    return [
        "--offline",
        "--recognizer=paraformer",
        f"--model-folder=paraformer={paraformer}",
        f"--model-folder=punctuation={punctuation}",
    ]


def sentences(path: Path) -> list[dict]:
    return json.loads(path.read_text("utf-8"))["sentences"]


def recorded(folder: Path, suffix: str) -> Path:
    (path,) = folder.glob(f"live-*.{suffix}")
    return path


def test_a_file_is_shown_sentence_by_sentence_and_written(
    talk: NDArray[np.int16], flags: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soundfile.write(tmp_path / "talk.wav", talk, RATE_HZ)
    out = tmp_path / "out"

    status = main(
        ["live", str(tmp_path / "talk.wav"), "--out", str(out), "--format=json,txt", *flags]
    )

    lines = capsys.readouterr().out.splitlines()
    written = sentences(out / "talk.json")
    assert status == 0
    assert len(lines) == len(written) >= 3
    for line, sentence in zip(lines, written, strict=True):
        seconds = sentence["start_ms"] // 1000
        assert line.startswith(f"[00:{seconds:02d}] S")
        assert line.endswith(sentence["text"])
        assert sentence["speaker"].startswith("S")
    assert sorted(each.name for each in out.iterdir()) == ["talk.json", "talk.txt"]


def test_standard_input_is_transcribed_and_kept(
    talk: NDArray[np.int16],
    flags: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stdin = types.SimpleNamespace(buffer=io.BytesIO(talk.astype("<i2").tobytes() + b"\x01"))
    monkeypatch.setattr(sys, "stdin", stdin)

    assert main(["live", "-", "--out", str(tmp_path), *flags]) == 0

    kept, rate = soundfile.read(recorded(tmp_path, "wav"), dtype="int16")
    assert rate == RATE_HZ
    assert np.array_equal(kept, talk)
    assert capsys.readouterr().out.count("\n") == len(sentences(recorded(tmp_path, "json"))) >= 3
    assert recorded(tmp_path, "srt").stat().st_size


class FakeStream:
    """The input stream of a machine whose microphone hears a recording."""

    pcm: NDArray[np.int16]
    opened: dict[str, object]

    def __init__(
        self,
        *,
        callback: Callable[[bytes, int, object, object], None],
        finished_callback: Callable[[], None],
        **settings: object,
    ) -> None:
        type(self).opened = settings
        self._callback = callback
        self._finished = finished_callback

    def __enter__(self) -> None:
        for first in range(0, len(self.pcm), 1_600):
            block = self.pcm[first : first + 1_600]
            self._callback(block.tobytes(), len(block), None, None)
        self._finished()

    def __exit__(self, *_: object) -> None:
        pass


def test_the_chosen_microphone_is_transcribed_and_kept(
    talk: NDArray[np.int16], flags: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeStream.pcm = talk
    module = types.SimpleNamespace(RawInputStream=FakeStream, PortAudioError=RuntimeError)
    monkeypatch.setitem(sys.modules, "sounddevice", module)

    assert main(["live", "--device=3", "--out", str(tmp_path), *flags]) == 0

    assert FakeStream.opened == {
        "samplerate": RATE_HZ,
        "blocksize": 1_600,
        "device": 3,
        "channels": 1,
        "dtype": "int16",
    }
    assert np.array_equal(soundfile.read(recorded(tmp_path, "wav"), dtype="int16")[0], talk)
    assert len(sentences(recorded(tmp_path, "json"))) >= 3


def test_a_microphone_that_cannot_be_opened_is_an_error_in_one_line(
    flags: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise ValueError("no input device 9")

    module = types.SimpleNamespace(RawInputStream=refuse, PortAudioError=RuntimeError)
    monkeypatch.setitem(sys.modules, "sounddevice", module)

    assert main(["live", "--device=9", *flags]) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("error: The microphone cannot be opened (no input device 9)")
    assert shown.count("\n") == 1


def test_without_the_package_for_microphones_the_command_names_it(
    flags: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)

    with pytest.raises(SystemExit) as end:
        main(["live", *flags])

    assert end.value.code == 2
    assert "pip install sounddevice" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x.wav", "--device=1"], "--device"),
        (["x.wav", "--format=xyz"], "--format takes"),
        (["x.wav", "--formats=xyz"], "--format takes"),
        (["x.wav", "--speakers=many"], "speakers"),
    ],
)
def test_invalid_options_are_refused(
    arguments: list[str], message: str, flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["live", *arguments, *flags])

    assert end.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_a_recording_with_its_last_words(
    talk: NDArray[np.int16], flags: list[str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "pipeline", "live", "-", "--out", str(tmp_path), *flags]
    pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
    with subprocess.Popen(command, cwd=REPOSITORY, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(talk[: 8 * RATE_HZ].tobytes())
        process.stdin.flush()
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(60) == 0

    lines = (first + rest).decode().splitlines()
    written = sentences(recorded(tmp_path, "json"))
    assert len(lines) == len(written)
    assert [line[-1] for line in lines] == [each["text"][-1] for each in written]
