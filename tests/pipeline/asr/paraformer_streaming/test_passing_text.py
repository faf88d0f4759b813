"""Tests of the text that grows token by token."""

from __future__ import annotations

import pytest

from pipeline.asr.paraformer_streaming.streaming_paraformer import PassingText


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["你", "好"], "你好"),
        (["hel@@", "lo", "world"], "hello world"),
        (["说", "hel@@", "lo", "吧"], "说hello吧"),
        (["<blank>", "一", "<unk>", "</s>", "二"], "一二"),
        (["mac@@", "book", "pro@@"], "macbook pro"),
        (["one", "<unk>", "two"], "one two"),
    ],
)
def test_tokens_are_joined_over_the_borders_of_pieces(tokens, text):
    passing = PassingText()

    assert "".join(passing.add(token) for token in tokens) == text
