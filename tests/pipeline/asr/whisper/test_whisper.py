"""The recogniser with its real weights, on the conversation of the tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.asr.whisper.whisper import WhisperRecognizer, load_whisper
from pipeline.asr.whisper.whisper_model import FILES, VOCABULARIES
from pipeline.audio.decode import read_audio
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.errors import ModelIntegrityError, ModelUnavailableError
from pipeline.core.options import RuntimeOptions
from pipeline.core.transcript import RecognizedSegment, SpeechSegment
from pipeline.metrics import cer
from pipeline.models.locations import BUNDLED_MODELS
from pipeline.vad.fsmn import FsmnVad
from tests.dev_data import DEV_DATA, REPOSITORY, needs_dev_data

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation"
# Measured: 0.144. The rest is names, a shop's and a town's, that the small model cannot know.
HIGHEST_CER = 0.20
TWO_THREADS = RuntimeOptions(num_threads=2)


@pytest.fixture(scope="module")
def recognizer(whisper_folder: Path) -> WhisperRecognizer:
    return load_whisper(whisper_folder, runtime=TWO_THREADS)


@pytest.fixture(scope="module")
def demo() -> Audio:
    return read_audio(CONVERSATION / "conversation.flac")


@pytest.fixture(scope="module")
def turns() -> tuple[dict[str, object], ...]:
    return tuple(json.loads((CONVERSATION / "conversation.json").read_text("utf-8"))["turns"])


@pytest.fixture(scope="module")
def segments(turns) -> tuple[SpeechSegment, ...]:
    return tuple(SpeechSegment(turn["start_ms"], turn["end_ms"]) for turn in turns)


@pytest.fixture(scope="module")
def results(recognizer, demo, segments) -> tuple[RecognizedSegment, ...]:
    return tuple(recognizer.recognize(demo, segments, language=None))


def text_of(results) -> str:
    return "".join(token.text for result in results for token in result.tokens)


def test_the_demo_is_written_down_in_simplified_chinese(results, turns):
    reference = "".join(turn["text"] for turn in turns)

    assert {result.language for result in results} == {"zh"}
    assert cer(reference, text_of(results)) <= HIGHEST_CER
    assert "。" in text_of(results)


def test_every_segment_has_a_result_with_sorted_tokens_inside_it(results, segments):
    assert [result.segment for result in results] == list(segments)
    for result in results:
        assert all(
            result.segment.start_ms <= token.start_ms < token.end_ms <= result.segment.end_ms
            for token in result.tokens
        )
        assert all(0.0 <= token.confidence <= 1.0 for token in result.tokens)


def test_tokens_lie_in_the_turn_that_was_spoken_then(results, turns):
    own = [
        cer(turn["text"], "".join(token.text for token in result.tokens))
        for result, turn in zip(results, turns, strict=True)
    ]

    assert sorted(own)[len(own) // 2] <= HIGHEST_CER  # words shifted by a turn would give 1


def test_no_turn_of_the_demo_is_lost_in_the_segments_of_the_detector(recognizer, demo, turns):
    vad = BUNDLED_MODELS / "fsmn-vad"
    segments = FsmnVad(vad / "model.onnx", vad / "am.mvn").detect(demo)

    results = recognizer.recognize(demo, segments, language=None)

    starts_ms = [token.start_ms for result in results for token in result.tokens]
    written = [
        sum(turn["start_ms"] - 300 <= start < turn["end_ms"] for start in starts_ms)
        for turn in turns
    ]
    lost = [
        turn["text"]
        for turn, num_tokens in zip(turns, written, strict=True)
        if num_tokens < len(turn["text"]) / 2
    ]
    assert lost == []


def test_the_same_recording_gives_the_same_tokens(recognizer, demo, segments):
    few = segments[:3]

    first, second = (tuple(recognizer.recognize(demo, few, language="zh")) for _ in range(2))

    assert first == second


def test_silence_that_was_taken_for_speech_gives_no_text(recognizer):
    noise = np.random.default_rng(0).normal(scale=30.0, size=3 * SAMPLE_RATE_HZ)
    audio = Audio(noise.astype(np.int16))

    (result,) = recognizer.recognize(audio, [SpeechSegment(500, 2_500)], language="zh")

    assert result.tokens == ()


def test_the_model_knows_about_a_hundred_languages(recognizer):
    assert recognizer.languages[0] == "zh"
    assert {"en", "ja", "ko", "de", "jv"} <= set(recognizer.languages)
    assert len(recognizer.languages) == 98  # 99 that Whisper has, Hawaiian has no short code


def test_missing_and_damaged_weights_are_told_apart(tmp_path):
    with pytest.raises(ModelUnavailableError, match=r"model\.bin.*vocabulary.*models fetch"):
        load_whisper(tmp_path)

    for name in (*FILES, VOCABULARIES[0]):
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ModelIntegrityError, match="damaged"):
        load_whisper(tmp_path)


def test_names_that_are_expected_are_written_right(recognizer):
    audio = read_audio(CONVERSATION / "conversation.flac")
    segments = [SpeechSegment(37_400, 39_600), SpeechSegment(39_700, 43_400)]

    plain, named = (
        "".join(
            token.text
            for result in recognizer.recognize(audio, segments, language="zh", hotwords=words)
            for token in result.tokens
        )
        for words in ([], ["本溪市", "玄戒", "临汝镇", "张晓彤"])
    )

    assert "本溪市" not in plain
    assert "临汝镇" not in plain
    assert "本溪市" in named
    assert "临汝镇" in named
    assert "玄戒" not in named


@needs_dev_data
def test_english_stays_english(recognizer):
    audio = read_audio(DEV_DATA / "real" / "real_en2_pyannote.flac")

    results = tuple(recognizer.recognize(audio, [SpeechSegment(6_000, 28_000)], language=None))

    assert {result.language for result in results} == {"en"}
    assert text_of(results).isascii()
    assert " Sheila" in text_of(results)
