"""Programs use the app over gradio_client: what is public, and what it answers."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError, AuthenticationError

from tests.browser.running_app import RunningApp
from tests.browser.test_new_recording import excerpt
from tests.conditions import eventually
from tests.dev_data import REPOSITORY
from webui.config.accounts import hash_password

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
LOAD_S = 60.0  # a worker starts and imports what it needs
RUN_S = 240.0


@pytest.fixture(scope="module")
def api_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("api")
    people = folder / "people.txt"
    people.write_text(f"ann:{hash_password('right')}\n", encoding="utf-8")
    running = RunningApp(folder / "workspace", "--no-demo", "--auth", str(people))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(api_app: RunningApp) -> Client:
    return Client(api_app.url, verbose=False, auth=("ann", "right"))


@pytest.fixture(scope="module")
def answers(client: Client, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    talk = excerpt(tmp_path_factory.mktemp("talk"), "talk.flac", seconds=(0, 12))
    job = client.submit(handle_file(talk), "demo", api_name="/transcribe")
    job.result(timeout=RUN_S)
    return list(job.outputs())


def test_nobody_gets_in_without_a_password(api_app: RunningApp) -> None:
    with pytest.raises(AuthenticationError):
        Client(api_app.url, verbose=False)
    with pytest.raises(AuthenticationError):
        Client(api_app.url, verbose=False, auth=("ann", "wrong"))


def test_the_named_endpoints_are_all_that_is_public(client: Client) -> None:
    info = client.view_api(return_format="dict", print_info=False)

    assert set(info["named_endpoints"]) == {
        "/transcribe",
        "/cancel_transcription",
        "/list_recordings",
        "/get_transcript",
        "/apply_edit",
        "/export_transcript",
    }
    assert info["unnamed_endpoints"] == {}
    assert all(each["description"] for each in info["named_endpoints"].values())


def test_a_transcription_tells_how_far_it_is_and_ends_with_the_transcript(
    answers: list[dict[str, Any]],
) -> None:
    fractions = [each["fraction"] for each in answers]

    assert fractions == sorted(fractions)
    assert len(answers) > 1
    assert answers[-1]["state"] == "done"
    assert answers[-1]["transcript"]["utterances"][0]["text"]


def test_what_is_there_is_listed_read_corrected_under_ones_name_and_exported(
    client: Client, answers: list[dict[str, Any]]
) -> None:
    recording_id = answers[-1]["recording_id"]
    listed = client.predict(api_name="/list_recordings")
    transcript = client.predict(recording_id, api_name="/get_transcript")
    edit = {
        "kind": "correct_text",
        "utterance_id": transcript["utterances"][0]["id"],
        "text": "改过的。",
    }
    sent = (transcript["id"], transcript["revision"], "1" * 32, edit, "somebody else")

    changed = client.predict(*sent, api_name="/apply_edit")
    again = client.predict(*sent, api_name="/apply_edit")
    file = client.predict(recording_id, "srt", api_name="/export_transcript")
    converted = client.predict(
        recording_id, "srt", "reviewed", False, "traditional", api_name="/export_transcript"
    )

    assert recording_id in [each["id"] for each in listed]
    assert [each["text"] for each in changed["utterances"]] == ["改过的。"]
    assert again == changed
    assert file["name"] == "demo.srt"
    assert "改过的。" in base64.b64decode(file["content"]).decode()
    assert "改過的。" in base64.b64decode(converted["content"]).decode()


@pytest.mark.parametrize(
    ("endpoint", "arguments"),
    [
        ("/get_transcript", ("0" * 32,)),
        ("/export_transcript", ("0" * 32, "srt")),
        ("/export_transcript", ("0" * 32, "srt", "reviewed", False, "latin")),
        ("/cancel_transcription", ("0" * 32,)),
        ("/apply_edit", ("0" * 32, "not a number", "1" * 32, {"kind": "undo"})),
        ("/transcribe", (str(CONVERSATION),)),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    client: Client, endpoint: str, arguments: tuple[object, ...]
) -> None:
    with pytest.raises(AppError, match=r"\.$"):
        client.predict(*arguments, api_name=endpoint)


def test_a_file_that_was_not_uploaded_is_refused_in_a_sentence(client: Client) -> None:
    with pytest.raises(httpx.HTTPStatusError) as refused:
        client.predict({"path": "/etc/passwd"}, api_name="/transcribe")

    assert refused.value.response.status_code == httpx.codes.BAD_REQUEST
    assert refused.value.response.json()["message"].endswith(".")


def test_a_call_that_is_cancelled_stops_the_work(client: Client, tmp_path: Path) -> None:
    copy = tmp_path / "again.flac"
    copy.write_bytes(CONVERSATION.read_bytes())
    job = client.submit(handle_file(copy), "x", "", "3", api_name="/transcribe")
    eventually(lambda: bool(job.outputs()), timeout_s=LOAD_S)
    run_id = job.outputs()[0]["run_id"]

    job.cancel()

    def is_cancelled() -> bool:
        runs = [each["run"] for each in client.predict(api_name="/list_recordings")]
        return [each["state"] for each in runs if each["id"] == run_id] == ["cancelled"]

    eventually(is_cancelled)
