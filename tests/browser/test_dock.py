"""The dock below the transcript: typed times, new sentences, speed, whole recording, drawing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.editor_page import back_to_the_start, choose, opened_page, row, saved, stored
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp

IS_CURRENT = re.compile("ss-current")
CRC_OF_DETAIL = """() => {
  const canvas = document.querySelector(".ss-detail canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, i) => (sum * 31 + value * (i % 97)) % 1000003, 7);
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    return make_workspace(tmp_path_factory.mktemp("dock") / "workspace", num_sentences=60)


@pytest.fixture
def page(context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace) -> Iterator[Page]:
    with context.expect_event("response", lambda answer: answer.url.endswith("/peaks")):
        opened = opened_page(context, reviewed, made)
    yield opened
    back_to_the_start(opened, reviewed, made)


def drawn_section(page: Page) -> int:
    """Return a checksum of the section's picture after the frames in which it is drawn."""
    page.wait_for_function("document.querySelector('.ss-detail canvas').width > 300")
    former, now = -1, 0
    while former != now:
        former = now
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
        now = page.evaluate(CRC_OF_DETAIL)
    return now


def field(page: Page, name: str) -> Locator:
    return page.locator(f"[data-control=sentence-{name}]")


def drag_over(page: Page, start_ms: int, end_ms: int) -> None:
    detail = page.locator(".ss-detail")
    box = detail.bounding_box()
    from_ms, span_ms = (float(detail.get_attribute(f"data-{each}-ms")) for each in ("from", "span"))
    at = [box["x"] + (ms - from_ms) / span_ms * box["width"] for ms in (start_ms, end_ms)]
    page.mouse.move(at[0], box["y"] + 30)
    page.mouse.down()
    page.mouse.move(at[1], box["y"] + 30, steps=5)
    page.mouse.up()


def test_typed_times_are_taken_with_enter(page, reviewed, made):
    choose(page, 1)
    expect(field(page, "start")).to_have_value("0:02.4")
    field(page, "start").press("ArrowUp")
    field(page, "end").fill("4.25")
    expect(page.locator(".ss-span-length")).to_have_text("1.8 秒")
    field(page, "end").press("Enter")

    saved(page)
    changed = stored(reviewed, made)["utterances"][1]
    assert (changed["start_ms"], changed["end_ms"]) == (2_500, 4_250)
    page.keyboard.press("ArrowDown")  # the keys are the list's again
    expect(row(page, 2)).to_have_class(IS_CURRENT)


def test_a_text_that_is_no_time_is_refused_and_kept(page, reviewed, made):
    choose(page, 1)
    field(page, "end").fill("后来")
    field(page, "end").press("Enter")

    expect(page.locator(".ss-editor .ss-notice")).to_have_text(re.compile("^“后来”不是时间"))
    expect(field(page, "end")).to_have_attribute("aria-invalid", "true")
    choose(page, 3)
    expect(field(page, "end")).to_have_value("0:09.2")
    choose(page, 1)
    expect(field(page, "end")).to_have_value("后来")
    field(page, "end").press("Escape")
    expect(field(page, "end")).to_have_value("0:04.4")
    assert stored(reviewed, made)["can_undo"] is False


def test_a_drag_over_a_gap_inserts_a_sentence_and_opens_its_text(page, reviewed, made):
    for _ in range(2):
        page.locator("[data-control=zoom-in]").click()
    drag_over(page, 9_250, 9_550)  # between sentences 3 and 4

    expect(row(page, 4).locator(".ss-typing")).to_be_focused()
    page.locator(".ss-typing").fill("对。")
    page.keyboard.press("Enter")

    saved(page)
    expect(row(page, 4)).to_contain_text("对。")
    view = stored(reviewed, made)
    added = view["utterances"][4]
    assert added["text"] == "对。"
    assert added["start_ms"] == pytest.approx(9_250, abs=30)
    assert added["end_ms"] == pytest.approx(9_550, abs=30)
    assert added["speaker_id"] == view["utterances"][3]["speaker_id"]


def test_the_speed_is_chosen_in_a_menu_by_keys(page):
    page.locator("[data-control=rate]").click()
    expect(page.get_by_role("menuitemradio", checked=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("[data-control=rate]")).to_have_text("1.25×")
    expect(page.locator("[data-control=rate]")).to_be_focused()
    expect(page.get_by_role("menu")).to_have_count(0)


def test_a_menu_closes_by_its_button_and_by_tab_and_returns_the_focus(page):
    rate = page.locator("[data-control=rate]")
    for close in (rate.click, lambda: page.keyboard.press("Tab")):
        rate.click()
        expect(page.get_by_role("menu")).to_be_visible()
        expect(rate).to_have_attribute("aria-expanded", "true")
        close()
        expect(page.get_by_role("menu")).to_have_count(0)
        expect(rate).to_have_attribute("aria-expanded", "false")
        expect(rate).to_be_focused()


def test_a_drag_on_the_whole_recording_scrolls_the_section(page):
    box = page.locator(".ss-lanes").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 5 + box["width"] / 2, box["y"] + 12, steps=5)
    page.mouse.up()

    expect(page.locator(".ss-detail")).to_have_attribute("data-from-ms", re.compile(r"^7[12]\d{3}"))
    expect(page.locator(".ss-play")).to_have_attribute("aria-label", "播放")


def test_the_section_is_drawn_again_when_the_theme_changes(page):
    light = drawn_section(page)
    page.locator("[data-control=theme]").click()
    page.wait_for_function(f"(former) => ({CRC_OF_DETAIL})() !== former", arg=light)
    page.locator("[data-control=theme]").click()
    page.wait_for_function(f"(former) => ({CRC_OF_DETAIL})() === former", arg=light)


def test_the_spectrogram_is_shown_and_stays_chosen(page, context, reviewed, made):
    waveform = drawn_section(page)
    with page.expect_response(re.compile(r"/spectrogram/1$")) as waiting:
        page.locator("[data-control=spectrogram]").click()

    assert waiting.value.status == 200
    page.wait_for_function(f"(former) => ({CRC_OF_DETAIL})() !== former", arg=waveform)
    again = opened_page(context, reviewed, made)
    expect(again.locator("[data-control=spectrogram]")).to_have_attribute("aria-pressed", "true")


def test_skipping_of_silence_stays_switched_on(page):
    page.locator("[data-control=skip-silence]").click()
    expect(page.locator("[data-control=skip-silence]")).to_have_attribute("aria-pressed", "true")
    page.reload()
    page.wait_for_selector(".ss-editor .ss-row")

    expect(page.locator("[data-control=skip-silence]")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("width", [1_024, 1_280])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_lanes_fit_into_the_line_of_a_low_window(browser, reviewed, made, width, locale):
    context = browser.new_context(locale=locale, viewport={"width": width, "height": 720})
    page = opened_page(context, reviewed, made)
    choose(page, 1)
    expect(field(page, "end")).to_be_visible()
    times, lanes, rate = (
        page.locator(each).bounding_box() for each in (".ss-span", ".ss-lanes", ".ss-rate")
    )
    context.close()

    assert times["x"] + times["width"] <= lanes["x"]
    assert lanes["x"] + lanes["width"] <= rate["x"]


@pytest.mark.parametrize("width", [390, 820])
def test_every_control_is_large_enough_for_a_finger(browser, reviewed, made, width):
    context = browser.new_context(
        locale="zh-CN", viewport={"width": width, "height": 1_000}, has_touch=True
    )
    page = opened_page(context, reviewed, made)
    boxes = page.locator(".ss-dock button:visible").evaluate_all(
        "(all) => all.map((each) => each.getBoundingClientRect().toJSON())"
    )
    context.close()

    assert len(boxes) >= 9
    for box in boxes:
        assert min(box["width"], box["height"]) >= 40
        assert box["left"] >= 0
        assert box["right"] <= width
    for i, box in enumerate(boxes):
        for other in boxes[:i]:
            is_beside = box["left"] >= other["right"] - 1 or other["left"] >= box["right"] - 1
            assert is_beside or box["top"] >= other["bottom"] or other["top"] >= box["bottom"]


def test_nothing_is_drawn_while_nothing_changes_and_little_while_it_plays(page):
    choose(page, 0)
    page.evaluate(
        """() => {
          window.numDraws = window.numReads = 0;
          const { get } = Object.getOwnPropertyDescriptor(Element.prototype, "clientWidth");
          for (const node of document.querySelectorAll(".ss-lanes, .ss-detail"))
            Object.defineProperty(node, "clientWidth", { get() {
              window.numReads += 1;
              return get.call(this);
            } });
          const clear = CanvasRenderingContext2D.prototype.clearRect;
          CanvasRenderingContext2D.prototype.clearRect = function (...box) {
            window.numDraws += 1;
            return clear.apply(this, box);
          };
        }"""
    )
    page.keyboard.press("Shift+Space")
    page.wait_for_function(
        "Number(document.querySelector('.ss-lanes').getAttribute('aria-valuenow')) >= 3",
    )
    while_playing = page.evaluate("window.numDraws")
    # To read a width computes the layout of the page, so the playhead moves without.
    assert page.evaluate("window.numReads <= window.numDraws")
    page.locator(".ss-play").click()
    expect(page.locator(".ss-play")).to_have_attribute("aria-label", "播放")

    assert while_playing < 12
    page.wait_for_function(  # true once half a second passes without a drawing
        """async () => {
          const before = window.numDraws;
          await new Promise((done) => setTimeout(done, 500));
          return window.numDraws === before;
        }"""
    )
