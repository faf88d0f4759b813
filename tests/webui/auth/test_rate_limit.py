"""Tests of the limits of failed logins per person, address and name."""

from __future__ import annotations

import pytest

from webui.auth.rate_limit import (
    FREE_FAILURES_OF_A_NAME,
    MAX_DELAY_S,
    MAX_FAILURES_OF_A_NAME,
    MAX_FAILURES_OF_AN_ADDRESS,
    NAME_WINDOW_S,
    WINDOW_S,
    Attempt,
    LoginThrottle,
    TooManyFailuresError,
)

HERE = "192.0.2.1"


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> LoginThrottle:
    return LoginThrottle(clock)


def wait_s(throttle: LoginThrottle, address: str, name: str, device: str | None = None) -> float:
    with pytest.raises(TooManyFailuresError) as refused:
        throttle.admit(address, name, device)
    return refused.value.wait_s


def fail(throttle: LoginThrottle, count: int, name: str = "ann") -> list[Attempt]:
    return [throttle.admit(HERE, name) for _ in range(count)]


def test_a_person_has_five_attempts_at_an_address_in_five_minutes(
    throttle: LoginThrottle, clock: Clock
) -> None:
    fail(throttle, MAX_FAILURES_OF_A_NAME)

    assert wait_s(throttle, HERE, "ann") == WINDOW_S
    clock.now_s = WINDOW_S
    throttle.admit(HERE, "ann")


def test_a_successful_login_resets_the_attempts(throttle: LoginThrottle) -> None:
    *_, last = fail(throttle, MAX_FAILURES_OF_A_NAME)

    throttle.forgive(last)

    fail(throttle, MAX_FAILURES_OF_A_NAME)


def test_an_unchecked_attempt_does_not_count(throttle: LoginThrottle) -> None:
    for _ in range(FREE_FAILURES_OF_A_NAME * 2):
        throttle.withdraw(throttle.admit(HERE, "ann"))

    fail(throttle, MAX_FAILURES_OF_A_NAME)


def test_an_address_has_a_limit_over_all_names(throttle: LoginThrottle) -> None:
    for number in range(MAX_FAILURES_OF_AN_ADDRESS):
        throttle.admit(HERE, str(number))

    assert wait_s(throttle, HERE, "somebody else") == WINDOW_S
    throttle.admit("192.0.2.2", "somebody else")


def test_a_name_has_free_failures_from_all_addresses_and_then_growing_delays(
    throttle: LoginThrottle, clock: Clock
) -> None:
    for number in range(FREE_FAILURES_OF_A_NAME):
        throttle.admit(f"198.51.100.{number}", "ann")

    delays = []
    for number in range(8):
        delays.append(wait_s(throttle, f"203.0.113.{number}", "ann"))
        clock.now_s += delays[-1]
        throttle.admit(f"203.0.113.{number}", "ann")

    assert delays == [1, 2, 4, 8, 16, 32, MAX_DELAY_S, MAX_DELAY_S]


def test_a_day_of_guessing_from_many_addresses_allows_few_guesses(
    throttle: LoginThrottle, clock: Clock
) -> None:
    admitted = 0
    while clock.now_s < 24 * 3_600:
        try:
            throttle.admit(f"10.{admitted // 256}.{admitted % 256}.1", "ann")
            admitted += 1
        except TooManyFailuresError as error:
            clock.now_s += error.wait_s

    assert admitted < 24 * 80


def test_the_failures_of_a_name_are_forgotten_after_an_hour(
    throttle: LoginThrottle, clock: Clock
) -> None:
    for number in range(FREE_FAILURES_OF_A_NAME):
        throttle.admit(f"198.51.100.{number}", "ann")

    clock.now_s = NAME_WINDOW_S
    throttle.admit("203.0.113.1", "ann")


def test_a_known_browser_is_counted_separately(throttle: LoginThrottle) -> None:
    for number in range(FREE_FAILURES_OF_A_NAME):
        throttle.admit(f"198.51.100.{number}", "ann")
    wait_s(throttle, HERE, "ann")

    for _ in range(MAX_FAILURES_OF_A_NAME):
        throttle.admit(HERE, "ann", "d" * 32)

    assert wait_s(throttle, HERE, "ann", "d" * 32) == WINDOW_S
