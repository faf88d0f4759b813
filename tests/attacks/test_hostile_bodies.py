"""Bodies of any size and kind cost little memory, get a sentence, and leave no trace in the log."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from http import HTTPStatus

import httpx
import pytest

from tests.attacks.measured_app import MB, MeasuredApp
from tests.browser.review_workspace import MadeWorkspace

MOST_MB = 400  # of the app's process
JSON = {"content-type": "application/json"}
FORM = {"content-type": "multipart/form-data; boundary=b"}
FIELD = b'--b\r\nContent-Disposition: form-data; name="files"\r\n\r\n'
BLOCK = b"x" * MB


def stream(
    first: bytes, *, num_mb: int, last: bytes = b"", block: bytes = BLOCK
) -> Iterator[bytes]:
    yield first
    for _ in range(num_mb):
        yield block
    yield last


def post(
    app: MeasuredApp, path: str, content: Iterator[bytes] | bytes, **kind: str
) -> tuple[int, str]:
    """Return status and text of the answer; an end of the connection counts as 413."""
    try:
        answer = httpx.post(app.url + path, content=content, headers=kind, timeout=60)
    except httpx.TransportError:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "closed"
    return answer.status_code, answer.text


@pytest.mark.parametrize("is_declared", [True, False])
@pytest.mark.parametrize(
    ("path", "first", "kind"),
    [
        ("/gradio_api/upload", FIELD, FORM),
        ("/gradio_api/upload?upload_id=a", FIELD, FORM),
        ("/gradio_api/queue/join", b'{"fn_index":0,"session_hash":"a","data":["', JSON),
        ("/gradio_api/call/list_recordings", b'{"data":["', JSON),
        ("/gradio_api/call/v2/list_recordings", b'{"data":["', JSON),
        ("/gradio_api/run/list_recordings", b'{"data":["', {"content-type": "text/plain"}),
        ("/gradio_api/cancel", b'{"session_hash":"', JSON),
        ("/gradio_api/component_server", b'{"data":["', JSON),
        ("/studio/transcripts/{transcript_id}/edits", b'{"a":"', JSON),
        ("/studio/transcripts/{transcript_id}/versions", b'{"name":"', JSON),
    ],
)
def test_a_large_body_is_refused_and_neither_kept_nor_logged(
    attacked: MeasuredApp,
    made: MadeWorkspace,
    path: str,
    first: bytes,
    kind: dict[str, str],
    is_declared: bool,
) -> None:
    attacked.forget_peak()
    logged = len(attacked.log_text())
    path = path.format(transcript_id=made.transcript_id)
    body = first + BLOCK * 60 if is_declared else stream(first, num_mb=60)

    status, text = post(attacked, path, body, **kind)

    assert 400 <= status < 500, text
    assert attacked.peak_memory_mb() < MOST_MB
    assert len(attacked.log_text()) - logged < 10_000


@pytest.mark.parametrize("path", ["/studio/prepare", "/studio/recordings", "/login", "/"])
def test_a_large_body_that_nothing_reads_takes_no_memory(attacked: MeasuredApp, path: str) -> None:
    attacked.forget_peak()

    assert post(attacked, path, stream(b"", num_mb=60), **JSON)[0] < 500
    assert attacked.peak_memory_mb() < MOST_MB


@pytest.mark.parametrize("values", [b"[],", b"{},", b'{"a":0},', b"0,", b'"",'])
def test_a_body_of_many_small_values_takes_little_memory(
    attacked: MeasuredApp, made: MadeWorkspace, values: bytes
) -> None:
    attacked.forget_peak()
    many = values * (3_900_000 // len(values))
    edit = f"/studio/transcripts/{made.transcript_id}/edits"
    imports = f"/studio/recordings/{made.recording_id}/imports"
    block = values * (MB // len(values))

    seen = [
        post(attacked, edit, b'{"kind":[' + many + b"0]}", **JSON)[0],
        post(attacked, imports, stream(b'{"name":[', num_mb=60, last=b"0]}", block=block), **JSON)[
            0
        ],
        post(
            attacked,
            "/gradio_api/queue/join",
            b'{"fn_index":0,"data":[' + many[: MB - 200] + b'"end',
            **JSON,
        )[0],
    ]

    assert all(400 <= each < 500 for each in seen), seen
    assert attacked.peak_memory_mb() < MOST_MB


def test_many_bodies_that_do_not_end_share_one_budget_and_small_requests_go_on(
    attacked: MeasuredApp, made: MadeWorkspace
) -> None:
    attacked.forget_peak()
    head = (
        f"POST /studio/transcripts/{made.transcript_id}/edits HTTP/1.1\r\nhost: localhost\r\n"
        "content-type: application/json\r\ncontent-length: 3900000\r\n\r\n"
    )
    held = [socket.create_connection(("127.0.0.1", attacked.port)) for _ in range(60)]
    for each in held:
        each.settimeout(5)
        try:
            each.sendall(head.encode() + b'{"a":"' + BLOCK * 3)
        except OSError:
            continue  # refused and closed

    small = post(attacked, "/studio/prepare", b"{}", **JSON)[0]
    for each in held:
        each.close()

    assert small == HTTPStatus.OK
    assert attacked.peak_memory_mb() < MOST_MB


def test_a_body_that_comes_too_slowly_is_ended(attacked: MeasuredApp, made: MadeWorkspace) -> None:
    head = (
        f"POST /studio/transcripts/{made.transcript_id}/edits HTTP/1.1\r\n"
        "host: localhost\r\ncontent-type: application/json\r\n"
    )
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", attacked.port)) as slow:
        slow.settimeout(40)
        slow.sendall(f"{head}content-length: 1000\r\n\r\n".encode() + b"{")
        answer = slow.recv(1_000)

    assert b" 408 " in answer
    assert time.monotonic() - began < 30


TOO_ODD = [
    rb'"\ud800"',
    rb'"\udc00\ud800"',
    rb'"\\\ud83d"',
    b"1e400",
    b"-1e400",
    b"NaN",
    b"Infinity",
    b"1" + b"0" * 30,
    b"-1" + b"0" * 5_000,
    b"[" * 100_000,
]


@pytest.mark.parametrize("value", TOO_ODD, ids=lambda each: each[:12].decode())
def test_values_that_cannot_be_stored_are_refused_with_a_sentence_and_no_traceback(
    attacked: MeasuredApp, made: MadeWorkspace, value: bytes
) -> None:
    one = f"/studio/transcripts/{made.transcript_id}"
    edit = b'"client_edit_id":"e","kind":"rename_speaker","speaker_id":"a"'
    bodies = {
        f"{one}/edits": [
            b'{"base":0,%s,"name":%s}' % (edit, value),
            b'{"base":%s,%s,"name":"a"}' % (value, edit),
            b'{"base":0,"client_edit_id":%s,"kind":"undo"}' % value,
        ],
        f"{one}/versions": [b'{"name":%s}' % value],
        f"/studio/recordings/{made.recording_id}/imports": [
            b'{"name":%s,"content":"","client_edit_id":"a"}' % value
        ],
        "/gradio_api/call/get_transcript": [b'{"data":[%s]}' % value],
        "/gradio_api/queue/join": [b'{"data":[],"fn_index":%s,"session_hash":"a"}' % value],
        "/gradio_api/run/get_transcript": [b'{"data":["a"],"session_hash":%s}' % value],
        "/gradio_api/cancel": [b'{"fn_index":%s,"session_hash":"a","event_id":"b"}' % value],
    }

    for path, texts in bodies.items():
        for text in texts:
            status, answer = post(attacked, path, text, **JSON)
            assert 400 <= status < 500, (path, status, answer)

    assert "Traceback" not in attacked.log_text()


@pytest.mark.parametrize("base", ["-1", "1.5", "true", "null", '"0"', "[]"])
def test_a_base_that_is_no_revision_is_refused(
    attacked: MeasuredApp, made: MadeWorkspace, base: str
) -> None:
    path = f"/studio/transcripts/{made.transcript_id}/edits"
    edit = f'{{"base":{base},"client_edit_id":"e","kind":"undo"}}'

    assert post(attacked, path, edit.encode(), **JSON)[0] == HTTPStatus.BAD_REQUEST
    data = f'{{"data":["{made.transcript_id}",{base},"e",{{"kind":"undo"}},""]}}'
    run = post(attacked, "/gradio_api/run/apply_edit", data.encode(), **JSON)
    assert "whole number" in run[1] or run[0] < 500


@pytest.mark.parametrize("revision", ["1" + "0" * 30, "-1", "1e400", "1.5", "0x1", "9" * 64])
def test_a_revision_in_an_address_is_checked(
    attacked: MeasuredApp, made: MadeWorkspace, revision: str
) -> None:
    url = f"{attacked.url}/studio/transcripts/{made.transcript_id}/changes/{revision}"

    assert 400 <= httpx.get(url).status_code < 500


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("queue/join", {"data": [], "fn_index": -1, "session_hash": "a"}),
        ("queue/join", {"data": [], "fn_index": 99_999, "session_hash": "a"}),
        ("queue/join", {"data": [], "fn_index": 0}),
        ("queue/join", {"data": [], "fn_index": 0, "session_hash": "x" * 500_000}),
        ("queue/join", {"data": [1] * 50_000, "fn_index": 0, "session_hash": "a"}),
        ("queue/join", {"data": [], "fn_index": 0, "session_hash": "a", "batched": True}),
        ("call/nothing", {"data": []}),
        ("call/v2/nothing", {"data": []}),
        ("call/v2/list_recordings", {"nothing": "x" * 500_000}),
        ("call/apply_edit", {"data": ["x" * 500_000]}),
        ("run/apply_edit", {"data": ["x" * 500_000]}),
        ("run/nothing", {"data": []}),
        ("component_server", {"component_id": 10**18, "fn_name": "a", "data": []}),
        ("cancel", {}),
    ],
)
def test_calls_that_name_nothing_are_refused_without_their_values(
    attacked: MeasuredApp, path: str, body: dict[str, object]
) -> None:
    logged = len(attacked.log_text())

    answer = httpx.post(f"{attacked.url}/gradio_api/{path}", json=body)

    assert 400 <= answer.status_code < 500, answer.text
    assert len(answer.text) < 1_000
    assert "Traceback" not in attacked.log_text()
    assert len(attacked.log_text()) - logged < 1_000


def test_messages_of_no_session_are_not_streamed(attacked: MeasuredApp) -> None:
    for path in ("queue/data?session_hash=none", "queue/data?session_hash=%ed%a0%80", "call/a/b"):
        answer = httpx.get(f"{attacked.url}/gradio_api/{path}")
        assert answer.status_code == HTTPStatus.NOT_FOUND

    assert "Traceback" not in attacked.log_text()
