"""Uploads of several people, that break off, that nobody starts, that the disk has no room for."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from gradio_client import Client, handle_file
from playwright.sync_api import Browser, expect

from tests.browser.running_app import RunningApp
from tests.browser.test_growing import StepwiseApp
from tests.conditions import eventually
from tests.storage.tiny_disk import tiny_disk

KB = 1 << 10
DISK_KB = 2_048
KEEP_S = 6.0
LOAD_S = 60.0  # a worker starts and imports what it needs
NUM_VISITORS = 6
JSON = {"content-type": "application/json"}
DISK_FULL = {
    "zh-CN": "服务器磁盘已满，文件未保存。请联系管理员清理空间后重新上传。",
    "en-US": "The server's disk is full and the file was not saved. Ask the administrator to free "
    "some space, then upload it again.",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StepwiseApp]:
    """The app in its usual workspace; every run ends at once."""
    running = StepwiseApp(tmp_path_factory.mktemp("uploads"))
    running.start()
    running.step("finish")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app whose uploads go to a disk of 2 MB and wait for six seconds."""
    folder = tmp_path_factory.mktemp("small")
    running = RunningApp(
        folder / "workspace", "--no-demo", "--offline", "--upload-hours", str(KEEP_S / 3_600)
    )
    with (
        tiny_disk(folder / "disk", kilobytes=DISK_KB) as disk,
        pytest.MonkeyPatch.context() as set_,
    ):
        set_.setenv("GRADIO_TEMP_DIR", str(disk))
        running.start()
        yield running
        running.stop()


def files_below(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


def waiting(app: RunningApp) -> list[Path]:
    """The uploads in the app's workspace, incomplete ones too."""
    return files_below(app.workspace / "uploads")


def uploaded(app: RunningApp, content: bytes, name: str = "meeting.wav") -> httpx.Response:
    files = {"files": (name, content)}
    return httpx.post(f"{app.url}/gradio_api/upload", files=files, timeout=30)


def started(app: RunningApp, path: str) -> list[str]:
    """The lines that a call of /transcribe answers with."""
    call = f"{app.url}/gradio_api/call/transcribe"
    audio = {"path": path, "meta": {"_type": "gradio.FileData"}}
    event = httpx.post(call, json={"data": [audio, "", "", "auto", "", "auto"]}).json()["event_id"]
    return httpx.get(f"{call}/{event}", timeout=LOAD_S).text.splitlines()


@contextmanager
def upload_at_work(app: RunningApp, seen: Callable[[], list[Path]]) -> Iterator[socket.socket]:
    """An upload of which the first half has arrived."""
    head = (
        b"--edge\r\nContent-Disposition: form-data; name=files; filename=half.wav\r\n"
        b"Content-Type: audio/wav\r\n\r\n"
    )
    request = (
        f"POST /gradio_api/upload HTTP/1.1\r\nHost: 127.0.0.1:{app.port}\r\n"
        "Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: 1000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", app.port)) as client:
        client.sendall(request.encode() + head + b"RIFF" * 50_000)
        eventually(lambda: bool(seen()))
        yield client


def test_visitors_who_upload_the_same_file_at_the_same_time_all_get_its_transcript(
    app: StepwiseApp, tmp_path: Path
) -> None:
    path = tmp_path / "meeting.wav"
    path.write_bytes(b"RIFF, the same for all" * 100)
    clients = [Client(app.url, verbose=False) for _ in range(NUM_VISITORS)]

    jobs = [each.submit(handle_file(path), api_name="/transcribe") for each in clients]

    assert [each.result(timeout=LOAD_S)["state"] for each in jobs] == ["done"] * NUM_VISITORS
    assert waiting(app) == []


def test_equal_uploads_are_started_in_any_order(app: StepwiseApp) -> None:
    paths = [uploaded(app, b"RIFF, once more" * 100).json()[0] for _ in range(NUM_VISITORS)]

    answers = [started(app, each) for each in reversed(paths)]

    assert len(set(paths)) == NUM_VISITORS
    assert all("event: complete" in each for each in answers)
    assert waiting(app) == []


def test_an_upload_that_was_started_already_is_refused_in_a_sentence(app: StepwiseApp) -> None:
    (path,) = uploaded(app, b"RIFF, only once" * 100).json()
    assert "event: complete" in started(app, path)

    refused = started(app, path)

    assert "event: error" in refused
    assert any("An upload can be started once." in each for each in refused)


def test_files_of_one_form_are_started_one_by_one(app: StepwiseApp) -> None:
    files = [("files", (f"{name}.wav", f"RIFF {name}".encode())) for name in ("one", "two")]
    paths = httpx.post(f"{app.url}/gradio_api/upload", files=files).json()

    assert [Path(each).name for each in paths] == ["one.wav", "two.wav"]
    assert all("event: complete" in started(app, each) for each in paths)
    assert waiting(app) == []


def test_an_upload_that_breaks_off_leaves_nothing(app: StepwiseApp) -> None:
    with upload_at_work(app, lambda: waiting(app)):
        pass

    eventually(lambda: waiting(app) == [])


@pytest.mark.parametrize("stop", [RunningApp.stop, RunningApp.kill])
def test_an_upload_that_a_stop_interrupts_is_gone_after_the_next_start_and_a_whole_one_waits(
    app: StepwiseApp, stop: Callable[[RunningApp], None]
) -> None:
    (whole,) = uploaded(app, b"RIFF, not started").json()
    with upload_at_work(app, lambda: [each for each in waiting(app) if each != Path(whole)]):
        stop(app)
    app.start()

    assert waiting(app) == [Path(whole)]
    assert "event: complete" in started(app, whole)


@pytest.mark.parametrize("field", ["plain text", "another field", "nothing"])
def test_forms_that_hold_no_upload_are_refused_and_leave_nothing(
    app: StepwiseApp, field: str
) -> None:
    address = f"{app.url}/gradio_api/upload?upload_id=1"
    forms: dict[str, dict[str, Any]] = {
        "plain text": {"files": {"files": (None, "text")}},
        "another field": {"files": {"other": ("a.wav", b"RIFF"), "files": (None, b"text")}},
        "nothing": {"content": b"", "headers": {"content-type": "multipart/form-data"}},
    }

    answer = httpx.post(address, **forms[field])

    assert answer.is_client_error
    assert waiting(app) == []


@pytest.mark.parametrize("locale", DISK_FULL)
def test_a_full_disk_is_told_in_a_sentence_and_nothing_is_kept(
    small: RunningApp, locale: str
) -> None:
    disk = small.workspace.parent / "disk"
    address = f"{small.url}/gradio_api/upload"
    free = os.statvfs(disk).f_bavail

    for _ in range(3):
        files = {"files": ("large.wav", bytes(4 * DISK_KB * KB))}
        answer = httpx.post(address, files=files, headers={"accept-language": locale}, timeout=30)

        assert answer.status_code == httpx.codes.INSUFFICIENT_STORAGE
        assert answer.json()["message"] == DISK_FULL[locale]
        eventually(lambda: files_below(disk) == [])
        eventually(lambda: os.statvfs(disk).f_bavail >= free - 16)

    assert uploaded(small, bytes(KB)).is_success


@pytest.mark.parametrize("locale", DISK_FULL)
def test_the_page_shows_that_the_disk_is_full(
    small: RunningApp, browser: Browser, tmp_path: Path, locale: str
) -> None:
    large = tmp_path / "large.wav"
    large.write_bytes(bytes(4 * DISK_KB * KB))
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(small.url)
    page.wait_for_selector("#library .ss-list")

    page.locator("#upload input[type=file]").set_input_files(large)

    expect(page.locator(".ss-notice").first).to_have_text(DISK_FULL[locale])
    expect(page.locator("body")).not_to_contain_text('"error"')
    context.close()


def test_an_upload_that_nobody_starts_is_removed_but_not_from_the_form_of_an_open_page(
    small: RunningApp, browser: Browser, tmp_path: Path
) -> None:
    disk = small.workspace.parent / "disk"
    chosen = tmp_path / "chosen.wav"
    chosen.write_bytes(b"RIFF" * KB)
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(small.url)
    page.wait_for_selector("#library .ss-list")
    page.locator("#upload input[type=file]").set_input_files(chosen)
    eventually(lambda: [each.name for each in files_below(disk)].count("chosen.wav") == 1)

    for number in range(2):  # each is gone after its time, so that twice the time has gone by
        (path,) = uploaded(small, bytes(KB), f"forgotten-{number}.wav").json()
        eventually(lambda path=path: not Path(path).exists())  # type: ignore[misc]

    assert [each.name for each in files_below(disk)] == ["chosen.wav"]
    page.close()
    eventually(lambda: files_below(disk) == [])
    context.close()


def test_a_page_whose_upload_has_gone_says_so(
    small: RunningApp, browser: Browser, tmp_path: Path
) -> None:
    disk = small.workspace.parent / "disk"
    chosen = tmp_path / "chosen.wav"
    soundfile.write(chosen, np.zeros(16_000), 16_000)
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(small.url)
    page.wait_for_selector("#library .ss-list")
    page.locator("#upload input[type=file]").set_input_files(chosen)
    eventually(lambda: [each.name for each in files_below(disk)].count("chosen.wav") == 1)
    expect(page.locator(".ss-file[data-state=ready]")).to_have_count(1, timeout=30_000)
    for each in files_below(disk):
        each.unlink()

    page.locator("#start").click()

    expect(page.locator(".ss-notice").first).to_contain_text("no longer on the server")
    context.close()
