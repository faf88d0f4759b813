from __future__ import annotations

import json

from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.json_files.funasr_result import funasr_failure, funasr_record, write_funasr


def sentence(*tokens: Token, speaker: str | None) -> Sentence:
    text = "".join(token.text for token in tokens).strip()
    return Sentence(tokens[0].start_ms, tokens[-1].end_ms, text, tokens, speaker)


TALK = Transcript(
    2_000,
    "zh",
    (
        sentence(Token(0, 200, "你"), Token(200, 420, "好，"), speaker="S2"),
        sentence(Token(500, 900, " hello"), Token(900, 1_100, " world."), speaker="S1"),
        sentence(Token(1_200, 1_500, " 3.5"), Token(1_500, 1_600, "％。"), speaker=None),
    ),
    (SpeakerTurn(0, 420, "S2"), SpeakerTurn(500, 1_100, "S1")),
)


def test_a_record_has_the_names_that_users_of_funasr_know() -> None:
    record = funasr_record("a1", TALK, with_raw_text=True)

    assert record == {
        "key": "a1",
        "text": "你好，hello world. 3.5％。",
        "raw_text": "你 好 hello world 3.5",
        "timestamp": [[0, 200], [200, 420], [500, 900], [900, 1_100], [1_200, 1_500]],
        "sentence_info": [
            {
                "text": "你好，",
                "sentence": "你好，",
                "start": 0,
                "end": 420,
                "timestamp": [[0, 200], [200, 420]],
                "spk": 0,
            },
            {
                "text": "hello world.",
                "sentence": "hello world.",
                "start": 500,
                "end": 1_100,
                "timestamp": [[500, 900], [900, 1_100]],
                "spk": 1,
            },
            {
                "text": "3.5％。",
                "sentence": "3.5％。",
                "start": 1_200,
                "end": 1_600,
                "timestamp": [[1_200, 1_500]],
                "spk": 0,
            },
        ],
    }
    assert json.loads(json.dumps(record)) == record


def test_the_words_without_marks_come_on_request_alone() -> None:
    assert "raw_text" not in funasr_record("a1", TALK)


def test_without_words_the_entries_are_the_turns_and_have_both_names_for_text() -> None:
    record = funasr_record("a1", Transcript(2_000, "", turns=TALK.turns))

    assert record["sentence_info"] == [
        {"text": "", "sentence": "", "start": 0, "end": 420, "timestamp": [], "spk": 0},
        {"text": "", "sentence": "", "start": 500, "end": 1_100, "timestamp": [], "spk": 1},
    ]


def test_silence_is_an_empty_record_and_a_failure_one_with_a_reason() -> None:
    empty = {"key": "a", "text": "", "timestamp": [], "sentence_info": []}

    assert funasr_record("a", Transcript(1_000, "")) == empty
    assert funasr_failure("a", "no such file") == {**empty, "error": "no such file"}


def test_the_file_holds_the_list_with_the_record() -> None:
    written = write_funasr(TranscriptDocument("talk", TALK))

    assert json.loads(written) == [funasr_record("talk", TALK, with_raw_text=True)]
