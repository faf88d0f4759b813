"""A real app and its real models lose no sample of a live recording, whatever is killed."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect

from tests.browser.running_app import REPOSITORY, RunningApp
from tests.conditions import eventually, run_in_new_loop
from tests.webui.live.live_browser import hello
from tests.webui.live.sound import SECOND, frames

SECONDS = 24
LONGEST_S = 240.0

Message = dict[str, Any]


@pytest.fixture(scope="module")
def speech() -> NDArray[np.int16]:
    """The beginning of the demo conversation."""
    samples, rate = soundfile.read(REPOSITORY / "assets/demo/demo.flac", dtype="int16")
    assert rate == SECOND
    return np.asarray(samples[: SECONDS * SECOND], np.int16)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    app = RunningApp(tmp_path_factory.mktemp("killed") / "workspace", "--no-demo", "--offline")
    app.start()
    yield app
    app.stop()


class Talk:
    """One live recording over several connections."""

    def __init__(self, app: RunningApp, speech: NDArray[np.int16]) -> None:
        self.app = app
        self.content = speech.astype("<i2").tobytes()
        self.session: Message = {"session": None, "token": None, "last_rev": 0}
        self.finals: list[Message] = []
        self.settled: Message | None = None

    async def go_on(self, *, until_second: int, num_finals: int = 0) -> None:
        """Send the recording up to a second; return after some final texts."""
        address = self.app.url.replace("http", "ws") + "/studio/live"
        async with connect(address, origin=self.app.url) as link:  # type: ignore[arg-type]
            await link.send(json.dumps(hello(**self.session)))
            welcome = json.loads(await link.recv())
            self.session |= {"session": welcome["session"], "token": welcome["token"]}
            first, end = welcome["next_sample"], until_second * SECOND
            for frame in frames(self.content[2 * first : 2 * end], first_sample=first):
                await link.send(frame)
            if until_second == SECONDS:
                await link.send(json.dumps({"type": "stop", "samples": end}))
            await asyncio.wait_for(self._listen(link, end, num_finals), LONGEST_S)

    async def _listen(self, link: ClientConnection, end: int, num_finals: int) -> None:
        num_durable = 0
        while self.settled is None:
            message = json.loads(await link.recv())
            assert message["type"] not in ("nack", "error"), message
            if message["type"] == "final":
                self.finals.append(message)
                self.session["last_rev"] = message["rev"]
            elif message["type"] == "ack":
                num_durable = message["durable_sample"]
            elif message["type"] == "settled":
                self.settled = message
            is_whole = end == len(self.content) // 2
            if not is_whole and num_durable == end and len(self.finals) >= num_finals:
                return


def children(process_id: int) -> list[int]:
    """Return the ids of a process's child processes."""
    found = Path(f"/proc/{process_id}/task").glob("*/children")
    return [int(each) for path in found for each in path.read_text().split()]


def uploaded(app: RunningApp, speech: NDArray[np.int16]) -> Message:
    """Upload the same sound as a file and wait for its transcript."""
    content = io.BytesIO()
    soundfile.write(content, speech, SECOND, format="WAV", subtype="PCM_16")
    files = {"files": ("talk.wav", content.getvalue())}
    (path,) = httpx.post(f"{app.url}/gradio_api/upload", files=files, timeout=60).json()
    started = httpx.post(
        f"{app.url}/studio/transcriptions", json={"path": path, "title": "file"}, timeout=60
    ).json()
    return row_when_done(app, started["recording_id"])


def row_when_done(app: RunningApp, recording_id: str) -> Message:
    def row() -> Message:
        listed = httpx.get(f"{app.url}/studio/recordings").json()["recordings"]
        found: Message = next(each for each in listed if each["id"] == recording_id)
        return found

    eventually(lambda: row()["run"]["state"] == "done", timeout_s=LONGEST_S)
    return row()


def test_a_talk_survives_killed_processes_and_settles_as_an_uploaded_file_would(
    app: RunningApp, speech: NDArray[np.int16]
) -> None:
    talk = Talk(app, speech)
    run_in_new_loop(talk.go_on(until_second=10, num_finals=1))
    for each in children(app.process_id):
        os.kill(each, signal.SIGKILL)
    run_in_new_loop(talk.go_on(until_second=16, num_finals=len(talk.finals) + 1))
    app.kill()
    app.start()
    run_in_new_loop(talk.go_on(until_second=SECONDS))

    revs = [each["rev"] for each in talk.finals]
    assert revs == list(range(1, len(revs) + 1))
    (row,) = httpx.get(f"{app.url}/studio/recordings").json()["recordings"]
    audio = httpx.get(f"{app.url}/studio/recordings/{row['id']}/audio", timeout=60).content
    stored, _ = soundfile.read(io.BytesIO(audio), dtype="int16")
    assert np.array_equal(stored, speech)

    settled = httpx.get(f"{app.url}/studio/recordings/{row['id']}").json()
    same = httpx.get(f"{app.url}/studio/recordings/{uploaded(app, speech)['id']}").json()
    assert settled["sentences"]
    for part in ("duration_ms", "language", "models", "speakers", "sentences", "turns"):
        assert settled[part] == same[part]
