"""What stops a transcription: its cancellation. Not a client that hangs up, nor the app's end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file

from pipeline.runtime.process_control import INTERRUPTED
from tests.browser.running_app import REPOSITORY, RunningApp
from tests.browser.test_growing import StepwiseApp
from tests.conditions import eventually

LOAD_S = 60.0  # a worker starts and imports what it needs
NOTICED_S = 2.0  # a call looks after its client every half second


@pytest.fixture(scope="module")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StepwiseApp]:
    running = StepwiseApp(tmp_path_factory.mktemp("stops"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def app(running_app: StepwiseApp) -> StepwiseApp:
    """The app without recordings."""
    running_app.step("finish")
    eventually(lambda: set(states(running_app)) <= {"done", "cancelled"}, timeout_s=LOAD_S)
    for each in running_app.recordings():
        address = f"{running_app.url}/studio/recordings/{each['id']}"
        assert httpx.delete(address, headers={"content-type": "application/json"}).is_success
    running_app.forget_steps()
    return running_app


def sound(folder: Path, name: str = "meeting") -> Path:
    path = folder / f"{name}.wav"
    path.write_bytes(b"RIFF" + str(path).encode() * 100)
    return path


def state(app: StepwiseApp) -> str:
    return str(app.newest()["run"]["state"])


def states(app: StepwiseApp) -> list[str]:
    """The states of all runs, the newest first."""
    return [each["run"]["state"] for each in app.recordings()]


def submitted(app: StepwiseApp, path: Path) -> tuple[Client, Any]:
    """A client of the app, and its job, whose run is at work."""
    client = Client(app.url, verbose=False)
    job = client.submit(handle_file(path), api_name="/transcribe")
    eventually(lambda: bool(job.outputs()), timeout_s=LOAD_S)
    eventually(lambda: state(app) == "running", timeout_s=LOAD_S)
    return client, job


def hang_up_as_curl(app: StepwiseApp, path: Path) -> None:
    """Read the first line of a call's answers, then close the connection."""
    with path.open("rb") as file:
        (uploaded,) = httpx.post(f"{app.url}/gradio_api/upload", files={"files": file}).json()
    audio = {"path": uploaded, "meta": {"_type": "gradio.FileData"}}
    call = f"{app.url}/gradio_api/call/transcribe"
    event = httpx.post(call, json={"data": [audio, "", "", "auto", "", "auto"]}).json()["event_id"]
    with httpx.stream("GET", f"{call}/{event}", timeout=LOAD_S) as answers:
        next(answers.iter_lines())
        eventually(lambda: state(app) == "running", timeout_s=LOAD_S)


def hang_up_as_gradio_client(app: StepwiseApp, path: Path) -> None:
    """End a program in the middle of its call."""
    program = (
        "import sys; from gradio_client import Client, handle_file\n"
        "job = Client(sys.argv[1], verbose=False).submit(\n"
        "    handle_file(sys.argv[2]), api_name='/transcribe')\n"
        "for answer in job: print(answer, flush=True)\n"
    )
    command = [sys.executable, "-c", program, app.url, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        assert client.stdout.readline()
        eventually(lambda: state(app) == "running", timeout_s=LOAD_S)
        client.kill()


@pytest.mark.parametrize("hang_up", [hang_up_as_curl, hang_up_as_gradio_client])
def test_a_run_goes_on_when_the_client_that_started_it_hangs_up(
    app: StepwiseApp, tmp_path: Path, hang_up: Callable[[StepwiseApp, Path], None]
) -> None:
    hang_up(app, sound(tmp_path))
    until_s = app.newest()["run"]["elapsed_seconds"] + NOTICED_S

    eventually(lambda: app.newest()["run"].get("elapsed_seconds", 0) > until_s)

    app.step("finish")
    eventually(lambda: state(app) == "done", timeout_s=LOAD_S)


@pytest.mark.parametrize("stop", [RunningApp.stop, RunningApp.kill])
def test_only_what_was_cancelled_does_not_go_on_at_the_next_start(
    app: StepwiseApp, tmp_path: Path, stop: Callable[[RunningApp], None]
) -> None:
    client, _ = submitted(app, sound(tmp_path, "first"))
    waiting = client.submit(handle_file(sound(tmp_path, "second")), api_name="/transcribe")
    eventually(lambda: bool(waiting.outputs()))
    cancelled = client.submit(handle_file(sound(tmp_path, "third")), api_name="/transcribe")
    eventually(lambda: bool(cancelled.outputs()))
    cancelled.cancel()
    eventually(lambda: states(app) == ["cancelled", "queued", "running"])

    stop(app)
    app.start()

    eventually(lambda: states(app) == ["cancelled", "queued", "running"], timeout_s=LOAD_S)
    app.step("finish")
    eventually(lambda: states(app) == ["cancelled", "done", "done"], timeout_s=LOAD_S)


def test_a_cancelled_call_stops_its_own_run_and_no_other_of_the_same_client(
    app: StepwiseApp, tmp_path: Path
) -> None:
    client, first = submitted(app, sound(tmp_path, "first"))
    second = client.submit(handle_file(sound(tmp_path, "second")), api_name="/transcribe")
    eventually(lambda: bool(second.outputs()))

    first.cancel()

    eventually(lambda: states(app) == ["running", "cancelled"], timeout_s=LOAD_S)
    app.step("finish")
    assert second.result(timeout=LOAD_S)["state"] == "done"


def test_nobody_cancels_the_call_of_another_session(app: StepwiseApp, tmp_path: Path) -> None:
    client, job = submitted(app, sound(tmp_path))
    asked = {"fn_index": 0, "session_hash": "another", "event_id": job.communicator.event_id}

    httpx.post(f"{app.url}/gradio_api/cancel", json=asked)

    app.step("finish")
    assert job.result(timeout=LOAD_S)["state"] == "done"
    assert client.session_hash != "another"


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b"[" * 100_000, json.dumps({"event_id": [1]}).encode()],
    ids=["nothing", "null", "list", "object", "nested", "list as id"],
)
def test_requests_to_cancel_that_make_no_sense_are_refused(app: StepwiseApp, body: bytes) -> None:
    answer = httpx.post(
        f"{app.url}/gradio_api/cancel", content=body, headers={"content-type": "application/json"}
    )

    assert answer.is_client_error
    assert "Traceback" not in app.log.read_text("utf-8")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_app_ends_in_peace_although_it_is_told_twice_and_was_started_with_signals_ignored(
    tmp_path: Path, number: signal.Signals
) -> None:
    app = RunningApp(tmp_path / "workspace", "--no-demo", "--offline")
    log = app.log.open("wb")
    ignoring = ["sh", "-c", 'trap "" INT TERM; exec "$@"', "sh"]
    with subprocess.Popen(
        [*ignoring, *app.command()], stdout=log, stderr=log, cwd=REPOSITORY
    ) as process:
        eventually(lambda: b"Speaker Studio is at" in app.log.read_bytes(), timeout_s=LOAD_S)

        process.send_signal(number)
        process.send_signal(number)

        assert process.wait(30) in (0, INTERRUPTED)
    log.close()
    assert "Traceback" not in app.log.read_text("utf-8")
