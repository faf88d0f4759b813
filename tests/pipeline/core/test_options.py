from __future__ import annotations

import pytest

from pipeline.core.errors import OptionError
from pipeline.core.options import MAX_HOTWORD_LENGTH, MAX_HOTWORDS, AsrOptions, parse_hotwords


def test_a_text_has_one_hotword_on_each_line() -> None:
    text = "魔搭\n\n  speaker \t studio \r\n魔搭\n 达摩院"

    assert parse_hotwords(text) == ("魔搭", "speaker studio", "达摩院")


def test_an_empty_text_has_none() -> None:
    assert parse_hotwords(" \n\n") == ()


@pytest.mark.parametrize(
    "hotword", ["", " ", "two\nlines", "\x00", "\ud800", "x" * (MAX_HOTWORD_LENGTH + 1)]
)
def test_what_is_no_hotword_is_refused_with_its_place(hotword: str) -> None:
    with pytest.raises(OptionError, match="Hotword 2 "):
        AsrOptions(hotwords=("魔搭", hotword))


def test_there_may_be_a_thousand_and_no_more() -> None:
    hotwords = tuple(f"词{number}" for number in range(MAX_HOTWORDS))

    assert AsrOptions(hotwords=hotwords).hotwords == hotwords
    with pytest.raises(OptionError, match=f"{MAX_HOTWORDS} hotwords, got {MAX_HOTWORDS + 1}"):
        AsrOptions(hotwords=(*hotwords, "one more"))
