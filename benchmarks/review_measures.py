"""Measurements of opening, editing, scrolling and voice-map selection in one review page."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import soundfile
from playwright.sync_api import Page

from benchmarks.review_stage import Measured, Stage
from tests.browser.editor_page import choose, draw_around, open_map, places_on_map
from tests.browser.running_app import REPOSITORY

NUM_OPENINGS = 5
NUM_EDITS = 100
CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
TRANSCRIBED_SECONDS = 600
JOB_BEGINS_MS = 3_000  # time in which the job loads its models and starts
SCROLL_SECONDS = 8
LASSO_WINDOWS = 1_000
CORNER_PX = 6  # the map's corners are round


def opening(stage: Stage) -> list[Measured]:
    """Measure the time to open the recording in a new browser profile, with the app running."""
    listed, mounted = [], []
    for _ in range(NUM_OPENINGS):
        with stage.visitor() as page:
            stage.open(page)
            listed.append(page.evaluate("probe.listAt"))
            mounted.append(
                page.evaluate(
                    """() => {
                      const there = (what, name) => performance.getEntriesByType(what).find(name);
                      const placed = there("mark", ({ name }) => name === "studio:placed");
                      const isAnswer = ({ name }) => /transcripts.\\w+$/.test(name);
                      const answer = there("resource", isAnswer);
                      return probe.mountedAt - Math.max(placed.startTime, answer.responseEnd);
                    }"""
                )
            )
    return [
        Measured("page open until the list can be used, ms", tuple(listed), 1_500),
        Measured("answer and place there until the rows are there, ms", tuple(mounted), 250),
    ]


def editing(stage: Stage) -> list[Measured]:
    """Measure edits in an otherwise idle app, and the memory of the page."""
    with stage.visitor() as page:
        stage.open(page)
        edits = time_edits(page, "key press until saved, ms", limit=100, of_median=30)
        return [edits, renderer_megabytes(stage, "memory of the page's process, MB")]


def editing_while_transcribing(stage: Stage) -> list[Measured]:
    """Measure edits while the same app transcribes another recording."""
    with stage.visitor() as page, stage.visitor() as other, tempfile.TemporaryDirectory() as folder:
        stage.open(page)
        _begin_transcription(other, stage, Path(folder))
        edits = time_edits(
            page, "the same while a transcription runs, ms", limit=150, of_median=None
        )
        still = other.locator(".ss-job").count() > 0
        assert still, "the transcription was over before the edits were"
        return [edits]


def _begin_transcription(page: Page, stage: Stage, folder: Path) -> None:
    path = folder / "long.flac"
    samples, rate = soundfile.read(CONVERSATION, dtype="int16")
    times = -(-TRANSCRIBED_SECONDS * rate // len(samples))
    soundfile.write(path, np.tile(samples, times), rate)
    page.goto(stage.app.url)
    page.wait_for_selector("#upload input[type=file]", state="attached")
    page.locator("#upload input[type=file]").set_input_files(path)
    page.wait_for_function(
        "/[0-9]\\s*(KB|MB|B)/.test(document.querySelector('#upload').textContent)"
    )
    page.locator("#start").click()
    page.wait_for_selector("#workspace .ss-job-stage", timeout=120_000)
    page.wait_for_timeout(JOB_BEGINS_MS)


def time_edits(page: Page, what: str, *, limit: float, of_median: float | None) -> Measured:
    """Make edits with real key presses; measure the time until the page shows each as saved."""
    page.evaluate("document.querySelector('.ss-rows').scrollTop = 0")
    choose(page, 0)
    page.evaluate("probe.saved.length = 0")
    for number in range(NUM_EDITS):
        if number % 4 == 0:
            page.keyboard.press("Enter")
            page.keyboard.type(f"改{number}")
            _press_and_wait(page, "Enter")
            page.keyboard.press("Escape")
        elif number % 4 == 1:
            _press_and_wait(page, "v")
        else:
            page.keyboard.press("ArrowDown")
            _press_and_wait(page, _other_speaker(page))
    return Measured(what, tuple(page.evaluate("probe.saved")), limit, of_median)


def _other_speaker(page: Page) -> str:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    name = page.locator(".ss-row.ss-current .ss-name").inner_text()
    return "1" if not name.endswith("1") else "2"


def _press_and_wait(page: Page, key: str) -> None:
    before = page.evaluate("probe.saved.length")
    page.keyboard.press(key)
    page.wait_for_function("(before) => probe.saved.length > before", arg=before)


def scrolling(stage: Stage) -> list[Measured]:
    """Measure frame times while scrolling through all rows, and the number of page elements."""
    with stage.visitor() as page:
        stage.open(page)
        page.wait_for_timeout(1_000)
        return _scrolling(page)


def _scrolling(page: Page) -> list[Measured]:
    frames = page.evaluate("(seconds) => probe.scroll(seconds)", SCROLL_SECONDS)
    nodes = page.evaluate("document.querySelectorAll('*').length")
    return [
        Measured("a frame while scrolling through all, ms", tuple(frames), 25),
        Measured("elements in the page", (nodes,), 2_000),
    ]


def renderer_megabytes(stage: Stage, what: str) -> Measured:
    """Measure the resident memory of the largest renderer process of the browser (Linux)."""
    session = stage.browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    sizes = [_resident(each["id"]) for each in processes if each["type"] == "renderer"]
    return Measured(what, (max(sizes),), 350)


def _resident(process_id: int) -> float:
    status = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    line = next(each for each in status.splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1_024


def lasso(stage: Stage) -> list[Measured]:
    """Measure the time to reassign 1,000 points of the voice map, and the page's memory."""
    with stage.visitor() as page:
        stage.open(page)
        relabelled = _lasso(stage, page)
        return [relabelled, renderer_megabytes(stage, "the same with the map, MB")]


def _lasso(stage: Stage, page: Page) -> Measured:
    plot = open_map(page)
    points = stage.voice_points()
    box = plot.bounding_box()
    assert box is not None
    across = sorted(x for x, _ in places_on_map(plot, points))
    edge = (across[LASSO_WINDOWS - 1] + across[LASSO_WINDOWS]) / 2
    top, bottom = box["y"] + CORNER_PX, box["y"] + box["height"] - CORNER_PX
    left = box["x"] + CORNER_PX
    draw_around(page, [(left, top), (edge, top), (edge, bottom), (left, bottom), (left, top + 2)])
    page.locator(".ss-selection-count").wait_for()  # the selected rows themselves may be far away
    took = []
    page.locator(".ss-rows").focus()
    for digit in ("1", "2", "3", "1", "2"):
        before = page.evaluate("probe.saved.length")
        page.keyboard.press(digit)
        page.wait_for_function("(before) => probe.saved.length > before", arg=before)
        page.wait_for_timeout(1_500)
        took.append(page.evaluate("probe.saved.at(-1)"))
    return Measured("1,000 points drawn around and relabelled, ms", tuple(took), 300)
