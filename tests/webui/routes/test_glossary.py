"""The glossary over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from webui.services.runs.transcription import Ticket


def words(client: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/studio/glossary").json()["words"]
    return found


def test_a_word_is_added_switched_off_and_deleted(client: TestClient, transcribed: Ticket) -> None:
    word = {
        "word": "王经理",
        "heard_as": "王经历",
        "recording_id": transcribed.recording_id,
        "author": "Anna",
    }

    assert client.post("/studio/glossary", json=word).status_code == 200
    (added,) = words(client)
    client.post("/studio/glossary/use", json={"word": "王经理", "is_on": False})
    (switched,) = words(client)
    client.post("/studio/glossary/delete", json={"word": "王经理"})

    assert (added["heard_as"], added["recording_title"], added["added_by"]) == (
        "王经历",
        "会议 (1)",
        "Anna",
    )
    assert (added["is_on"], switched["is_on"], words(client)) == (True, False, [])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("", {}, 400),
        ("", {"word": 3}, 400),
        ("", {"word": "词", "recording_id": 3}, 400),
        ("", {"word": "词", "recording_id": "0" * 32}, 404),
        ("", {"word": " "}, 422),
        ("/use", {"word": "词", "is_on": "no"}, 400),
        ("/use", {"word": "词", "is_on": True}, 404),
        ("/delete", {"word": "词"}, 404),
        ("/decline", {"word": "词"}, 404),
        ("/decline", {}, 400),
    ],
)
def test_a_wrong_request_is_refused(
    client: TestClient, path: str, body: dict[str, Any], status: int
) -> None:
    assert client.post(f"/studio/glossary{path}", json=body).status_code == status
    assert words(client) == []
