"""Tests of live recordings over the WebSocket."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.conditions import eventually
from tests.webui.live.live_browser import SOCKET_URL, connected, hello
from tests.webui.live.scripted_recognition import Recognitions
from tests.webui.live.sound import SECOND, frames, sound
from webui.live import routes
from webui.services.container import Services

BAD_MESSAGE, UNKNOWN, TAKEN_OVER = 4000, 4010, 4009


def spool(workspace: Path, session: str) -> bytes:
    return (workspace / "live" / session / "audio.s16").read_bytes()


def close_code(client: TestClient, *sent: dict[str, Any] | bytes | str) -> int:
    """Return the code with which the server closes a connection after these messages."""
    with client.websocket_connect(SOCKET_URL) as socket:
        for each in sent:
            if isinstance(each, bytes):
                socket.send_bytes(each)
            else:
                socket.send_text(each if isinstance(each, str) else json.dumps(each))
        while True:
            message = socket.receive()
            if message["type"] == "websocket.close":
                return int(message["code"])


def test_a_recording_is_stored_acknowledged_and_transcribed_while_it_is_made(
    client: TestClient, workspace: Path
) -> None:
    content = sound(3)
    with connected(client) as (browser, welcome):
        assert welcome["v"] == 1
        assert welcome["next_sample"] == welcome["rev"] == 0
        assert welcome["limits"] == {"max_unacked_s": 30, "max_hours": 12}
        browser.send_sound(content)
        browser.until(lambda each: each.get("durable_sample") == 3 * SECOND)

        assert spool(workspace, welcome["session"]) == content
        finals = [each for each in browser.received if each["type"] == "final"]
        assert [each["rev"] for each in finals] == [1, 2, 3]
        assert finals[1]["segment"] == 1
        assert finals[1]["sentences"] == [
            {"id": 1, "start_ms": 1_000, "end_ms": 1_900, "text": "句1。", "speaker": 1}
        ]


def test_another_visitor_sees_the_recording_grow(client: TestClient) -> None:
    with connected(client, options={"title": "周会"}) as (browser, welcome):
        path = f"/studio/recordings/{welcome['recording_id']}"
        (row,) = client.get("/studio/recordings").json()["recordings"]
        assert row["title"] == "周会"
        assert row["growing_id"] is not None
        assert row["run"]["state"] == "running"
        assert row["run"]["is_live"]
        assert row["run"]["live_state"] == "recording"
        assert client.get(path).json()["sentences"] == []

        for second in range(2):
            browser.send_sound(sound(1, seed=second), first_sample=second * SECOND)
            browser.receive("final")
            shown = client.get(path).json()
            assert [each["text"] for each in shown["sentences"]][second:] == [f"句{second}。"]

        assert [each["speaker"] for each in shown["sentences"]] == ["S1", "S2"]


def test_a_recording_without_title_is_named_by_date_and_time(client: TestClient) -> None:
    with connected(client):
        (row,) = client.get("/studio/recordings").json()["recordings"]

    assert len(row["title"]) == len("2026-01-01 12:00")
    assert row["title"][:2] == "20"


def test_a_second_connection_goes_on_where_the_first_ended(
    client: TestClient, workspace: Path
) -> None:
    content = sound(4)
    with connected(client) as (browser, welcome):
        browser.send_sound(content[: 2 * 2 * SECOND])
        browser.until(lambda each: each.get("next_sample") == 2 * SECOND)
    session = {"session": welcome["session"], "token": welcome["token"]}
    with connected(client, **session, last_rev=1) as (browser, again):
        assert again["recording_id"] == welcome["recording_id"]
        assert again["next_sample"] == 2 * SECOND
        assert browser.receive("final")["rev"] == 2
        # One second is sent again.
        browser.send_sound(content[2 * SECOND :], first_sample=SECOND)
        browser.until(lambda each: each.get("durable_sample") == 4 * SECOND)

        assert browser.texts() == ["句1。", "句2。", "句3。"]
        assert spool(workspace, welcome["session"]) == content


def test_missing_samples_are_asked_for_once(client: TestClient, workspace: Path) -> None:
    content = sound(1)
    parts = frames(content)
    with connected(client) as (browser, welcome):
        for part in (parts[0], *parts[2:]):
            browser.socket.send_bytes(part)
        assert browser.receive("nack")["next_sample"] == SECOND // 10
        browser.send_sound(content)
        browser.until(lambda each: each.get("durable_sample") == SECOND)

        assert sum(each["type"] == "nack" for each in browser.received) == 1
        assert spool(workspace, welcome["session"]) == content


def test_a_gap_of_the_device_becomes_silence(client: TestClient, workspace: Path) -> None:
    content = sound(1)
    with connected(client) as (browser, welcome):
        browser.send_sound(content)
        browser.socket.send_bytes(struct.pack("<BBHIQ", 1, 2, 0, SECOND, SECOND))
        browser.send_sound(content, first_sample=2 * SECOND)
        browser.until(lambda each: each.get("durable_sample") == 3 * SECOND)

        assert spool(workspace, welcome["session"]) == content + bytes(2 * SECOND) + content


def test_a_ping_is_answered(client: TestClient) -> None:
    with connected(client) as (browser, _):
        browser.socket.send_json({"type": "ping", "n": 17})

        assert browser.receive("pong")["n"] == 17


@pytest.mark.parametrize(
    "first",
    [
        "",
        "{",
        "[]",
        '{"type":"hello"}',
        '{"type":"hello","v":2}',
        '{"type":"hello","v":1,"session":[1]}',
        '{"type":"hello","v":1,"last_rev":-1}',
        '{"type":"hello","v":1,"last_rev":true}',
        '{"type":"hello","v":1,"options":7}',
        '{"type":"hello","v":1,"options":{"num_speakers":"many"}}',
        '{"type":"hello","v":1,"options":{"recognizer":"oracle"}}',
        '{"type":"hello","v":1,"options":{"title":"\\ud800"}}',
        '{"type":"ping","n":1}',
        b"\x01",
    ],
)
def test_a_connection_that_does_not_begin_with_a_hello_is_closed(
    client: TestClient, services: Services, first: str | bytes
) -> None:
    assert close_code(client, first) == BAD_MESSAGE
    assert services.recordings.list() == ()


def test_a_connection_that_says_nothing_is_closed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "HELLO_S", 0.05)

    assert close_code(client) == BAD_MESSAGE


@pytest.mark.parametrize("later", [hello(), {"type": "stop"}, b"\x00" * 16, b"", "pang"])
def test_a_message_that_is_not_expected_closes_the_connection_but_not_the_session(
    client: TestClient, later: dict[str, Any] | bytes | str
) -> None:
    assert close_code(client, hello(), later) == BAD_MESSAGE
    (row,) = client.get("/studio/recordings").json()["recordings"]
    assert row["run"]["state"] == "running"


def test_a_huge_first_sample_leaves_the_file_as_it_is(client: TestClient, workspace: Path) -> None:
    with connected(client) as (browser, welcome):
        for first in (1, 1 << 40, (1 << 64) - 1):
            for kind, payload in ((1, b"\x01\x02"), (2, b"")):
                browser.socket.send_bytes(struct.pack("<BBHIQ", 1, kind, 0, 1, first) + payload)
        browser.socket.send_json({"type": "ping", "n": 1})
        browser.receive("pong")

        assert [each for each in browser.received if each["type"] == "nack"]
        assert spool(workspace, welcome["session"]) == b""


def test_the_same_session_elsewhere_takes_over(client: TestClient) -> None:
    with connected(client) as (first, welcome):
        session = {"session": welcome["session"], "token": welcome["token"]}
        with connected(client, **session) as (second, again):
            assert again["recording_id"] == welcome["recording_id"]
            assert first.receive("error")["code"] == "taken_over"
            with pytest.raises(WebSocketDisconnect) as closed:
                first.receive("nothing")
            assert closed.value.code == TAKEN_OVER
            second.send_sound(sound(1))
            assert second.receive("final")["rev"] == 1


@pytest.mark.parametrize("spoiled", [{"session": "ab" * 16}, {"token": "guess"}, {"token": None}])
def test_a_session_is_continued_with_its_secret_alone(
    client: TestClient, spoiled: dict[str, object]
) -> None:
    with connected(client) as (_, welcome):
        session = {"session": welcome["session"], "token": welcome["token"]}

        assert close_code(client, hello(**session | spoiled)) == UNKNOWN


def test_a_recording_goes_on_without_text_where_the_models_are_missing(
    client: TestClient, recognitions: Recognitions, workspace: Path
) -> None:
    recognitions.is_missing = True
    with connected(client) as (browser, welcome):
        failure = browser.receive("error")
        assert failure["code"] == "no_recognition"
        assert not failure["is_fatal"]
        browser.send_sound(sound(1))
        browser.until(lambda each: each.get("durable_sample") == SECOND)

        assert spool(workspace, welcome["session"]) == sound(1)


def test_a_deleted_recording_ends_its_session_and_leaves_no_samples(
    client: TestClient, workspace: Path
) -> None:
    with connected(client) as (browser, welcome):
        browser.send_sound(sound(1))
        browser.receive("final")
        path = f"/studio/recordings/{welcome['recording_id']}"
        deleted = client.request(
            "DELETE", path, json={}, headers={"content-type": "application/json"}
        )
        assert deleted.status_code == 200
        assert browser.receive("error")["code"] == "deleted"

    assert not any((workspace / "live").iterdir())
    assert not any(workspace.rglob("upload.wav"))
    session = {"session": welcome["session"], "token": welcome["token"]}
    assert close_code(client, hello(**session)) == UNKNOWN


def test_new_speakers_of_sentences_are_shown_and_stored(
    client: TestClient, recognitions: Recognitions
) -> None:
    with connected(client) as (browser, welcome):
        browser.send_sound(sound(2))
        browser.until(lambda each: each.get("rev") == 2)
        recognitions.started[0].change((1, 0), (0, 2))
        changed = browser.receive("speakers")
        assert changed["rev"] == 3
        assert changed["changes"] == [{"id": 1, "speaker": 0}, {"id": 0, "speaker": 2}]
        path = f"/studio/recordings/{welcome['recording_id']}"
        eventually(
            lambda: (
                [each["speaker"] for each in client.get(path).json()["sentences"]] == ["S3", "S1"]
            )
        )
