"""Tests of how many calls may wait for transcripts."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from webui.api.waiting_calls import (
    MAX_CALLS,
    MAX_CALLS_OF_ADDRESS,
    TooManyCallsError,
    WaitingCalls,
)
from webui.services.access import EVERYBODY, Visitor


def visitor(number: int, address: str | None) -> Visitor:
    return Visitor(f"visitor-{number}", address=address)


@pytest.mark.parametrize("address", ["192.0.2.1", None])
def test_one_visitor_of_a_demo_leaves_calls_to_others(address: str | None) -> None:
    calls = WaitingCalls()
    with ExitStack() as stack:
        for _ in range(MAX_CALLS_OF_ADDRESS):
            stack.enter_context(calls.counted(visitor(1, address)))

        with pytest.raises(TooManyCallsError), calls.counted(visitor(1, address)):
            pass
        stack.enter_context(calls.counted(visitor(2, "198.51.100.1")))


def test_new_cookies_of_one_address_get_no_more_calls() -> None:
    calls = WaitingCalls()
    with ExitStack() as stack:
        for number in range(MAX_CALLS_OF_ADDRESS):
            stack.enter_context(calls.counted(visitor(number, "192.0.2.1")))

        with pytest.raises(TooManyCallsError), calls.counted(visitor(99, "192.0.2.1")):
            pass


def test_all_calls_together_are_limited_and_ended_ones_do_not_count() -> None:
    calls = WaitingCalls()
    with ExitStack() as stack:
        for _ in range(MAX_CALLS):
            stack.enter_context(calls.counted(EVERYBODY))
        with pytest.raises(TooManyCallsError), calls.counted(EVERYBODY):
            pass

    with calls.counted(EVERYBODY):
        pass
