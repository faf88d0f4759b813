"""A call can name files that were uploaded, and no other file or address."""

from __future__ import annotations

from pathlib import Path
from typing import Any  # calls are JSON

import httpx
import pytest

from tests.attacks.measured_app import MeasuredApp
from tests.dev_data import REPOSITORY

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
TRANSCRIBE = "/gradio_api/call/transcribe"
JOIN = "/gradio_api/queue/join"


def file_data(path: str, **more: Any) -> dict[str, Any]:
    """Return a file as Gradio's clients name it."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}


def call_with(file: Any) -> dict[str, Any]:
    return {"data": [file, "title", "zh", "auto", "", "auto"]}


def uploaded_files(app: MeasuredApp) -> list[str]:
    return sorted(each.name for each in (app.workspace / "uploads").rglob("*") if each.is_file())


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        str(CONVERSATION),
        "http://speaker-studio.invalid/a.wav",
        "HTTPS://speaker-studio.invalid/a.wav",
        "\x00",
        "",
        "x" * 5_000,
    ],
)
def test_a_file_that_was_not_uploaded_is_refused_and_not_copied(
    attacked: MeasuredApp, path: str
) -> None:
    before = uploaded_files(attacked)
    for file in (file_data(path), {"inner": [file_data(path)]}, file_data(path, is_stream=True)):
        answer = httpx.post(attacked.url + TRANSCRIBE, json=call_with(file))
        assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")

    assert uploaded_files(attacked) == before


@pytest.mark.parametrize("name", ["speaker_studio.db", "session-key", "uploads/../session-key"])
def test_a_file_of_the_workspace_is_refused(attacked: MeasuredApp, name: str) -> None:
    (attacked.workspace / "session-key").touch()
    file = file_data(str(attacked.workspace / name))

    answer = httpx.post(attacked.url + TRANSCRIBE, json=call_with(file))

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("route", "call"),
    [
        ("/gradio_api/run/transcribe", call_with(file_data("/etc/passwd"))),
        ("/gradio_api/api/transcribe/", call_with(file_data("/etc/passwd"))),
        ("/gradio_api/call/v2/transcribe", {"audio": file_data("/etc/passwd")}),
        ("/gradio_api/component_server", {"data": [file_data("/etc/passwd")]}),
    ],
)
def test_every_route_of_calls_refuses_files_of_the_machine(
    attacked: MeasuredApp, route: str, call: dict[str, Any]
) -> None:
    answer = httpx.post(attacked.url + route, json={**call, "session_hash": "s"})

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


def test_the_page_s_own_functions_refuse_files_of_the_machine(attacked: MeasuredApp) -> None:
    functions = httpx.get(f"{attacked.url}/config").json()["dependencies"]
    for each in functions:
        data = [file_data("/etc/passwd")] * len(each["inputs"])
        call = {"fn_index": each["id"], "data": data, "session_hash": "s"}
        answer = httpx.post(attacked.url + JOIN, json=call)
        assert answer.status_code == 400 or not data


def test_an_uploaded_file_is_taken(attacked: MeasuredApp) -> None:
    with CONVERSATION.open("rb") as audio:
        (path,) = httpx.post(
            f"{attacked.url}/gradio_api/upload", files={"files": ("talk.flac", audio)}, timeout=60
        ).json()

    answer = httpx.post(attacked.url + TRANSCRIBE, json=call_with(file_data(path)))

    assert Path(path).is_file()
    assert answer.status_code == 200
