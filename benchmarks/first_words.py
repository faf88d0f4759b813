"""Time from submitting a recording to its first sentence, through the page and through the API."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.start_up import StartedApp

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONGEST_WAIT_S = 300.0
CLEARED_AFTER_S = 5.0  # time in which the app cleans up a cancelled job and restarts its worker
LOOKED_FOR_S = 2.0
POLL_S = 0.02
_MS_PER_S = 1000


def through_api(app: StartedApp, recording: Path) -> float:
    """Submit a recording through the API; return the seconds until its first stored sentence.

    Raises:
        RuntimeError: if the job ends without a sentence.
        TimeoutError: if no sentence is stored within LONGEST_WAIT_S.
    """
    from gradio_client import Client, handle_file  # noqa: PLC0415 - a second to import

    client = Client(app.url, verbose=False)
    before = _num_sentences(app)
    begin = time.perf_counter()
    job = client.submit(handle_file(recording), api_name="/transcribe")
    while _num_sentences(app) == before:
        if job.done():
            raise RuntimeError(f"the job ended without a sentence: {job.outputs()[-1:]}")
        if time.perf_counter() - begin > LONGEST_WAIT_S:
            raise TimeoutError(f"no sentence within {LONGEST_WAIT_S:.0f} s")
        time.sleep(POLL_S)
    seconds = time.perf_counter() - begin
    job.cancel()
    while not job.done():
        time.sleep(POLL_S)
    time.sleep(CLEARED_AFTER_S)
    return seconds


@contextmanager
def opened_page(app: StartedApp) -> Iterator[Page]:
    """Open the app's page in a new browser and yield it; raise RuntimeError without one."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not everybody has it

    from tests.browser.running_app import launch_browser  # noqa: PLC0415 - needs it too

    with sync_playwright() as playwright:
        browser = launch_browser(playwright)
        if browser is None:
            raise RuntimeError("no browser; install chromium")
        page = browser.new_page(locale="zh-CN")
        page.goto(app.url)
        page.wait_for_selector("#upload input[type=file]", state="attached")
        yield page
        browser.close()


def on_page(page: Page, recording: Path) -> float:
    """Upload a file on the page; return the seconds until the first transcript row is visible.

    The time starts when the file is chosen, two seconds after the click on the upload field.
    """
    from playwright.sync_api import expect  # noqa: PLC0415 - not everybody has it

    page.locator("[data-control=new]").click()
    with page.expect_file_chooser() as choosing:
        page.locator("#upload .ss-drop-choose").click()
    time.sleep(LOOKED_FOR_S)
    begin = time.perf_counter()
    choosing.value.set_files(recording)
    uploaded = re.compile(r"\d\s*(KB|MB|B)")
    expect(page.locator("#upload")).to_contain_text(uploaded, timeout=LONGEST_WAIT_S * _MS_PER_S)
    page.locator("#start").click()
    page.wait_for_selector(".ss-row .ss-text", timeout=LONGEST_WAIT_S * _MS_PER_S)
    return time.perf_counter() - begin


def _num_sentences(app: StartedApp) -> int:
    """Return the number of sentences in the app's database."""
    database = (app.workspace / "studio.sqlite3").resolve().as_uri()
    with closing(sqlite3.connect(f"{database}?mode=ro", uri=True)) as connection:
        return int(connection.execute("select count(*) from utterances").fetchone()[0])
