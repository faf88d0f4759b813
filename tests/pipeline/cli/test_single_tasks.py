"""The commands of one kind of model each, on real recordings and tiny models."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.cli.transcribe import main
from pipeline.compat.funasr import AutoModel
from tests.dev_data import REPOSITORY
from tests.pipeline.tiny_models import tiny_paraformer, write_funasr_folder
from tests.pipeline.tiny_punctuation import write_folder as write_punctuation

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
RATE_HZ = 16_000


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pcm, rate = soundfile.read(CONVERSATION, stop=RATE_HZ * 8, dtype="int16")
    path = tmp_path_factory.mktemp("sound") / "talk.wav"
    soundfile.write(path, pcm, rate)
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.wav"
    path.write_text("dear all\n" * 40)
    return path


def test_vad_writes_the_segments_that_the_model_finds(speech, capsys):
    status = main(["vad", str(speech), "--offline"])

    (found,) = AutoModel("fsmn-vad").generate(str(speech))
    assert status == 0
    assert capsys.readouterr().out == "".join(f"talk\t{s}\t{e}\n" for s, e in found["value"])


def test_a_recording_without_speech_gets_no_line_and_an_empty_json_list(tmp_path, capsys):
    silence = tmp_path / "silence.wav"
    soundfile.write(silence, np.zeros(RATE_HZ), RATE_HZ)

    assert main(["vad", str(silence), "--offline"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["vad", str(silence), "--offline", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"key": "silence", "value": []}


def test_an_input_that_fails_has_one_line_and_the_others_their_results(speech, broken, capsys):
    status = main(["vad", str(broken), str(speech), "--offline", "--json"])

    shown = capsys.readouterr()
    assert status == 1
    assert json.loads(shown.out)["key"] == "talk"
    assert shown.err.startswith("error: broken.wav: ")
    assert shown.err.count("\n") == 1


def test_punctuate_writes_each_line_with_marks(tmp_path, monkeypatch, capsys):
    folder = write_punctuation(tmp_path / "punc")
    monkeypatch.setattr("sys.stdin", io.StringIO("今天的会就到这里吧 happy new year\n明年见\n"))

    status = main(["punctuate", "-", "--offline", "--model-folder", f"punctuation={folder}"])

    first, second = capsys.readouterr().out.splitlines()
    assert status == 0
    assert first == "今天，的会就到这里吧happy new year."  # the tiny model's marks
    assert second == "明年见。"


def test_align_takes_the_text_beside_each_recording(speech, tmp_path, capsys):
    folder = write_funasr_folder(tmp_path / "asr", tiny_paraformer())
    text = tmp_path / "words.txt"
    text.write_text("一二三四五", "utf-8")
    flags = ["--offline", "--model-folder", f"paraformer={folder}"]

    assert main(["align", str(speech), *flags]) == 1
    assert "talk.txt' cannot be read: No such file" in capsys.readouterr().err
    assert main(["align", str(speech), "--text", str(text), *flags]) == 0

    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[3] for line in lines] == list("一二三四五")
    assert all(int(start) < int(end) for _, start, end, _ in lines)


def test_diarize_writes_rttm_or_the_same_turns_as_json(speech, capsys):
    assert main(["diarize", str(speech), "--offline", "--speakers", "1"]) == 0
    rttm = capsys.readouterr().out.splitlines()
    assert main(["diarize", str(speech), "--offline", "--speakers", "1", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)

    assert [line.split()[:2] for line in rttm] == [["SPEAKER", "talk"]] * len(record["turns"])
    assert len(rttm) > 0
    assert {turn["speaker"] for turn in record["turns"]} == {"S1"}
    assert record["duration_ms"] == 8_000


def test_embed_writes_a_vector_or_the_similarity_of_two(speech, capsys):
    assert main(["embed", str(speech), "--offline"]) == 0
    name, bracket, *numbers, end = capsys.readouterr().out.split()
    assert (name, bracket, end, len(numbers)) == ("talk", "[", "]", 192)
    assert np.linalg.norm([float(each) for each in numbers]) == pytest.approx(1.0, abs=1e-4)

    assert main(["embed", str(speech), str(speech), "--offline", "--compare", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"score": 1.0, "text": "yes"}


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["embed", "{file}", "--compare"], "--compare takes two recordings, got 1"),
        (["align", "{file}", "{file}", "--text", "a.txt"], "--text belongs to one recording"),
        (["diarize", "{file}", "--speakers", "many"], "must be 'auto', 'N' or 'A-B'"),
        (["vad", "{file}", "--pcm-rate", "1"], "rate"),
    ],
)
def test_flags_that_cannot_be_followed_are_refused(command, message, speech, capsys):
    with pytest.raises(SystemExit, match="2"):
        main([each.format(file=speech) for each in command] + ["--offline"])

    assert message in capsys.readouterr().err


def test_a_missing_model_is_one_sentence_with_the_command_that_fetches_it(tmp_path, capsys):
    text = tmp_path / "text.txt"
    text.write_text("一二三\n四五六\n", "utf-8")

    status = main(["punctuate", str(text), "--offline", "--model-cache", str(tmp_path)])

    error = capsys.readouterr().err
    assert status == 1
    assert error.count("\n") == 1
    assert "python -m pipeline.models fetch punctuation" in error
