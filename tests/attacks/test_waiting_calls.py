"""Programs that wait for many transcriptions take the page and the other calls from nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.browser.test_growing import StepwiseApp

NUM_CALLS = 60
ANSWER_S = 10.0  # of another call, on a busy machine


@pytest.fixture
def app(tmp_path: Path) -> Iterator[StepwiseApp]:
    """An app whose transcriptions go on until they are told to end."""
    app = StepwiseApp(tmp_path)
    app.start()
    yield app
    app.step("finish")
    app.stop()


def transcribe(client: httpx.Client, number: int) -> None:
    """Start a transcription without reading its progress."""
    sound = b"RIFF" + str(number).encode() * 100
    (uploaded,) = client.post("/gradio_api/upload", files={"files": ("a.wav", sound)}).json()
    audio = {"path": uploaded, "meta": {"_type": "gradio.FileData"}}
    values = [audio, "", "", "auto", "", "auto"]
    client.post("/gradio_api/call/transcribe", json={"data": values}).raise_for_status()


def test_another_call_is_answered_beside_many_that_wait_for_transcriptions(
    app: StepwiseApp,
) -> None:
    call = "/gradio_api/call/list_recordings"
    with httpx.Client(base_url=app.url, timeout=ANSWER_S) as client:
        for number in range(NUM_CALLS):
            transcribe(client, number)
        event = client.post(call, json={"data": []}).json()["event_id"]
        answer = client.get(f"{call}/{event}").text

    assert "event: complete" in answer
