from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.paraformer.segment_batches import BatchLimits, plan_batches
from pipeline.core.errors import OptionError

DURATIONS = st.lists(st.integers(1, 90_000), max_size=40)


def test_alone_every_segment_keeps_its_place() -> None:
    assert plan_batches([3_000, 1_000, 2_000], BatchLimits()) == ((0,), (1,), (2,))


def test_batches_go_from_short_to_long_and_padding_counts() -> None:
    # Two of 4 s and one of 5 s fill 15 s of speech and padding: the third one ends the batch.
    durations_ms = [9_000, 4_000, 5_000, 4_000]

    batches = plan_batches(durations_ms, BatchLimits(batch_size_s=15))

    assert batches == ((1, 3, 2), (0,))


def test_a_long_segment_ends_its_batch() -> None:
    limits = BatchLimits(batch_size_s=300, batch_size_threshold_s=20)

    assert plan_batches([25_000, 1_000, 30_000], limits) == ((1, 0), (2,))


def test_the_longest_length_is_carried_into_the_next_batch() -> None:
    # After the batch that the 25 s end, one of 26 s already counts as 26 s.
    limits = BatchLimits(batch_size_s=50, batch_size_threshold_s=60)

    assert plan_batches([25_000, 25_000, 26_000, 26_000], limits) == ((0, 1), (2, 3))


def test_no_segments_make_no_batches() -> None:
    assert plan_batches([], BatchLimits(batch_size_s=10)) == ()


@given(DURATIONS, st.integers(0, 400), st.integers(1, 100))
def test_every_segment_is_in_one_batch(durations_ms: list[int], size_s: int, limit_s: int) -> None:
    batches = plan_batches(durations_ms, BatchLimits(size_s, limit_s))

    assert sorted(each for batch in batches for each in batch) == list(range(len(durations_ms)))
    assert all(batches)


@pytest.mark.parametrize("limits", [(-1, 60), (10, 0)])
def test_limits_out_of_range_are_refused(limits: tuple[int, int]) -> None:
    with pytest.raises(OptionError, match="batch_size"):
        BatchLimits(*limits)
