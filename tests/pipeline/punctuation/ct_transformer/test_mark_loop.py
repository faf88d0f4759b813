from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.core.errors import ModelContractError
from pipeline.core.transcript import Mark
from pipeline.punctuation.ct_transformer.mark_list import USUAL_NAMES, MarkList
from pipeline.punctuation.ct_transformer.mark_loop import (
    CHUNK_WORDS,
    WINDOW_LIMIT,
    finalize_end,
    mark_blocks,
)

MARKS = MarkList.of(USUAL_NAMES)
NOTHING, COMMA, STOP, QUESTION, PAUSE = 1, 2, 3, 4, 5


class Model:
    """Gives each word the class that was written down for it; remembers what it was asked."""

    def __init__(self, classes: Sequence[int]) -> None:
        self.classes = classes
        self.windows: list[tuple[int, int]] = []

    def __call__(self, word_ids: NDArray[np.int32]) -> list[int]:
        self.windows.append((int(word_ids[0]), int(word_ids[-1]) + 1))
        return [self.classes[number] for number in word_ids]

    def blocks(self) -> list[tuple[int, ...]]:
        return list(mark_blocks(np.arange(len(self.classes), dtype=np.int32), self, MARKS))


@pytest.mark.parametrize(
    ("num_words", "sizes"),
    [
        (1, [1]),
        (5, [5]),
        (20, [20]),
        (21, [20, 1]),
        (40, [20, 20]),
        (45, [20, 20, 5]),
    ],
)
def test_a_text_is_read_in_chunks_of_twenty_words(num_words: int, sizes: list[int]) -> None:
    model = Model([NOTHING] * num_words)

    model.blocks()

    ends = [0, *(end for _, end in model.windows)]
    assert [end - start for start, end in pairwise(ends)] == sizes


def test_no_words_are_not_shown_to_the_model() -> None:
    model = Model([])

    assert (model.blocks(), model.windows) == ([], [])


def test_what_follows_the_last_stop_is_read_again_with_the_next_chunk() -> None:
    classes = [NOTHING] * 30
    classes[4], classes[10] = STOP, QUESTION
    model = Model(classes)

    blocks = model.blocks()

    assert [len(block) for block in blocks] == [11, 19]
    assert model.windows == [(0, 20), (11, 30)]


@pytest.mark.parametrize(("place", "finalized"), [(0, 0), (1, 0), (2, 3), (18, 19), (19, 0)])
def test_a_stop_at_the_edge_of_a_window_settles_nothing(place: int, finalized: int) -> None:
    classes = [NOTHING] * 25
    classes[place] = STOP

    assert [len(block) for block in Model(classes).blocks()] == [finalized, 25 - finalized]


def test_past_two_hundred_words_a_comma_becomes_a_stop() -> None:
    classes = [NOTHING] * 240
    classes[50], classes[100] = COMMA, COMMA
    model = Model(classes)

    blocks = model.blocks()

    assert [len(block) for block in blocks] == [0] * 10 + [101, 139]
    assert blocks[10][100] == STOP
    assert blocks[10][50] == COMMA
    assert model.windows[-1] == (101, 240)


def test_exactly_two_hundred_words_wait_for_more() -> None:
    classes = [NOTHING] * 201
    classes[50] = COMMA

    assert [len(block) for block in Model(classes).blocks()] == [0] * 10 + [201]


def test_a_text_without_any_mark_does_not_grow_the_window_for_ever() -> None:
    model = Model([NOTHING] * 3_000)

    blocks = model.blocks()

    assert sum(len(block) for block in blocks) == 3_000
    assert max(end - start for start, end in model.windows) == WINDOW_LIMIT + CHUNK_WORDS


@given(st.lists(st.integers(0, 5), max_size=700))
def test_every_word_gets_its_class_or_a_stop_for_a_comma(classes: list[int]) -> None:
    blocks = Model(classes).blocks()

    found = [each for block in blocks for each in block]
    assert len(found) == len(classes)
    assert {(was, now) for was, now in zip(classes, found, strict=True) if was != now} <= {
        (COMMA, STOP)
    }


@pytest.mark.parametrize(
    ("last", "word", "finalized"),
    [
        (NOTHING, "好", STOP),
        (COMMA, "好", STOP),
        (PAUSE, "ok", STOP),
        (0, "好", STOP),
        (STOP, "好", STOP),
        (QUESTION, "吗", QUESTION),
        (NOTHING, "。", NOTHING),
    ],
)
def test_a_text_ends_with_a_stop(last: int, word: str, finalized: int) -> None:
    assert finalize_end([NOTHING, last], word, MARKS) == (NOTHING, finalized)


def test_marks_are_named_by_the_configuration_in_any_order_and_width() -> None:
    marks = MarkList.of(["?", "_", ",", "。", "weird"])

    assert marks.marks == (Mark.QUESTION, Mark.NONE, Mark.COMMA, Mark.FULL_STOP, Mark.NONE)
    assert marks.full_stop == 3


def test_a_list_without_a_question_mark_is_refused() -> None:
    with pytest.raises(ModelContractError, match="？"):
        MarkList.of(["_", "，", "。"])
