"""Tests of live recordings by posts, where WebSockets are blocked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.webui.live.live_browser import ORIGIN, PATH, connected, hello
from tests.webui.live.sound import SECOND, frames, sound

OK, BAD, REFUSED, UNKNOWN = 200, 400, 403, 404


def greet(client: TestClient, **given: object) -> dict[str, Any]:
    answer = client.post(PATH, json=hello(**given))
    assert answer.status_code == OK
    welcome: dict[str, Any] = answer.json()
    return welcome


def post(client: TestClient, welcome: dict[str, Any], content: bytes, query: str = "") -> Any:
    return client.post(
        f"{PATH}/{welcome['session']}/frames{query}",
        content=content,
        headers={"x-live-token": welcome["token"], "content-type": "application/octet-stream"},
    )


def test_a_recording_by_posts_is_stored_and_answered_with_its_text(
    client: TestClient, workspace: Path
) -> None:
    content = sound(2)
    parts = frames(content)
    welcome = greet(client, options={"title": "周会"})
    answers = [
        post(client, welcome, b"".join(parts[:10])).json(),
        post(client, welcome, b"".join(parts[10:]), "?rev=1").json(),
    ]

    assert [each["ack"]["next_sample"] for each in answers] == [SECOND, 2 * SECOND]
    finals = [
        [
            (each["rev"], each["sentences"][0]["text"])
            for each in answer["events"]
            if "sentences" in each
        ]
        for answer in answers
    ]
    assert finals == [[(1, "句0。")], [(2, "句1。")]]
    stored = workspace / "live" / welcome["session"] / "audio.s16"
    assert stored.read_bytes() == content


def test_missing_samples_are_asked_for(client: TestClient) -> None:
    parts = frames(sound(1))
    welcome = greet(client)
    answer = post(client, welcome, parts[1]).json()

    assert answer["ack"]["next_sample"] == 0
    assert {"type": "nack", "next_sample": 0} in answer["events"]


def test_posts_continue_a_session_that_a_socket_began(client: TestClient) -> None:
    with connected(client) as (browser, welcome):
        browser.send_sound(sound(1))
        browser.receive("final")
    session = {"session": welcome["session"], "token": welcome["token"], "last_rev": 1}
    again = greet(client, **session)

    assert again["next_sample"] == SECOND
    answer = post(client, again, frames(sound(0.1), first_sample=SECOND)[0], "?rev=1").json()
    assert answer["ack"]["next_sample"] == SECOND + SECOND // 10
    assert not [each for each in answer["events"] if each["type"] == "final"]


@pytest.mark.parametrize("content", [b"\x02" + bytes(17), frames(sound(0.1))[0][:-1], b"\x01"])
def test_posts_that_are_not_frames_are_refused(client: TestClient, content: bytes) -> None:
    welcome = greet(client)
    answer = post(client, welcome, content)

    assert answer.status_code == BAD
    assert answer.json()["error"] == "bad_message"


def test_too_many_frames_at_once_are_refused(client: TestClient) -> None:
    welcome = greet(client)

    assert post(client, welcome, b"".join(frames(sound(1.1)))).status_code == BAD
    assert post(client, welcome, b"").json()["ack"]["next_sample"] == 0


def test_posts_need_the_secret_of_the_session(client: TestClient) -> None:
    welcome = greet(client)
    for spoiled in ({"token": "guess"}, {"session": "ab" * 16}, {"session": ".."}):
        assert post(client, welcome | spoiled, b"").status_code == UNKNOWN


def test_posts_without_an_origin_are_refused(client: TestClient) -> None:
    welcome = greet(client)
    del client.headers["origin"]

    assert client.post(PATH, json=hello()).status_code == REFUSED
    assert post(client, welcome, b"").status_code == REFUSED
    client.headers["origin"] = "http://evil.example"
    assert client.post(PATH, json=hello()).status_code == REFUSED
    client.headers["origin"] = ORIGIN
    assert post(client, welcome, b"").status_code == OK


@pytest.mark.parametrize("query", ["?rev=-1", "?rev=x", "?stop=1.5", f"?rev={'9' * 40}"])
def test_numbers_of_a_post_are_checked(client: TestClient, query: str) -> None:
    assert post(client, greet(client), b"", query).status_code == BAD
