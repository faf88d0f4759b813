"""Tests of simplified and traditional characters in exports."""

from __future__ import annotations

import pytest

from pipeline.core.transcript import Sentence, Token, Transcript
from pipeline.formats.chinese_script import ChineseScript, convert_text, in_script
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.registry import FORMATS


def document(text: str, language: str = "zh") -> TranscriptDocument:
    tokens = tuple(Token(100 * i, 100 * i + 90, each) for i, each in enumerate(text))
    sentence = Sentence(0, 100 * len(text), text=text, tokens=tokens, speaker="S1")
    transcript = Transcript(10_000, language, sentences=(sentence,))
    return TranscriptDocument("头发", transcript, given_names=(("S1", "王发"),))


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("头发很干，发展得很干净。", "頭髮很乾，發展得很乾淨。"),
        ("皇后在后面吃面", "皇后在後面喫麪"),
        ("OK，我们2025年见", "OK，我們2025年見"),
    ],
)
def test_a_character_is_chosen_by_the_phrase_around_it(simplified, traditional):
    assert convert_text(simplified, ChineseScript.TRADITIONAL) == traditional
    assert convert_text(traditional, ChineseScript.SIMPLIFIED) == simplified


def test_tokens_are_converted_with_their_sentence_and_keep_their_times():
    made = in_script(document("头发干了"), ChineseScript.TRADITIONAL)

    (sentence,) = made.transcript.sentences
    assert sentence.text == "頭髮幹了"
    assert "".join(token.text for token in sentence.tokens) == sentence.text
    (before,) = document("头发干了").transcript.sentences
    assert [token.start_ms for token in sentence.tokens] == [
        token.start_ms for token in before.tokens
    ]


def test_one_transcript_is_written_both_ways():
    written = {
        script: FORMATS["srt"].write(in_script(document("发展"), script)).decode("utf-8")
        for script in ChineseScript
    }

    assert "发展" in written[ChineseScript.KEEP]
    assert "发展" in written[ChineseScript.SIMPLIFIED]
    assert "發展" in written[ChineseScript.TRADITIONAL]


def test_names_and_titles_stay_as_they_were_given():
    made = in_script(document("发展"), ChineseScript.TRADITIONAL)

    assert made.title == "头发"
    assert made.names == {"S1": "王发"}


@pytest.mark.parametrize("language", ["ja", "en", "ko"])
def test_another_language_is_not_converted(language):
    given = document("学校の会議", language)

    assert in_script(given, ChineseScript.TRADITIONAL) is given
