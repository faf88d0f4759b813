"""Routes of uploaded files: inspected, kept, discarded, started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conditions import LONGEST_WAIT_S
from webui.services.runs.transcription import Ticket


@pytest.fixture
def sent(services, tmp_path):
    """The path of an upload on the server."""

    def send(content: bytes = b"sound", name: str = "会议.wav") -> str:
        received = tmp_path / "received"
        received.write_bytes(content)
        return str(services.uploads.add(received, name))

    return send


@pytest.fixture(autouse=True)
def upload_folder(services):
    services.uploads.root.mkdir(parents=True, exist_ok=True)


def test_an_upload_is_started_once_with_the_chosen_options(client, services, sent):
    path = sent()
    body = {"path": path, "title": "周会", "language": "zh", "speakers": "2-3", "track": "1"}

    answer = client.post("/studio/transcriptions", json=body)

    assert answer.status_code == 200, answer.text
    ticket = answer.json()
    assert ticket["is_new"] is True
    services.transcription.wait(ticket["run_id"], timeout_s=LONGEST_WAIT_S)
    (recording,) = client.get("/studio/recordings").json()["recordings"]
    assert (recording["id"], recording["title"]) == (ticket["recording_id"], "周会")
    assert not Path(path).exists()
    again = client.post("/studio/transcriptions", json=body)
    assert (again.status_code, again.json()["key"]) == (410, "notice.upload_gone")


def test_an_upload_is_kept_while_a_run_with_its_options_is_at_work(client, services, sent):
    services.transcription.start = lambda path, **_: Ticket("recording", "run", is_new=False)
    services.recordings.title = lambda recording_id: "first"
    path = sent()

    answer = client.post("/studio/transcriptions", json={"path": path, "title": "second"})

    assert (answer.json()["is_new"], answer.json()["title"]) == (False, "first")
    assert Path(path).exists()


def test_the_same_content_is_recognised_before_and_at_the_start(client, services, sent):
    options = {"title": "first", "speakers": "auto"}
    first = client.post("/studio/transcriptions", json={"path": sent(), **options}).json()
    services.transcription.wait(first["run_id"], timeout_s=LONGEST_WAIT_S)
    path = sent(name="other.wav")

    seen = client.post("/studio/uploads/look", json={"path": path}).json()
    same = client.post("/studio/transcriptions", json={"path": path, **options}).json()

    assert seen["known"] == {"id": first["recording_id"], "title": "first"}
    assert (same["recording_id"], same["title"]) == (first["recording_id"], "first")


@pytest.mark.parametrize(
    ("option", "key"),
    [
        ({"speakers": "?"}, "notice.speaker_range"),
        ({"speakers": "5-2"}, "notice.speaker_range"),
        ({"speakers": "51"}, "notice.speaker_range"),
        ({"hotwords": "长" * 500}, None),
    ],
)
def test_an_invalid_option_is_refused_and_the_upload_is_kept(client, sent, option, key):
    path = sent()

    answer = client.post("/studio/transcriptions", json={"path": path, **option})

    if key is not None:
        assert (answer.status_code, answer.json()["key"]) == (422, key)
        assert Path(path).exists()


@pytest.mark.parametrize(
    "body",
    [{}, {"path": 1}, {"path": "/etc/passwd"}, {"path": "../../etc/passwd"}, {"path": "\0"}],
)
@pytest.mark.parametrize("route", ["uploads/look", "uploads/discard", "transcriptions"])
def test_nothing_but_uploads_can_be_named(client, route, body):
    answer = client.post(f"/studio/{route}", json=body)

    assert answer.status_code in ({200, 400} if route == "uploads/discard" else {400, 410})
    assert Path("/etc/passwd").exists()


@pytest.mark.parametrize(
    "body",
    [
        {"track": "99999"},
        {"track": 1},
        {"title": []},
        {"language": 5},
        {"language": "x" * 1_000},
    ],
)
def test_values_of_another_form_are_refused(client, sent, body):
    answer = client.post("/studio/transcriptions", json={"path": sent(), **body})

    assert answer.status_code == 400


def test_uploads_of_an_open_page_are_kept_and_a_removed_one_is_deleted(client, services, sent):
    kept, removed = sent(), sent()
    assert client.post("/studio/uploads/keep", json={"paths": [kept, removed, "/no"]}).is_success
    assert client.post("/studio/uploads/keep", json={"paths": "all"}).status_code == 400

    assert client.post("/studio/uploads/discard", json={"path": removed}).is_success

    assert (Path(kept).exists(), Path(removed).exists()) == (True, False)


def test_the_answers_have_the_fields_of_their_types(client, sent):
    seen = client.post("/studio/uploads/look", json={"path": sent()}).json()

    assert set(seen) == {"length_ms", "num_tracks", "known", "problem"}
