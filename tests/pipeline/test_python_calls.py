"""The calls from Python, on real files with the embedded models."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
import soundfile

import pipeline
from pipeline import (
    ModelLocations,
    PipelineOptions,
    SpeakerCount,
    Transcriber,
    generate,
    transcribe,
)
from pipeline.core.errors import AudioError, OptionError, RecordingListError, TranscriptionCancelled
from pipeline.core.options import AsrOptions
from pipeline.core.progress import StageProgress
from pipeline.models.model_folders import ModelFolders
from pipeline.text.text_units import text_units
from tests.dev_data import REPOSITORY
from tests.pipeline.tiny_models import tiny_paraformer, write_funasr_folder
from tests.pipeline.tiny_punctuation import write_folder as write_punctuation

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation"
RATE_HZ = 16_000
TURNS_ONLY = PipelineOptions(diarize_only=True)
WITH_WHISPER = PipelineOptions(asr=AsrOptions(recognizer="whisper"))


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    """The first seconds of the demo, (num_samples,) int16."""
    pcm, _ = soundfile.read(CONVERSATION / "conversation.flac", stop=RATE_HZ * 12, dtype="int16")
    return pcm


@pytest.fixture(scope="module")
def folder(samples, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    soundfile.write(folder / "talk.wav", samples, RATE_HZ)
    soundfile.write(folder / "quiet.wav", np.zeros(RATE_HZ * 2), RATE_HZ)
    (folder / "talk.pcm").write_bytes(samples.tobytes())
    (folder / "letter.wav").write_text("dear all\n" * 40)
    (folder / "wav.scp").write_text("one talk.pcm\ntwo talk.wav\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    return Transcriber(ModelLocations(offline=True))


@pytest.fixture(scope="module")
def hearing(whisper_folder) -> Transcriber:
    """One that finds the weights of the recogniser."""
    return Transcriber(ModelLocations(cache=whisper_folder.parent, offline=True))


def test_every_kind_of_input_gives_the_same_transcript(folder, samples, hearing):
    results = hearing.transcribe(
        [
            folder / "talk.wav",
            folder / "wav.scp",
            (folder / "talk.wav").read_bytes(),
            (samples.astype(np.float32) / 32_768, RATE_HZ),
        ],
        WITH_WHISPER,
    )

    assert [each.key for each in results] == ["talk", "one", "two", "recording", "recording-2"]
    assert len({each.transcript for each in results}) == 1
    assert len(results[0].transcript.sentences) > 0


def test_a_known_text_gets_times_from_what_was_heard(folder, hearing):
    (result,) = hearing.transcribe(folder / "talk.wav", WITH_WHISPER)
    heard = [token for sentence in result.transcript.sentences for token in sentence.tokens]
    corrected = "嗯" + "".join(token.text for token in heard[2:]) + "啊"

    aligned = hearing.align(folder / "talk.wav", corrected, WITH_WHISPER)

    assert "".join(token.text for token in aligned).strip() == corrected.strip()
    times = {(token.start_ms, token.end_ms, token.text) for token in heard}
    assert len(aligned) == len(heard)
    kept = sum((token.start_ms, token.end_ms, token.text) in times for token in aligned)
    assert kept >= len(heard) - 4  # the neighbours of what is new may give it some of their time
    with pytest.raises(OptionError, match="one recording"):
        hearing.align(folder / "wav.scp", corrected, WITH_WHISPER)


def test_the_true_text_of_the_demo_lies_where_its_turns_were_spoken(hearing):
    turns = json.loads((CONVERSATION / "conversation.json").read_text("utf-8"))["turns"]
    ends = list(accumulate(len(text_units(turn["text"])) for turn in turns))

    aligned = hearing.align(
        CONVERSATION / "conversation.flac", "".join(turn["text"] for turn in turns), WITH_WHISPER
    )

    starts_ms = [aligned[first].start_ms for first in (0, *ends[:-1])]
    errors_ms = [
        abs(start_ms - turn["start_ms"]) for start_ms, turn in zip(starts_ms, turns, strict=True)
    ]
    assert len(aligned) == ends[-1]
    assert max(errors_ms) <= 500  # measured: 300, half of them up to 135


def test_funasrs_dictionary_holds_what_was_heard_and_the_folder_as_well(folder, hearing, tmp_path):
    (record, silence, failure) = generate(
        [folder / "talk.wav", folder / "quiet.wav", folder / "letter.wav"],
        transcriber=hearing,
        output_dir=tmp_path,
        return_raw_text=True,
        batch_size_s=300,
        batch_size_token_threshold_s=40,
    )

    assert list(record) == ["key", "text", "raw_text", "timestamp", "sentence_info"]
    assert len(record["timestamp"]) == len(str(record["raw_text"]).split())
    assert all(isinstance(entry["spk"], int) for entry in record["sentence_info"])
    assert (silence["text"], silence["sentence_info"]) == ("", [])
    assert "text, not sound" in str(failure["error"])
    lines = {
        path.name: path.read_text("utf-8").splitlines()
        for path in (tmp_path / "1best_recog").iterdir()
    }
    assert lines["text"] == [f"talk {record['text']}", "quiet"]
    assert lines["time_stamp"] == [f"talk {record['timestamp']}", "quiet []"]
    assert float(lines["score"][0].split()[1]) < 0.0
    assert lines["score"][1] == "quiet 0.0000"


def test_a_recording_that_fails_says_why_and_the_next_one_has_its_turn(folder, transcriber):
    failed, silent = transcriber.transcribe(
        [folder / "letter.wav", folder / "quiet.wav"], TURNS_ONLY
    )

    assert isinstance(failed.error, AudioError)
    with pytest.raises(AudioError, match=r"letter\.wav"):
        _ = failed.transcript
    assert silent.error is None
    assert silent.transcript.turns == ()


def test_the_cards_own_call_works_with_a_paraformer(folder, tmp_path):
    folders = ModelFolders(
        write_funasr_folder(tmp_path / "paraformer", tiny_paraformer()),
        write_punctuation(tmp_path / "punctuation"),
    )

    (record,) = generate(
        str(folder / "talk.wav"),
        transcriber=Transcriber(ModelLocations(offline=True, folders=folders)),
        batch_size_s=300,
        batch_size_token_threshold_s=40,
        return_raw_text=True,
        output_dir=str(tmp_path / "out"),
    )

    words = str(record["raw_text"]).split()
    assert len(record["timestamp"]) == len(words) > 0
    assert sum(len(entry["timestamp"]) for entry in record["sentence_info"]) == len(words)
    key, score = (tmp_path / "out" / "1best_recog" / "score").read_text("utf-8").split()
    assert key == "talk"
    assert float(score) < 0.0


def test_what_the_recogniser_cannot_do_is_said_and_not_left_out(folder, hearing):
    options = PipelineOptions(asr=AsrOptions(recognizer="whisper", language="xx"))

    with pytest.raises(OptionError, match="does not support the language 'xx'"):
        hearing.transcribe(folder / "talk.wav", options)


def test_results_come_one_by_one(folder, transcriber):
    results = transcriber.transcribe_each([folder / "quiet.wav"] * 3, TURNS_ONLY)

    assert [next(results).key, next(results).key] == ["quiet", "quiet-2"]


def test_the_function_and_the_object_give_the_same(folder, transcriber):
    options = PipelineOptions(diarize_only=True, speakers=SpeakerCount(2, 2))

    (once,) = transcribe(folder / "talk.wav", options, offline=True)
    (again,) = transcriber.transcribe(str(folder / "talk.wav"), options)

    assert once.transcript == again.transcript
    assert once.result.provenance == again.result.provenance
    assert once.transcript.speakers == ("S1", "S2")


def test_an_empty_list_has_no_results(transcriber):
    assert transcriber.transcribe([], TURNS_ONLY) == ()


@pytest.mark.parametrize(
    ("recordings", "kind"), [("missing.scp", RecordingListError), (np.zeros(9), OptionError)]
)
def test_what_concerns_the_whole_call_is_raised(recordings, kind, transcriber):
    with pytest.raises(kind):
        transcriber.transcribe(recordings, TURNS_ONLY)


def test_cancelling_is_no_result(folder, transcriber):
    def stop(progress: StageProgress) -> None:
        raise TranscriptionCancelled("stopped")

    with pytest.raises(TranscriptionCancelled):
        transcriber.transcribe(folder / "talk.wav", TURNS_ONLY, on_progress=stop)


def test_importing_the_package_loads_no_library():
    code = (
        "import sys, pipeline, pipeline.text.realignment; from pipeline import PipelineOptions; "
        "print([name for name in ('numpy', 'onnxruntime', 'av') if name in sys.modules])"
    )

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )

    assert answer.stdout.strip() == "[]"


def test_the_package_names_what_it_has_and_nothing_else():
    assert set(pipeline.__all__) <= set(dir(pipeline))
    assert all(getattr(pipeline, name).__name__ == name for name in pipeline.__all__)
    with pytest.raises(AttributeError, match="no attribute 'transcribed'"):
        _ = pipeline.transcribed
