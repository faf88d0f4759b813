"""A transcript is read, corrected and heard while its run is at work."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.editor_page import open_panel, rename_speaker
from tests.browser.running_app import RunningApp
from tests.browser.stepwise_app import NUM_SENTENCES, PREPARED, final_transcript
from tests.conditions import eventually

FINAL = final_transcript()
LATER = "() => { const now = performance.now(); performance.now = () => now + 3_600_000; }"
LOAD_MS = 60_000  # a worker starts and imports what it needs
SOON_S = 1.5  # a second, and what a busy machine takes


class StepwiseApp(RunningApp):
    """The app whose pipeline the test leads by the hand."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "workspace")
        self.steps = folder / "steps"

    def command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "tests.browser.stepwise_app"),
            *("--port", str(self.port)),
            *("--workspace", str(self.workspace)),
            *("--steps", str(self.steps)),
        ]

    def step(self, name: str) -> None:
        (self.steps / name).touch()

    def forget_steps(self) -> None:
        for path in self.steps.iterdir():
            path.unlink()

    def recordings(self) -> list[dict[str, Any]]:
        """Return all recordings as the page lists them, the newest first."""
        listed: list[dict[str, Any]] = httpx.get(f"{self.url}/studio/recordings").json()[
            "recordings"
        ]
        return listed

    def newest(self) -> dict[str, Any]:
        return self.recordings()[0]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StepwiseApp]:
    running = StepwiseApp(tmp_path_factory.mktemp("stepwise"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(app: StepwiseApp, context: BrowserContext, tmp_path: Path) -> Iterator[Page]:
    """A page whose visitor has just handed in a recording, of which nothing is known yet."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
    page.goto(app.url)
    path = tmp_path / "会议.wav"
    path.write_bytes(b"RIFF" + str(tmp_path).encode() * 100)
    page.locator("#upload input[type=file]").set_input_files(path)
    expect(page.locator("#upload")).to_contain_text(re.compile(r"\d\s*(KB|MB|B)"))
    page.locator("#start").click()
    expect(page.locator("#workspace .ss-job-stage")).to_contain_text("识别语音", timeout=LOAD_MS)
    yield page
    app.step("finish")
    eventually(lambda: app.newest()["run"]["state"] not in ("queued", "running"))
    app.forget_steps()
    assert errors == []


def test_a_file_that_is_chosen_has_the_models_loaded_before_anybody_starts(
    app: StepwiseApp, context: BrowserContext, tmp_path: Path
):
    before = app.recordings()
    page = context.new_page()
    page.goto(app.url)
    path = tmp_path / "recording.wav"
    path.write_bytes(b"RIFF")

    page.locator("[data-control=new]").click()
    eventually((app.steps / f"{PREPARED}None").exists, timeout_s=LOAD_MS / 1_000)
    page.locator("#upload input[type=file]").set_input_files(path)
    expect(page.locator("#upload .ss-file")).to_be_visible()
    page.locator("#language input").click()
    page.get_by_role("option", name="普通话").click()

    eventually((app.steps / f"{PREPARED}zh").exists, timeout_s=LOAD_MS / 1_000)
    page.locator("#upload").press("Escape")
    page.evaluate(LATER)
    with page.expect_request("**/studio/prepare") as asked:
        page.locator("[data-control=new]").click()
    assert asked.value.post_data_json["language"] == "zh"
    assert app.recordings() == before
    app.forget_steps()


def rows_shown(page: Page, number: int) -> None:
    expect(page.locator(".ss-rows")).to_have_attribute("aria-rowcount", str(number))


def row(page: Page, index: int) -> Locator:
    return page.locator(f".ss-row[aria-rowindex='{index + 1}']")


def speakers(page: Page, number: int) -> list[str]:
    return [row(page, index).locator(".ss-name").inner_text() for index in range(number)]


def correct(page: Page, index: int, text: str) -> None:
    row(page, index).locator(".ss-text").dblclick()
    page.locator(".ss-typing").fill(text)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".ss-saved")).to_have_attribute("data-state", "saved")


def finished(page: Page, app: StepwiseApp) -> None:
    app.step(f"found-{NUM_SENTENCES}")
    app.step("audio")
    app.step("finish")
    expect(page.locator(".ss-strip")).to_contain_text("说话人已确定")


@pytest.mark.wall_clock
def test_sentences_are_on_the_page_within_a_second_of_being_found(
    app: StepwiseApp, page: Page
) -> None:
    app.step("found-3")
    began_s = time.monotonic()
    page.wait_for_selector(".ss-editor .ss-row")
    first_s = time.monotonic() - began_s
    app.step("found-20")
    began_s = time.monotonic()
    rows_shown(page, 20)
    next_s = time.monotonic() - began_s

    assert (first_s < SOON_S, next_s < SOON_S) == (True, True), (first_s, next_s)
    expect(page.locator(".ss-strip")).to_contain_text("识别语音")
    expect(page.locator(".ss-row .ss-provisional").first).to_have_attribute(
        "title", re.compile("暂定")
    )


def without_sentences(route: Route) -> None:
    """Answer as the server does before the first sentence of a live recording."""
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "utterances": [], "revision": 0})


def test_the_first_sentences_replace_the_note_that_there_are_none(
    app: StepwiseApp, page: Page
) -> None:
    page.route(re.compile(r"/studio/transcripts/[^/]+$"), without_sentences, times=1)
    page.route("**/studio/transcripts/*/changes/*", lambda route: route.abort())
    app.step("found-3")
    note = page.locator(".ss-editor .ss-empty")
    expect(note).to_have_text(re.compile("还没有文字"), timeout=LOAD_MS)
    page.unroute("**/studio/transcripts/*/changes/*")
    expect(page.locator(".ss-editor .ss-row").first).to_be_visible(timeout=LOAD_MS)
    expect(note).to_be_hidden()


def test_nothing_moves_under_the_pointer_when_the_run_is_done(app: StepwiseApp, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    app.step("found-5")
    rows_shown(page, 5)
    player = page.locator(".ss-editor .ss-play")
    before = player.bounding_box()
    finished(page, app)
    finalized = player.bounding_box()
    expect(page.locator(".ss-strip")).to_be_hidden()
    expect(page.locator(".ss-head")).to_contain_text("Whisper base")

    assert (finalized, player.bounding_box()) == (before, before)


def test_the_voices_can_be_looked_at_and_heard_when_they_are_there(
    app: StepwiseApp, page: Page
) -> None:
    app.step("found-5")
    play = page.locator(".ss-editor .ss-play")
    expect(play).to_have_attribute("aria-disabled", "true")
    play.click(force=True)  # it says why it cannot
    expect(page.locator(".ss-editor .ss-notice")).to_contain_text("准备好后")
    open_panel(page, "map")
    expect(page.locator(".ss-map")).to_contain_text("全部识别完成后")
    expect(page.locator("[data-control=regroup]")).to_be_hidden()

    app.step("audio")
    expect(play).to_have_attribute("aria-disabled", "false")
    row(page, 1).locator(".ss-start").click()
    expect(play).to_have_attribute("aria-label", "暂停")
    finished(page, app)

    expect(page.locator(".ss-map-plot[data-state]")).to_be_visible(timeout=20_000)
    expect(page.locator("[data-control=regroup]")).to_be_visible()
    expect(page.locator(".ss-strip")).to_be_hidden()
    expect(page.locator(".ss-head")).to_contain_text("Whisper base")
    expect(page.locator(".ss-provisional")).to_have_count(0)


def test_what_is_corrected_and_named_before_the_end_is_there_after_it(
    app: StepwiseApp, page: Page, context: BrowserContext
) -> None:
    app.step("found-6")
    rows_shown(page, 6)
    other = context.new_page()
    other.goto(page.url)
    rows_shown(other, 6)
    correct(page, 1, "改过的一句")
    rename_first_speaker(page, "安娜")
    expect(row(other, 1).locator(".ss-text")).to_have_text("改过的一句")
    page.reload()
    rows_shown(page, 6)

    app.step("found-12")
    rows_shown(page, 12)
    finished(page, app)

    for each in (page, other):
        rows_shown(each, NUM_SENTENCES)
        expect(row(each, 1).locator(".ss-text")).to_have_text("改过的一句")
        expect(row(each, 0).locator(".ss-name")).to_have_text("安娜")
        expect(row(each, 3).locator(".ss-name")).to_have_text("安娜")
        expect(row(each, 2).locator(".ss-text")).to_have_text(FINAL.sentences[2].text)


def test_what_was_done_before_the_end_can_be_taken_back_after_it(
    app: StepwiseApp, page: Page
) -> None:
    app.step("found-6")
    rows_shown(page, 6)
    correct(page, 1, "改过的一句")
    finished(page, app)

    page.locator("[data-action=undo]").click()

    expect(row(page, 1).locator(".ss-text")).to_have_text(FINAL.sentences[1].text)
    expect(page.locator("[data-action=undo]")).to_be_disabled()


def test_who_types_and_reads_is_left_in_place(app: StepwiseApp, page: Page) -> None:
    app.step("found-30")
    rows_shown(page, 30)
    page.locator(".ss-rows").evaluate("node => { node.scrollTop = 400; }")
    row(page, 14).locator(".ss-text").dblclick()
    page.locator(".ss-typing").fill("还在输入")
    place = page.locator(".ss-typing").bounding_box()

    app.step("found-35")
    rows_shown(page, 35)
    finished(page, app)
    rows_shown(page, NUM_SENTENCES)

    expect(page.locator(".ss-typing")).to_be_focused()
    assert page.locator(".ss-typing").input_value() == "还在输入"
    assert page.locator(".ss-typing").bounding_box() == place
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(row(page, 14).locator(".ss-text")).to_have_text("还在输入")
    expect(page.locator(".ss-saved")).to_have_attribute("data-state", "saved")
    expect(page.locator(".ss-conflict")).to_have_count(0)


def test_cancelling_asks_and_can_discard_the_sentences(app: StepwiseApp, page: Page) -> None:
    app.step("found-4")
    rows_shown(page, 4)

    page.locator(".ss-strip").get_by_text("取消").click()
    expect(page.locator(".ss-confirm")).to_contain_text("已识别的 4 句")
    page.keyboard.press("Escape")
    expect(page.locator(".ss-confirm")).to_have_count(0)
    assert app.newest()["run"]["state"] == "running"
    page.locator(".ss-strip").get_by_text("取消").click()
    page.locator(".ss-confirm [data-choice=discard]").click()

    expect(page.locator("#workspace .ss-job-stage")).to_have_text("转写已取消")
    expect(page.get_by_role("button", name="重新转写")).to_be_visible()


def test_a_cancelled_run_leaves_what_somebody_worked_on(app: StepwiseApp, page: Page) -> None:
    app.step("found-4")
    rows_shown(page, 4)
    correct(page, 0, "改过的一句")

    page.locator(".ss-strip").get_by_text("取消").click()
    page.keyboard.press("Enter")

    expect(page.locator(".ss-strip")).to_contain_text("仅保留前面的部分")
    expect(page.locator(".ss-strip").get_by_text("重新转写")).to_be_visible()
    page.reload()
    rows_shown(page, 4)
    expect(row(page, 0).locator(".ss-text")).to_have_text("改过的一句")
    expect(page.locator(".ss-strip")).to_contain_text("仅保留前面的部分")


def test_a_run_that_fails_in_the_middle_says_so_and_keeps_corrections(
    app: StepwiseApp, page: Page
) -> None:
    app.step("found-4")
    rows_shown(page, 4)
    correct(page, 0, "改过的一句")

    app.step("fail")

    expect(page.locator(".ss-strip")).to_contain_text("转写中途失败")
    expect(row(page, 0).locator(".ss-text")).to_have_text("改过的一句")
    rows_shown(page, 4)


def rename_first_speaker(page: Page, name: str) -> None:
    open_panel(page, "people")
    rename_speaker(page, 0, name)
    expect(page.locator(".ss-saved")).to_have_attribute("data-state", "saved")
