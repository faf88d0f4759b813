"""The command line on real files with the embedded models."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.cli.transcribe import main
from pipeline.formats.registry import FORMATS
from tests.dev_data import REPOSITORY

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"


@pytest.fixture
def silence(tmp_path: Path) -> Path:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(32_000), 16_000)
    return path


@pytest.fixture
def excerpt(tmp_path: Path) -> Path:
    samples, rate = soundfile.read(CONVERSATION, stop=16_000 * 15)
    path = tmp_path / "会议 (1).wav"
    soundfile.write(path, samples, rate)
    return path


def shown_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def test_every_format_asked_for_is_written_and_carries_the_same_turns(excerpt, tmp_path):
    out = tmp_path / "out"

    status = main(
        [
            "transcribe",
            str(excerpt),
            "--out",
            str(out),
            "--format",
            ",".join(FORMATS),
            "--offline",
            "--diarize-only",
        ]
    )

    assert status == 0
    assert shown_in(out) == {f"会议 (1).{each.extension}" for each in FORMATS.values()}
    written = json.loads((out / "会议 (1).json").read_text("utf-8"))
    rttm = (out / "会议 (1).rttm").read_text("utf-8").splitlines()
    assert len(written["turns"]) == len(rttm) > 0
    assert {"duration_ms", "language", "sentences", "turns", "models", "options"} <= set(written)
    assert written["duration_ms"] == 15_000


def test_a_recording_without_speech_is_an_empty_transcript_and_no_failure(silence, tmp_path):
    status = main(["transcribe", str(silence), "--out", str(tmp_path / "out"), "--diarize-only"])

    written = json.loads((tmp_path / "out" / "silence.json").read_text("utf-8"))
    assert status == 0
    assert (written["sentences"], written["turns"], written["duration_ms"]) == ([], [], 2_000)


def test_a_file_that_fails_has_one_line_and_the_next_one_its_turn(silence, tmp_path, capsys):
    letter = tmp_path / "letter.wav"
    letter.write_text("dear all\n" * 40)
    missing = tmp_path / "missing.wav"

    status = main(
        [
            "transcribe",
            str(letter),
            str(missing),
            str(silence),
            "--out",
            str(tmp_path / "out"),
            "--diarize-only",
        ]
    )

    lines = capsys.readouterr().err.splitlines()
    assert status == 1
    assert [line.split(":")[1].strip() for line in lines] == ["letter.wav", "missing.wav"]
    assert (tmp_path / "out" / "silence.srt").exists()


def test_inputs_that_share_a_stem_keep_their_own_transcripts(silence, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    twin = other / "silence.wav"
    twin.write_bytes(silence.read_bytes())
    flac = tmp_path / "silence.flac"
    soundfile.write(flac, np.zeros(16_000), 16_000)

    main(
        [
            "transcribe",
            str(silence),
            str(twin),
            str(flac),
            "--out",
            str(tmp_path / "out"),
            "--format",
            "json",
            "--diarize-only",
        ]
    )

    assert shown_in(tmp_path / "out") == {
        "silence.wav.json",
        "silence.wav-2.json",
        "silence.flac.json",
    }


@pytest.mark.parametrize(
    "flags",
    [
        ["--speakers", "none"],
        ["--speakers", "5-2"],
        ["--format", "odt"],
        ["--format", ""],
        ["--profile", "fast"],
        ["--threads", "-1"],
    ],
)
def test_arguments_that_make_no_sense_are_refused_before_any_work(flags, silence, tmp_path, capsys):
    with pytest.raises(SystemExit) as refusal:
        main(["transcribe", str(silence), "--out", str(tmp_path / "out"), *flags])

    assert refusal.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_unknown_language_is_reported_in_one_line(excerpt, tmp_path, capsys):
    status = main(
        ["transcribe", str(excerpt), "--out", str(tmp_path / "out"), "--language", "klingon"]
    )

    (line,) = capsys.readouterr().err.splitlines()
    assert status == 1
    assert "klingon" in line


def test_a_cluster_that_cannot_be_used_is_reported_in_one_line(
    silence, tmp_path, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "ray", None)  # as if it were not installed

    code = main(["transcribe", str(silence), "--out", str(tmp_path / "out"), "--engine", "ray"])

    assert code == 1
    assert capsys.readouterr().err == (
        "error: Ray is not installed. Run: python -m pip install -r requirements-ray.txt\n"
    )


def test_lists_and_headerless_samples_are_inputs_and_the_folder_is_a_format(excerpt, tmp_path):
    samples, _ = soundfile.read(excerpt, dtype="int16")
    (tmp_path / "half.pcm").write_bytes(samples[::2].tobytes())
    (tmp_path / "wav.scp").write_text(f"../x {excerpt}\nb half.pcm\nc gone.wav\n", "utf-8")
    out = tmp_path / "out"

    status = main(
        [
            "transcribe",
            str(tmp_path / "wav.scp"),
            "--pcm-rate",
            "8000",
            "--out",
            str(out),
            "--format",
            "json,1best_recog",
            "--diarize-only",
        ]
    )

    assert status == 1  # one is missing
    assert shown_in(out) == {"_x.json", "b.json", "1best_recog", "failed.tsv"}
    assert json.loads((out / "b.json").read_text("utf-8"))["duration_ms"] == 15_000
    assert {path.name: path.read_text("utf-8") for path in (out / "1best_recog").iterdir()} == {
        "text": "../x\nb\n",
        "score": "../x 0.0000\nb 0.0000\n",
        "time_stamp": "../x []\nb []\n",
    }


def test_addresses_of_this_computer_and_working_offline_are_refused(tmp_path, capsys):
    arguments = ["transcribe", "http://127.0.0.1:1/a.wav", "--out", str(tmp_path)]

    assert main([*arguments, "--diarize-only"]) == 1
    assert main([*arguments, "--diarize-only", "--offline"]) == 1

    refusal, offline = capsys.readouterr().err.splitlines()
    assert "not in the public internet" in refusal
    assert "offline" in offline


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent to a process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_a_shell_started_with_signals_ignored_can_be_stopped(silence, tmp_path, number):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for each in range(2_000):
        (folder / f"{each}.wav").hardlink_to(silence)
    ignoring = ["sh", "-c", 'trap "" INT TERM; exec "$@"', "sh"]
    command = [sys.executable, "-m", "pipeline", "transcribe", str(folder), "--out", str(out)]
    program = subprocess.Popen(
        [*ignoring, *command, "--diarize-only", "--offline"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while program.poll() is None and not any(out.glob("*.json")):
        time.sleep(0.02)

    program.send_signal(number)

    _, errors = program.communicate(timeout=60)
    assert program.returncode == 130
    assert "Traceback" not in errors
    assert 0 < len(list(out.glob("*.json"))) < 2_000
    assert not list(out.rglob("*.partial*"))
