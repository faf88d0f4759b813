"""JSON of recognisers, written as their documentation shows it."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import FormatError
from pipeline.core.transcript import Sentence, Token
from pipeline.formats.import_report import ProblemKind
from pipeline.formats.importing import ImportedTranscript, import_transcript

FUNASR = {
    "key": "talk",
    "text": "你好，world。好",
    "timestamp": [[0, 200], [200, 400], [450, 900], [1000, 1200]],
    "sentence_info": [
        {
            "text": "你好，world。",
            "start": 0,
            "end": 900,
            "timestamp": [[0, 200], [200, 400], [450, 900]],
            "spk": 0,
        },
        {"sentence": "好", "start": 1000, "end": 1200, "timestamp": [[1000, 1200]], "spk": 1},
    ],
}
WHISPER_X = {
    "segments": [
        {
            "start": 0.0,
            "end": 2.5,
            "text": " Hello there, 3 men.",
            "speaker": "SPEAKER_00",
            "words": [
                {"word": "Hello", "start": 0.1, "end": 0.5, "score": 0.9, "speaker": "SPEAKER_00"},
                {"word": "there,", "start": 0.6, "end": 1.0, "score": 0.8},
                {"word": "3"},
                {"word": "men.", "start": 1.2, "end": 2.0},
            ],
        },
        {"start": 3.0, "end": 4.0, "text": " Yes."},
    ],
    "word_segments": [],
    "language": "en",
}
WHISPER = {
    "text": " 你好 吗",
    "segments": [
        {
            "id": 0,
            "seek": 0,
            "start": 0.0,
            "end": 1.0,
            "text": "你好吗",
            "tokens": [50364],
            "avg_logprob": -0.2,
            "words": [
                {"word": "你好", "start": 0.0, "end": 0.6, "probability": 0.5},
                {"word": "吗", "start": 0.6, "end": 1.0, "probability": 1.5},
            ],
        }
    ],
    "language": "zh",
}
WHISPER_CPP = {
    "systeminfo": "AVX = 1",
    "result": {"language": "zh"},
    "transcription": [
        {
            "timestamps": {"from": "00:00:00,000", "to": "00:00:01,000"},
            "offsets": {"from": 0, "to": 1000},
            "text": " 你好",
            "speaker": "1",
            "tokens": [
                {"text": "[_BEG_]", "offsets": {"from": 0, "to": 0}, "p": 0.9},
                {"text": "你", "offsets": {"from": 0, "to": 400}, "p": 0.9},
                {"text": "好", "offsets": {"from": 400, "to": 900}, "p": 0.8},
            ],
        }
    ],
}
SEGMENT = {"start": 0, "end": 9, "text": "a" * 10}
FIELD_NAMES = (
    "segments start end text words word speaker spk sentence_info timestamp transcription offsets "
    "from to tokens p chunks key language result"
)


def imported(value: object, name: str = "json") -> ImportedTranscript:
    return import_transcript(json.dumps(value, ensure_ascii=False).encode(), name)


def sentences(value: object) -> tuple[Sentence, ...]:
    return imported(value).document.transcript.sentences


@pytest.mark.parametrize("value", [FUNASR, [FUNASR]])
@pytest.mark.parametrize("name", ["json", "funasr"])
def test_funasr_gives_sentences_with_speakers_and_words(value: object, name: str) -> None:
    document = imported(value, name).document

    assert document.title == "talk"
    assert document.transcript.sentences == (
        Sentence(
            0,
            900,
            "你好，world。",
            (Token(0, 200, "你"), Token(200, 400, "好，"), Token(450, 900, "world。")),
            "S1",
        ),
        Sentence(1_000, 1_200, "好", (Token(1_000, 1_200, "好"),), "S2"),
    )


def test_funasr_without_sentences_is_one_sentence_and_its_tags_are_left_out() -> None:
    value = [{"key": "a", "text": "<|zh|><|NEUTRAL|>你好", "timestamp": [[50, 200], [200, 400]]}]

    assert sentences(value) == (
        Sentence(50, 400, "你好", (Token(50, 200, "你"), Token(200, 400, "好"))),
    )


def test_of_several_recordings_of_funasr_the_first_is_taken_and_the_others_are_noted() -> None:
    result = imported([FUNASR, {**FUNASR, "key": "other"}])

    assert len(result.document.transcript.sentences) == 2
    assert [(each.kind, each.found) for each in result.report.problems] == [
        (ProblemKind.OTHER_RECORDING, "other")
    ]


def test_whisper_x_gives_speakers_and_words_and_untimed_words_stay_in_the_text() -> None:
    transcript = imported(WHISPER_X).document.transcript

    assert transcript.language == "en"
    assert transcript.sentences == (
        Sentence(
            0,
            2_500,
            "Hello there, 3 men.",
            (
                Token(100, 500, "Hello", 0.9),
                Token(600, 1_000, " there, 3", 0.8),
                Token(1_200, 2_000, " men."),
            ),
            "SPEAKER_00",
        ),
        Sentence(3_000, 4_000, "Yes."),
    )


def test_whisper_gives_words_and_leaves_impossible_confidences_out() -> None:
    expected = Sentence(0, 1_000, "你好吗", (Token(0, 600, "你好", 0.5), Token(600, 1_000, "吗")))

    assert sentences(WHISPER) == (expected,)
    assert sentences(WHISPER["segments"]) == (expected,)


def test_whisper_cpp_gives_speakers_and_words_without_its_marks() -> None:
    assert sentences(WHISPER_CPP) == (
        Sentence(0, 1_000, "你好", (Token(0, 400, "你", 0.9), Token(400, 900, "好", 0.8)), "S2"),
    )


def test_transformers_chunks_are_read_and_an_open_end_is_noted() -> None:
    value = {"chunks": [{"timestamp": [0, 1.5], "text": "a"}, {"timestamp": [2, None], "text": ""}]}

    assert sentences(value) == (Sentence(0, 1_500, "a"),)
    assert imported(value).report.counts == ((ProblemKind.UNREADABLE, 1),)


def test_times_as_text_are_read() -> None:
    assert sentences([{"start": "1.5\x1f", "end": " 2", "text": "a"}]) == (
        Sentence(1_500, 2_000, "a"),
    )


def test_sentences_that_cannot_be_used_are_named() -> None:
    value = {"segments": [*WHISPER["segments"], {"start": 2, "end": 1, "text": "x"}, 7]}

    assert [(each.kind, each.found[:11]) for each in imported(value).report.problems] == [
        (ProblemKind.NO_LENGTH, "segments[1]"),
        (ProblemKind.UNREADABLE, "segments[2]"),
    ]


def test_numbers_that_are_none_are_read_as_missing() -> None:
    text = json.dumps(WHISPER_X).replace("0.9", "NaN")

    tokens = import_transcript(text.encode(), "json").document.transcript.sentences[0].tokens
    assert tokens[0] == Token(100, 500, "Hello")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "b": 2}', "sentence_info .* it has the keys: a, b"),
        ("[]", "segments .* it is a list without them"),
        ("7", r"transcription \(whisper.cpp\)"),
        ('{"segments": []}', "no sentence and no turn"),
        ("{", "The file is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"duration_ms":' + "[" * 900 + "]" * 900 + "}", "duration_ms of the JSON"),
        ('{"segments": [{"start": "' + "9" * 5_000 + '"}]}', "What could not be read first"),
    ],
)
def test_json_that_holds_no_transcript_is_refused_with_what_is_expected(
    text: str, message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        import_transcript(text.encode(), "json")


@pytest.mark.parametrize(
    "value",
    [
        {"segments": [{}] * 200_000},
        {"segments": [SEGMENT] * 10_000},
        {"segments": [{**SEGMENT, "text": "a" * 200_000, "words": [{"word": "b"}] * 50_000}]},
        [{"key": "k", "text": "a", "timestamp": [[0, 1]] * 50_000}],
    ],
)  # fmt: skip
def test_hostile_json_is_read_in_linear_time(value: object) -> None:
    content = json.dumps(value).encode()

    began = time.process_time()
    with suppress(FormatError):
        import_transcript(content, "json")
    assert time.process_time() - began < max(0.5, 2 * len(content) / 1e6)


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
names = st.sampled_from(FIELD_NAMES.split())
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(value=values)
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        result = imported(value)
    except FormatError:
        return

    assert result.document.transcript.sentences


def test_deep_json_inside_a_sentence_is_read_or_refused() -> None:
    text = '{"segments": [' + "[" * 900 + "]" * 900 + "]}"

    with pytest.raises(FormatError):
        import_transcript(text.encode(), "json")
