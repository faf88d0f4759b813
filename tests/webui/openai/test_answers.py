"""Formats of the answers to transcription requests."""

from __future__ import annotations

import json

import pytest
import webvtt
from openai.types.audio import (
    Transcription,
    TranscriptionDiarized,
    TranscriptionVerbose,
)

from pipeline.core.transcript import Sentence, Token, Transcript
from pipeline.formats.document import TranscriptDocument
from webui.openai.answers import answer_of, text_of
from webui.openai.transcription_request import Granularity, ResponseFormat, TranscriptionRequest

DOCUMENT = TranscriptDocument(
    title="会议",
    transcript=Transcript(
        duration_ms=9_000,
        language="zh",
        sentences=(
            Sentence(
                100,
                1_500,
                "你好。",
                (Token(100, 800, "你", 0.5), Token(800, 1_500, "好", 0.25)),
                "S2",
            ),
            Sentence(1_600, 2_000, "Good morning.", (), "S1"),
            Sentence(2_100, 2_400, "Bye.", (), "S2"),
            Sentence(3_000, 4_000, " ", (), "S1"),
            Sentence(5_000, 6_000, "再见。", (), None),
        ),
    ),
    given_names=(("S1", "王\n芳"),),
)


def answered(response_format: ResponseFormat, *granularities: Granularity) -> bytes:
    request = TranscriptionRequest(response_format, granularities=frozenset(granularities))
    return bytes(answer_of(DOCUMENT, request).body)


def test_sentences_are_joined_with_spaces_between_spaced_scripts_alone() -> None:
    assert text_of(DOCUMENT) == "你好。Good morning. Bye.再见。"


def test_json_has_the_text_and_the_length() -> None:
    content = json.loads(answered(ResponseFormat.JSON))

    assert content["text"] == text_of(DOCUMENT)
    assert Transcription.model_validate(content).usage.seconds == 9.0


def test_text_is_the_text_with_a_line_end() -> None:
    assert answered(ResponseFormat.TEXT).decode() == f"{text_of(DOCUMENT)}\n"


def test_diarized_segments_have_given_names_or_letters_in_order_of_appearance() -> None:
    content = json.loads(answered(ResponseFormat.DIARIZED_JSON))
    segments = TranscriptionDiarized.model_validate(content, strict=True).segments

    assert [each.speaker for each in segments] == ["A", "王 芳", "A", "unknown"]
    assert [(each.start, each.end) for each in segments][:2] == [(0.1, 1.5), (1.6, 2.0)]
    assert len({each.id for each in segments}) == len(segments)
    assert content["duration"] == 9.0


def test_verbose_json_has_the_requested_times_alone() -> None:
    words = TranscriptionVerbose.model_validate(
        json.loads(answered(ResponseFormat.VERBOSE_JSON, Granularity.WORD))
    )
    segments = TranscriptionVerbose.model_validate(
        json.loads(answered(ResponseFormat.VERBOSE_JSON, Granularity.SEGMENT)), strict=True
    )

    assert words.segments is None
    assert [(each.word, each.start, each.end) for each in words.words][:2] == [
        ("你", 0.1, 0.8),
        ("好", 0.8, 1.5),
    ]
    assert segments.words is None
    assert [each.text for each in segments.segments] == [
        "你好。",
        "Good morning.",
        "Bye.",
        "再见。",
    ]
    assert segments.segments[0].avg_logprob == pytest.approx(-1.0397, abs=1e-4)
    assert segments.language == "zh"


def test_subtitles_are_readable_and_have_no_names(tmp_path) -> None:
    srt, vtt = tmp_path / "a.srt", tmp_path / "a.vtt"
    srt.write_bytes(answered(ResponseFormat.SRT))
    vtt.write_bytes(answered(ResponseFormat.VTT))

    expected = ["你好。", "Good morning.", "Bye.", "再见。"]
    assert [each.text for each in webvtt.from_srt(str(srt))] == expected
    assert [each.text for each in webvtt.read(str(vtt))] == expected
