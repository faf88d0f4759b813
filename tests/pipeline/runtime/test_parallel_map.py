from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from pipeline.core.options import RuntimeOptions
from pipeline.runtime.parallel_map import batch_size, count_workers, one_thread_each, parallel_map


def test_results_come_in_the_order_of_the_items_whoever_is_ready_first() -> None:
    second_is_done = threading.Event()

    def square(number: int) -> int:
        if number == 0:
            assert second_is_done.wait(timeout=10)
        if number == 1:
            second_is_done.set()
        return number * number

    results = list(parallel_map(square, range(6), num_workers=2))

    assert results == [(0, 0), (1, 1), (2, 4), (3, 9), (4, 16), (5, 25)]


def test_no_more_items_are_taken_than_workers_need() -> None:
    taken: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = parallel_map(str, numbers(), num_workers=2)
    next(results)
    results.close()

    assert len(taken) == 4


def test_what_the_work_raises_reaches_the_caller() -> None:
    def fail(number: int) -> int:
        raise ValueError(f"no {number}")

    with pytest.raises(ValueError, match="no 3"):
        list(parallel_map(fail, [3], num_workers=2))


def test_no_items_give_no_results() -> None:
    assert list(parallel_map(str, [], num_workers=2)) == []


def test_threads_asked_for_become_workers_of_one_thread() -> None:
    asked = RuntimeOptions(num_threads=3)

    assert count_workers(asked) == 3
    assert one_thread_each(asked) == RuntimeOptions(num_threads=1)
    assert count_workers(RuntimeOptions()) >= 1


@pytest.mark.parametrize(
    ("num_items", "num_workers", "size"),
    [(16, 1, 16), (16, 2, 8), (17, 2, 9), (3, 8, 1), (99, 2, 16)],
)
def test_a_few_items_are_shared_among_all_workers(
    num_items: int, num_workers: int, size: int
) -> None:
    assert batch_size(num_items, at_most=16, num_workers=num_workers) == size


def test_no_items_need_no_batch_but_a_size() -> None:
    assert batch_size(0, at_most=16, num_workers=2) == 1
