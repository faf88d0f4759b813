from __future__ import annotations

import tracemalloc
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import sequence_alignment as edit_alignment
from pipeline.text.sequence_alignment import edit_distance, kept_pairs

letters = st.text("abcd", max_size=14)


def fewest_edits(old: str, new: str) -> int:
    """The textbook recursion."""

    @cache
    def edits(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        changed = edits(i - 1, j - 1) + (old[i - 1] != new[j - 1])
        return min(changed, edits(i - 1, j) + 1, edits(i, j - 1) + 1)

    return edits(len(old), len(new))


def edits_that_keep(pairs: tuple[tuple[int, int], ...], old: str, new: str) -> int:
    """What it costs to exchange, leave out or put in what lies between the pairs."""
    borders = [(-1, -1), *pairs, (len(old), len(new))]
    return sum(max(right[0] - left[0], right[1] - left[1]) - 1 for left, right in pairwise(borders))


@given(letters, letters)
def test_kept_pairs_are_equal_ordered_and_of_a_shortest_edit(old: str, new: str) -> None:
    pairs = kept_pairs(old, new)

    assert all(old[i] == new[j] for i, j in pairs)
    assert all(left[0] < right[0] and left[1] < right[1] for left, right in pairwise(pairs))
    assert edits_that_keep(pairs, old, new) == fewest_edits(old, new)


@given(letters, letters)
def test_a_table_too_large_to_hold_is_halved_and_the_edit_is_as_short(old: str, new: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edit_alignment, "MAX_CELLS", 8)
        pairs = kept_pairs(old, new)

    assert edits_that_keep(pairs, old, new) == fewest_edits(old, new)


def test_of_equally_short_edits_the_common_beginning_and_end_are_kept() -> None:
    assert kept_pairs("好好", "好好好") == ((0, 0), (1, 1))
    assert kept_pairs("看一看", "看看") == ((0, 0), (2, 1))


def test_words_are_items_too() -> None:
    old, new = ["in", "the", "old", "house"], ["the", "old", "house", "here"]

    assert kept_pairs(old, new) == ((1, 0), (2, 1), (3, 2))


@given(letters, letters)
def test_the_edit_distance_is_that_of_the_textbook(old: str, new: str) -> None:
    assert edit_distance(old, new) == fewest_edits(old, new)


@given(letters, letters)
def test_sequences_over_the_bound_keep_equal_items_in_order(old: str, new: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edit_alignment, "MAX_EXACT_CELLS", 8)
        patch.setattr(edit_alignment, "ANCHOR_LENGTH", 2)
        pairs = kept_pairs(old, new)

    assert all(old[i] == new[j] for i, j in pairs)
    assert all(left[0] < right[0] and left[1] < right[1] for left, right in pairwise(pairs))


def test_of_a_very_long_text_all_but_the_changed_ones_are_kept() -> None:
    old = [f"word {number}" for number in range(200_000)]
    new = old.copy()
    for changed in range(0, 200_000, 1_000):
        new[changed] = "changed"
    del new[100_001:100_004]

    pairs = kept_pairs(old, new)

    assert len(pairs) == 200_000 - 200 - 3


def test_very_long_texts_with_nothing_in_common_are_aligned_in_bounded_time_and_memory() -> None:
    old, new = [f"old {n}" for n in range(200_000)], [f"new {n}" for n in range(200_000)]

    tracemalloc.start()
    pairs = kept_pairs(old, new)
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert pairs == ()
    assert most_bytes < 150_000_000
