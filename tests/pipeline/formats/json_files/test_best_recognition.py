from __future__ import annotations

import math

import pytest

from pipeline.core.transcript import Sentence, Token, Transcript
from pipeline.formats.json_files.best_recognition import best_recognition_files, score


def spoken(*tokens: Token) -> Transcript:
    text = "".join(token.text for token in tokens)
    return Transcript(1_000, "zh", (Sentence(0, 1_000, text, tokens),))


def test_every_file_has_a_line_per_recording() -> None:
    files = best_recognition_files(
        [
            ("a", spoken(Token(0, 100, "你", 0.5), Token(100, 200, "好。", 0.25))),
            ("silence", Transcript(1_000, "")),
            ("会议 (1)\n", spoken(Token(5, 10, "嗯"))),
        ]
    )

    assert files == {
        "text": "a 你好。\nsilence\n会议_(1) 嗯\n",
        "score": "a -2.0794\nsilence 0.0000\n会议_(1) nan\n",
        "time_stamp": "a [[0, 100], [100, 200]]\nsilence []\n会议_(1) [[5, 10]]\n",
    }


def test_the_score_is_the_sum_of_the_words_log_probabilities() -> None:
    tokens = [Token(0, 1, "a", 0.5), Token(1, 2, "b", 1.0), Token(2, 3, "c", 0.0)]

    assert score(tokens) == pytest.approx(math.log(0.5) + math.log(1e-10))
    assert score([]) == 0.0
    assert math.isnan(score([*tokens, Token(3, 4, "d")]))


def test_keys_that_differ_in_white_space_alone_keep_a_line_each() -> None:
    silence = Transcript(1_000, "")

    files = best_recognition_files([("a b", silence), ("a_b", silence), ("a\tb", silence)])

    assert files["text"] == "a_b\na_b-2\na_b-3\n"
