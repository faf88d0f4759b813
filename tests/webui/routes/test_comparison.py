"""The comparison of two transcripts over HTTP."""

from __future__ import annotations

from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from tests.webui.conftest import transcribe
from webui.services.container import Services
from webui.services.exports.long_reads import LongReads
from webui.services.review.comparison import ComparisonRequest
from webui.services.runs.transcription import Ticket


@pytest.fixture
def twice(client: TestClient, services: Services, transcribed: Ticket) -> tuple[str, str]:
    """Transcribe a recording again; return the ids of both transcripts, the older first."""
    again = client.post(f"/studio/runs/{transcribed.run_id}/again", json={}).json()
    assert again["recording_id"] == transcribed.recording_id
    services.transcription.wait(again["run_id"], timeout_s=30)
    path = f"/studio/recordings/{transcribed.recording_id}/transcripts"
    newer, older = client.get(path).json()["transcripts"]
    return older["id"], newer["id"]


def edit_first(client: TestClient, transcript_id: str, text: str) -> None:
    view = client.get(f"/studio/transcripts/{transcript_id}").json()
    edit = {
        "kind": "correct_text",
        "utterance_id": view["utterances"][0]["id"],
        "text": text,
        "base": view["revision"],
        "client_edit_id": "1" * 32,
    }
    assert client.post(f"/studio/transcripts/{transcript_id}/edits", json=edit).status_code == 200


def compared(client: TestClient, first: str, second: str) -> dict[str, Any]:
    answer = client.get(f"/studio/transcripts/{first}/comparison/{second}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_a_second_transcript_is_compared_with_the_first(
    client: TestClient, twice: tuple[str, str]
) -> None:
    older, newer = twice
    same = compared(client, older, newer)
    edit_first(client, older, "您好。")

    found = compared(client, older, newer)

    assert (same["num_errors"], same["error_rate"]) == (0, 0.0)
    assert (found["first"]["id"], found["second"]["id"]) == (older, newer)
    assert (found["num_errors"], found["num_units"], found["num_changed_rows"]) == (1, 4, 1)
    (changed, kept) = found["rows"]
    assert changed["first"][0]["parts"] == [["您", True], ["好。", False]]
    assert changed["second"][0]["parts"] == [["你", True], ["好。", False]]
    assert (kept["is_changed"], kept["first"][0]["speaker"]) == (False, "S2")


def test_transcripts_of_different_recordings_are_not_compared(
    client: TestClient, services: Services, twice: tuple[str, str], tmp_path: Any
) -> None:
    other = transcribe(services, tmp_path, content=b"another", title="other")
    path = f"/studio/recordings/{other.recording_id}/transcripts"
    (foreign,) = client.get(path).json()["transcripts"]

    for second in (foreign["id"], "0" * 32):
        answer = client.get(f"/studio/transcripts/{twice[0]}/comparison/{second}")
        assert answer.status_code == 404


def test_long_transcripts_are_compared_among_the_long_reads(
    client: TestClient,
    services: Services,
    twice: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def noted(self: LongReads, request: object, *transcript_ids: str) -> object:
        asked.append(transcript_ids)
        return cast(ComparisonRequest, request).read(self._database)

    monkeypatch.setattr(LongReads, "read", noted)

    assert compared(client, *twice)["num_errors"] == 0
    assert asked == [twice]
