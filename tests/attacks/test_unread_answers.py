"""Answers that their clients never read leave the app its memory, and the newest stay readable."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import httpx
import pytest

from tests.attacks.measured_app import MeasuredApp
from tests.browser.review_workspace import MadeWorkspace, make_workspace

NUM_SENTENCES = 3_000
NUM_WARM_UP_CALLS = 60  # fill the limit, and the memory that the allocator keeps
NUM_CALLS = 90  # their answers take 3 MB each
MOST_MB = 110


@pytest.fixture(scope="module")
def made_long(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    folder = tmp_path_factory.mktemp("unread") / "workspace"
    return make_workspace(folder, num_sentences=NUM_SENTENCES)


@pytest.fixture(scope="module")
def app(made_long: MadeWorkspace) -> Iterator[MeasuredApp]:
    app = MeasuredApp(made_long.folder, "--no-demo", "--offline")
    app.start()
    yield app
    app.stop()


def test_answers_that_are_never_read_do_not_fill_the_memory(
    app: MeasuredApp, made_long: MadeWorkspace
) -> None:
    call = "/gradio_api/call/get_transcript"
    with httpx.Client(base_url=app.url, timeout=60) as client:

        def ask() -> str:
            asked = client.post(call, json={"data": [made_long.recording_id]})
            assert asked.status_code == HTTPStatus.OK
            return str(asked.json()["event_id"])

        assert "event: complete" in client.get(f"{call}/{ask()}").text
        events = [ask() for _ in range(NUM_WARM_UP_CALLS)]
        before = app.memory_mb()
        events += [ask() for _ in range(NUM_CALLS)]
        newest = client.get(f"{call}/{events[-1]}")
        oldest = client.get(f"{call}/{events[0]}")

    assert app.memory_mb() - before < MOST_MB
    assert "event: complete" in newest.text
    assert oldest.status_code == HTTPStatus.NOT_FOUND
    assert "Traceback" not in app.log_text()
