"""Tests of claims and of results shared by a secret address."""

import pytest
from starlette.testclient import TestClient

from tests.webui.conftest import transcribe
from tests.webui.login_clients import client_of, log_in


@pytest.fixture
def one(transcribed):
    return f"/studio/recordings/{transcribed.recording_id}"


def only_row(client):
    (row,) = client.get("/studio/recordings").json()["recordings"]
    return row


def test_a_recording_is_claimed_taken_over_and_released(client, one):
    assert only_row(client)["claimed_by"] is None

    client.post(f"{one}/claim", json={"author": "Ann"})
    client.post(f"{one}/claim", json={"author": " 李雷 "})
    assert only_row(client)["claimed_by"] == "李雷"

    client.post(f"{one}/release", json={})
    assert only_row(client)["claimed_by"] is None


@pytest.mark.parametrize("author", ["", "  ", "x" * 81])
def test_a_claim_without_a_name_is_refused(client, one, author):
    answer = client.post(f"{one}/claim", json={"author": author})

    assert (answer.status_code, answer.json()["error"]) == (422, "refused")


def test_with_login_a_claim_has_the_user_name(services, tmp_path, one):
    client = client_of(services, tmp_path)
    log_in(client)

    client.post(f"{one}/claim", json={"author": "李雷"})

    assert only_row(client)["claimed_by"] == "ann"


def test_a_shared_result_is_read_and_played_without_login(services, tmp_path, one):
    inside, outside = client_of(services, tmp_path), client_of(services, tmp_path)
    log_in(inside)
    assert inside.get(f"{one}/share").json() == {"token": None}
    token = inside.post(f"{one}/share", json={}).json()["token"]

    shared = outside.get(f"/studio/shared/{token}/transcript").json()
    page = outside.get(f"/studio/shared/{token}")

    assert [each["text"] for each in shared["sentences"]] == ["你好。", "再见。"]
    assert shared["speakers"] == [{"label": label, "name": None} for label in ("S1", "S2")]
    assert set(shared["sentences"][0]) == {"start_ms", "end_ms", "speaker", "text"}
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert token not in page.text
    assert outside.get(f"/studio/shared/{token}/audio").status_code == 200
    assert inside.post(f"{one}/share", json={}).json() == {"token": token}
    assert outside.get(one).status_code == 401


def test_a_link_is_invalid_after_sharing_ends_and_a_new_one_differs(client, one):
    first = client.post(f"{one}/share", json={}).json()["token"]

    client.post(f"{one}/share/stop", json={})
    second = client.post(f"{one}/share", json={}).json()["token"]

    assert client.get(f"/studio/shared/{first}/transcript").status_code == 404
    assert client.get(f"/studio/shared/{first}/audio").status_code == 404
    assert client.get(f"/studio/shared/{second}/transcript").status_code == 200


def test_a_link_is_invalid_after_the_recording_is_deleted(client, one):
    token = client.post(f"{one}/share", json={}).json()["token"]

    client.delete(one, headers={"content-type": "application/json"})

    assert client.get(f"/studio/shared/{token}/transcript").status_code == 404


def test_a_link_opens_the_one_recording_that_it_was_made_for(
    services, client: TestClient, one, tmp_path
):
    other = transcribe(services, tmp_path, content=b"other", title="other")
    token = client.post(f"{one}/share", json={}).json()["token"]

    assert client.get(f"/studio/shared/{token}/transcript").json()["title"] == "会议 (1)"
    assert client.get(f"/studio/shared/{other.recording_id}/transcript").status_code == 404
