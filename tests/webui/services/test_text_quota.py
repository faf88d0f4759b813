"""Visitors of a public demo write a limited amount of text in a day, per address."""

from __future__ import annotations

import pytest

from webui.services.access import Visitor
from webui.services.runs.limits import DAY_S, LimitReachedError
from webui.services.text_quota import TextQuota

ANN = Visitor("ann", address="192.0.2.1")


def test_a_new_cookie_of_the_same_address_may_write_no_more() -> None:
    quota = TextQuota(100)
    quota.note(ANN, lambda: 99)
    quota.check(ANN)
    quota.note(ANN, lambda: 1)

    for visitor in (ANN, Visitor("bo", address="192.0.2.1")):
        with pytest.raises(LimitReachedError):
            quota.check(visitor)
    quota.check(Visitor("ann", address="192.0.2.2"))


def test_the_next_day_visitors_may_write_again() -> None:
    now_s = 0.0
    quota = TextQuota(100, clock=lambda: now_s)
    quota.note(ANN, lambda: 100)

    now_s = DAY_S + 1

    quota.check(ANN)
    assert quota._written == {}


@pytest.mark.parametrize("visitor", [Visitor(), Visitor(name="ann")])
def test_a_team_writes_without_limit(visitor: Visitor) -> None:
    quota = TextQuota(100)
    quota.note(visitor, lambda: 1_000)

    quota.check(visitor)
