"""JSON bodies of requests."""

from __future__ import annotations

import asyncio

import pytest

from webui.routes import handler


def test_a_body_is_parsed_outside_of_the_event_loop(client, transcribed, monkeypatch):
    parse = handler.parse_json
    parsed = []

    def parse_in_thread(text):
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        parsed.append(bytes(text))
        return parse(text)

    monkeypatch.setattr(handler, "parse_json", parse_in_thread)
    path = f"/studio/recordings/{transcribed.recording_id}"

    assert client.patch(path, content=b'{"title": "new"}').status_code == 403  # not declared JSON
    answer = client.patch(path, json={"title": "new"})

    assert answer.status_code == 200
    assert len(parsed) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"{", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(client, transcribed, body):
    path = f"/studio/recordings/{transcribed.recording_id}"
    headers = {"content-type": "application/json"}

    answer = client.patch(path, content=body, headers=headers)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")
