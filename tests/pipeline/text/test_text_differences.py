"""Marks of the parts in which sentences differ."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.text_differences import MarkedSentence, mark_differences

SENTENCES = st.lists(st.text(alphabet="今天开会 ab.，𠜎👩", max_size=8), max_size=3)


def shown(sentences: Sequence[MarkedSentence]) -> list[str]:
    """Return sentences with their changed parts in brackets."""
    return [
        "".join(f"[{part.text}]" if part.is_changed else part.text for part in each)
        for each in sentences
    ]


@pytest.mark.parametrize(
    ("first", "second", "marked"),
    [
        (["今天开会。"], ["今天开会。"], (["今天开会。"], ["今天开会。"])),
        (["今天九点开会"], ["今天十点开会"], (["今天[九]点开会"], ["今天[十]点开会"])),
        (["王经理说不行"], ["王经理不行"], (["王经理[说]不行"], ["王经理不行"])),
        (["see you later"], ["see us later"], (["see [you] later"], ["see [us] later"])),
        (["好的。"], ["好的！"], (["好的[。]"], ["好的[！]"])),
        (["好", "的。"], ["好的。"], (["好", "的。"], ["好的。"])),
        (["你好"], [], (["[你好]"], [])),
        (["𠜎好👩"], ["好"], (["[𠜎]好[👩]"], ["好"])),
        (["你好"], ["你好另外<b>"], (["你好"], ["你好[另外<b>]"])),
    ],
)
def test_what_the_other_side_lacks_is_marked(
    first: list[str], second: list[str], marked: tuple[list[str], list[str]]
) -> None:
    found = mark_differences(first, second)

    assert tuple(map(shown, found)) == marked


@given(first=SENTENCES, second=SENTENCES)
def test_the_parts_of_a_sentence_are_its_text(first: list[str], second: list[str]) -> None:
    for texts, sentences in zip((first, second), mark_differences(first, second), strict=True):
        assert ["".join(part.text for part in each) for each in sentences] == texts
