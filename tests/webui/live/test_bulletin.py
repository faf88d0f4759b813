"""Tests of the messages that a session's browser has to receive."""

from __future__ import annotations

import json
from typing import Any

from webui.live.bulletin import Bulletin, Cursor


def kinds(bulletin: Bulletin, cursor: Cursor) -> tuple[list[Any], Cursor]:
    texts, after = bulletin.since(cursor)
    return [json.loads(each)["n"] for each in texts], after


def test_changes_come_once_and_in_order_and_states_in_their_newest_form() -> None:
    bulletin = Bulletin([{"n": "first"}])
    for number in range(50):
        bulletin.show("partial", {"n": f"partial {number}"})
    bulletin.show("ack", {"n": "ack"})
    bulletin.add_change({"n": "second"})
    found, cursor = kinds(bulletin, Cursor())

    assert found == ["first", "second", "partial 49", "ack"]
    assert kinds(bulletin, cursor) == ([], cursor)
    bulletin.show("partial", {"n": "partial 50"})
    bulletin.add_change({"n": "third"})
    assert kinds(bulletin, cursor)[0] == ["third", "partial 50"]


def test_a_browser_that_returns_gets_later_changes_and_the_newest_states() -> None:
    bulletin = Bulletin()
    for name in ("a", "b", "c"):
        bulletin.add_change({"n": name})
    bulletin.show("lag", {"n": "lag"})

    assert kinds(bulletin, Cursor(rev=2))[0] == ["c", "lag"]
    assert kinds(bulletin, Cursor(rev=3))[0] == ["lag"]
    # More than there are: the browser of a session whose last changes were lost with the machine.
    assert kinds(bulletin, Cursor(rev=9))[0] == ["lag"]


def test_a_state_can_end() -> None:
    bulletin = Bulletin()
    bulletin.show("partial", {"n": "partial"})
    bulletin.show("partial", None)

    assert kinds(bulletin, Cursor())[0] == []
    assert not bulletin.is_over
    bulletin.end({"n": "end"})
    assert bulletin.is_over
    assert kinds(bulletin, Cursor())[0] == ["end"]
