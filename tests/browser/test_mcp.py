"""Programs use the app over MCP: which tools there are, what they answer, and to whom."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser.mcp_caller import McpCaller, Told
from tests.browser.running_app import RunningApp
from tests.browser.test_new_recording import excerpt
from tests.dev_data import REPOSITORY
from webui.api.mcp_server import MCP_PATH
from webui.config.accounts import hash_password

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
MB = 1 << 20
PING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def mcp_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("mcp")
    people = folder / "people.txt"
    people.write_text(f"ann:{hash_password('right')}\n", encoding="utf-8")
    running = RunningApp(folder / "workspace", "--no-demo", "--mcp", "--auth", str(people))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def ann(mcp_app: RunningApp) -> McpCaller:
    form = {"username": "ann", "password": "right"}
    answer = httpx.post(f"{mcp_app.url}/login", data=form, timeout=30)
    return McpCaller(mcp_app.url, dict(answer.cookies))


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The first seconds of the conversation."""
    return excerpt(tmp_path_factory.mktemp("talk"), "talk.flac", seconds=(0, 12)).read_bytes()


@pytest.fixture(scope="module")
def heard(ann: McpCaller, talk: bytes) -> tuple[dict[str, Any], Told]:
    """The talk transcribed, and what was told meanwhile."""
    return ann.call_and_watch(
        "transcribe",
        lambda message: None,
        content=in_base64(talk),
        title="demo",
        wait_seconds=100,
    )


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def post(app: RunningApp, caller: McpCaller | None = None, **headers: str) -> httpx.Response:
    return httpx.post(
        f"{app.url}{MCP_PATH}",
        json=PING,
        headers={**HEADERS, **headers},
        cookies={} if caller is None else caller.cookies,
        timeout=30,
    )


def test_the_tools_are_the_endpoints_for_programs_and_nothing_else(ann: McpCaller) -> None:
    tools = ann.tools()

    assert [each.name for each in tools] == [
        "transcribe",
        "cancel_transcription",
        "list_recordings",
        "get_transcript",
        "apply_edit",
        "export_transcript",
    ]
    for each in tools:
        assert each.description
        assert each.inputSchema["additionalProperties"] is False
        assert each.outputSchema is not None


def test_nobody_gets_a_tool_without_having_logged_in(mcp_app: RunningApp) -> None:
    answers = [
        post(mcp_app),
        post(mcp_app, McpCaller(mcp_app.url, {"speaker_studio_session": "61-9999999999-x.y"})),
        post(mcp_app, authorization="Bearer anything"),
    ]

    assert [each.status_code for each in answers] == [HTTPStatus.UNAUTHORIZED] * 3
    assert {each.text for each in answers} == {'{"error":"login"}'}


def test_no_web_page_gets_a_tool_through_the_browser_of_somebody_logged_in(
    mcp_app: RunningApp, ann: McpCaller
) -> None:
    rebound = {"origin": f"http://evil.example:{mcp_app.port}", "host": "evil.example"}

    assert post(mcp_app, ann).status_code == HTTPStatus.OK
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, rebound):
        assert post(mcp_app, ann, **headers).status_code == HTTPStatus.FORBIDDEN


def test_the_address_takes_json_of_a_bearable_size_and_nothing_else(
    mcp_app: RunningApp, ann: McpCaller
) -> None:
    address = f"{mcp_app.url}{MCP_PATH}"
    large = {**PING, "params": {"content": "x" * (27 * MB)}}

    with httpx.Client(cookies=ann.cookies, headers=HEADERS, timeout=60) as client:
        got = [client.get(address), client.delete(address), client.post(address, json=large)]
        as_text = {"content-type": "text/plain"}
        typed = client.post(address, content="{}", headers=as_text)

    assert [each.status_code for each in got] == [
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ]
    assert typed.status_code == HTTPStatus.BAD_REQUEST


def test_a_transcription_tells_how_far_it_is_and_ends_with_the_transcript(
    heard: tuple[dict[str, Any], Told],
) -> None:
    answer, told = heard
    fractions = [fraction for fraction, _, _ in told]

    assert fractions == sorted(set(fractions))
    assert {total for _, total, _ in told} == {1.0}
    assert told[0][2].startswith(f"run {answer['run_id']}: ")
    assert answer["state"] == "done"
    assert answer["transcript"]["utterances"][0]["text"]


def test_what_is_there_is_listed_read_corrected_under_ones_name_and_exported(
    mcp_app: RunningApp, ann: McpCaller, heard: tuple[dict[str, Any], Told]
) -> None:
    recording_id = heard[0]["recording_id"]
    listed = ann.call("list_recordings")["recordings"]
    transcript = ann.call("get_transcript", recording_id=recording_id)
    utterance_id = transcript["utterances"][0]["id"]
    sent = {
        "transcript_id": transcript["id"],
        "base": transcript["revision"],
        "client_edit_id": "1" * 32,
        "edit": {"kind": "correct_text", "utterance_id": utterance_id, "text": "改过的。"},
        "author": "somebody else",
    }

    changed = ann.call("apply_edit", **sent)
    again = ann.call("apply_edit", **sent)
    file = ann.call("export_transcript", recording_id=recording_id, format_name="srt")
    packed = ann.call("export_transcript", recording_id=recording_id, format_name="kaldi")
    history = httpx.get(
        f"{mcp_app.url}/studio/transcripts/{transcript['id']}/history", cookies=ann.cookies
    )

    assert recording_id in [each["id"] for each in listed]
    assert [each["text"] for each in changed["utterances"]] == ["改过的。"]
    assert again == changed
    assert file["name"] == "demo.srt"
    assert "改过的。" in file["text"]
    assert base64.b64decode(packed["content"])[:2] == b"PK"
    assert history.json()["edits"][0]["author"] == "ann"


def test_edits_without_an_id_of_their_own_are_each_made(
    ann: McpCaller, heard: tuple[dict[str, Any], Told]
) -> None:
    transcript = ann.call("get_transcript", recording_id=heard[0]["recording_id"])
    speaker_id = transcript["speakers"][0]["id"]
    revision = transcript["revision"]

    for name in ("甲", "乙"):
        edit = {"kind": "rename_speaker", "speaker_id": speaker_id, "name": name}
        asked = {"transcript_id": transcript["id"], "base": revision, "edit": edit}
        revision = ann.call("apply_edit", **asked)["revision"]
    undone = ann.call(
        "apply_edit", transcript_id=transcript["id"], base=revision, edit={"kind": "undo"}
    )

    assert [each["name"] for each in undone["speakers"] if each["id"] == speaker_id] == ["甲"]


def test_a_file_that_was_uploaded_is_taken_by_what_the_upload_answered(
    mcp_app: RunningApp, ann: McpCaller, talk: bytes, heard: tuple[dict[str, Any], Told]
) -> None:
    (upload,) = httpx.post(
        f"{mcp_app.url}/gradio_api/upload",
        files={"files": ("talk.flac", talk)},
        cookies=ann.cookies,
        timeout=30,
    ).json()

    answer = ann.call("transcribe", upload=upload)

    assert answer["run_id"] == heard[0]["run_id"]  # the same file, so nothing was done twice
    assert answer["state"] == "done"


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("transcribe", {}, "content or as upload"),
        ("transcribe", {"content": "QQ==", "upload": "x"}, "content or as upload"),
        ("transcribe", {"content": "not in base 64"}, "not in base 64"),
        ("transcribe", {"upload": "/etc/passwd"}, "what /gradio_api/upload answered"),
        ("transcribe", {"upload": str(CONVERSATION)}, "what /gradio_api/upload answered"),
        ("transcribe", {"upload": "http://127.0.0.1/a.wav"}, "what /gradio_api/upload answered"),
        ("transcribe", {"upload": "../../\0"}, "what /gradio_api/upload answered"),
        ("transcribe", {"audio": {"path": "/etc/passwd"}}, "'audio' was unexpected"),
        ("transcribe", {"content": "QQ==", "speakers": "many"}, "many"),
        ("get_transcript", {"recording_id": "0" * 32}, "There is no"),
        ("cancel_transcription", {"run_id": "0" * 32}, "There is no"),
        ("export_transcript", {"recording_id": "0" * 32, "format_name": "exe"}, "not one of"),
        (
            "apply_edit",
            {"transcript_id": "0" * 32, "base": "first", "edit": {"kind": "undo"}},
            "not of type 'integer'",
        ),
        (
            "apply_edit",
            {"transcript_id": "0" * 32, "base": 0, "edit": {"kind": "drop_tables"}},
            "not one of",
        ),
        ("delete_recording", {"recording_id": "0" * 32}, "no such tool"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    ann: McpCaller, name: str, arguments: dict[str, Any], expected: str
) -> None:
    assert expected in ann.refusal(name, **arguments)


def test_a_transcription_is_cancelled_by_the_id_that_is_told_while_it_runs(
    ann: McpCaller, tmp_path: Path
) -> None:
    def cancel(message: str) -> None:
        ann.call("cancel_transcription", run_id=message.split()[1].rstrip(":"))

    answer, _ = ann.call_and_watch(
        "transcribe",
        cancel,
        content=in_base64(CONVERSATION.read_bytes()),
        speakers="3",
        wait_seconds=100,
    )

    assert answer["state"] == "cancelled"
    assert "transcript" not in answer


def test_a_public_demos_visitors_see_their_own_recordings_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEAKER_STUDIO_MCP", "1")
    monkeypatch.setenv("GRADIO_MCP_SERVER", "True")  # for a server of Gradio's own
    flags = ("--no-demo", "--demo-mode", "--offline", "--max-file-mb", "1")
    running = RunningApp(tmp_path / "workspace", *flags)
    running.start()
    try:
        mine, others = (
            McpCaller(running.url, dict(httpx.get(running.url, timeout=30).cookies))
            for _ in range(2)
        )
        nobody = McpCaller(running.url)

        begun = mine.call(
            "transcribe", content=in_base64(CONVERSATION.read_bytes()), wait_seconds=0
        )
        large = mine.refusal("transcribe", content=in_base64(bytes(2 * MB)))

        recording_id, run_id = begun["recording_id"], begun["run_id"]
        assert [each["id"] for each in mine.call("list_recordings")["recordings"]] == [recording_id]
        for stranger in (others, nobody):
            assert stranger.call("list_recordings") == {"recordings": []}
            assert "no such" in stranger.refusal("get_transcript", recording_id=recording_id)
            assert "no such" in stranger.refusal("cancel_transcription", run_id=run_id)
        assert mine.call("cancel_transcription", run_id=run_id) == {"run_id": run_id}
        assert large.startswith("This file is 2 MB; the limit is 1 MB.")
        gradios_own = httpx.get(f"{running.url}/gradio_api/mcp/schema", timeout=30)
        assert gradios_own.status_code == HTTPStatus.NOT_FOUND
    finally:
        running.stop()
