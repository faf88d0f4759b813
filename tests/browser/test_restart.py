"""A transcription goes on when its worker or the whole app is killed."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import RunningApp, Visit
from tests.browser.test_new_recording import CONVERSATION, choose_and_start
from tests.conditions import eventually

GOES_ON_MS = 90_000

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the worker in /proc")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[RunningApp]:
    running = RunningApp(tmp_path / "workspace", "--no-demo")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, app: RunningApp) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    yield Visit(context, app.url).open()
    context.close()


def worker_ids(app: RunningApp) -> list[int]:
    """Processes that were spawned to transcribe for this app."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes()
        except OSError:  # it has ended meanwhile
            continue
        if parent == app.process_id and b"spawn_main" in command:
            found.append(int(folder.name))
    return found


def begin_long_job(page: Page, tmp_path: Path) -> None:
    samples, rate = soundfile.read(CONVERSATION, dtype="int16")
    path = tmp_path / "long.flac"
    soundfile.write(path, np.tile(samples, 20), rate)
    choose_and_start(page, path)
    stage = page.locator("#workspace .ss-job-stage")
    expect(stage).to_have_text(re.compile(r"[1-9]\d*%"), timeout=GOES_ON_MS)


def cancel(page: Page) -> None:
    page.locator("#workspace .ss-job .ss-button", has_text="取消").click()
    expect(page.locator("#workspace .ss-job-stage")).to_have_text("转写已取消")


def test_a_job_whose_worker_is_killed_goes_on_by_itself_and_the_page_says_so(
    page: Page, app: RunningApp, tmp_path: Path
) -> None:
    begin_long_job(page, tmp_path)
    (worker_id,) = worker_ids(app)

    os.kill(worker_id, signal.SIGKILL)

    expect(page.locator("#workspace .ss-job-message")).to_have_text(
        re.compile("已自动继续"), timeout=GOES_ON_MS
    )
    eventually(lambda: worker_ids(app) not in ([], [worker_id]))
    cancel(page)


def test_a_job_goes_on_when_the_app_is_killed_and_started_again(
    page: Page, app: RunningApp, tmp_path: Path
) -> None:
    begin_long_job(page, tmp_path)

    app.kill()
    app.start()
    page.reload()

    expect(page.locator("#workspace .ss-job-stage")).to_have_text(
        re.compile(r"\d+%"), timeout=GOES_ON_MS
    )
    expect(page.locator("#workspace .ss-job-message")).to_have_text(re.compile("已自动继续"))
    cancel(page)
