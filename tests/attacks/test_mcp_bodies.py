"""Many large requests to the MCP endpoint at once take no more memory than is reserved for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import httpx
import pytest

from tests.attacks.measured_app import MB, MeasuredApp
from webui.protection.body_limits import MAX_SHARED_BYTES

NUM_REQUESTS = 60
BODY_BYTES = 900_000
ALLOCATOR_SHARE = 1.5  # memory of the process for each byte in use: it is fragmented
HEADERS = {
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeasuredApp]:
    """The app with its MCP endpoint."""
    pytest.importorskip("mcp")
    workspace = tmp_path_factory.mktemp("mcp") / "workspace"
    app = MeasuredApp(workspace, "--no-demo", "--offline", "--mcp")
    app.start()
    yield app
    app.stop()


def request_of(number: int) -> bytes:
    params = {"name": "list_recordings", "arguments": {"x": "x" * BODY_BYTES}}
    return json.dumps(
        {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
    ).encode()


def test_large_requests_at_once_take_no_more_memory_than_their_budget(app: MeasuredApp) -> None:
    def send(number: int) -> int:
        with httpx.Client(base_url=app.url, timeout=120, headers=HEADERS) as client:
            return client.post("/studio/mcp", content=request_of(number)).status_code

    send(0)  # imports what the first call needs
    app.forget_peak()
    before = app.memory_mb()
    with ThreadPoolExecutor(NUM_REQUESTS) as threads:
        statuses = set(threads.map(send, range(NUM_REQUESTS)))

    assert statuses <= {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}
    assert app.peak_memory_mb() - before < ALLOCATOR_SHARE * MAX_SHARED_BYTES / MB
    assert send(0) == HTTPStatus.OK
