"""What an annotator does who listens to the recording from one sentence on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.editor_page import (
    back_to_the_start,
    choose,
    opened_page,
    row,
    saved,
    scroll_to,
    stored,
)
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp

IS_CURRENT = re.compile("ss-current")
IS_SPOKEN = re.compile("ss-spoken")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    return make_workspace(tmp_path_factory.mktemp("listening") / "workspace", num_sentences=120)


@pytest.fixture
def page(context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace) -> Iterator[Page]:
    opened = opened_page(context, reviewed, made)
    opened.wait_for_function(
        "performance.getEntriesByType('resource').some((each) => each.name.includes('/tokens'))"
    )
    yield opened
    back_to_the_start(opened, reviewed, made)


def listen_on(page: Page, index: int) -> None:
    choose(page, index)
    page.keyboard.press("Shift+Space")
    expect(page.locator(".ss-play")).to_have_attribute("aria-label", "暂停")


def wait_for_row(page: Page, index: int, name: str) -> None:
    """Wait until a row has a class; every frame is looked at, as a row is heard for two seconds."""
    page.wait_for_function(
        """([rowIndex, name]) => document.querySelector(`.ss-row[aria-rowindex="${rowIndex}"]`)
             ?.classList.contains(name)""",
        arg=[index + 1, name],
    )


def wait_for_doubt_mark(page: Page, index: int) -> None:
    """Wait until the words of a drawn row have come and its doubtful one is marked."""
    page.wait_for_function(
        """(rowIndex) => [...(CSS.highlights.get("ss-doubtful-word") ?? [])].some((range) =>
             range.startContainer.parentElement?.closest(`[aria-rowindex="${rowIndex}"]`))""",
        arg=index + 1,
    )


def follow_button(page: Page) -> Locator:
    return page.locator("[data-action=follow]")


def test_the_row_being_heard_is_the_one_that_a_digit_corrects(page, reviewed, made):
    listen_on(page, 2)

    wait_for_row(page, 3, "ss-current")
    page.keyboard.press("3")

    saved(page)
    view = stored(reviewed, made)
    assert view["utterances"][3]["speaker_id"] == view["speakers"][2]["id"]
    expect(page.locator(".ss-play")).to_have_attribute("aria-label", "暂停")


def test_typing_stops_the_sound_and_enter_listens_on_from_a_little_before(page, reviewed, made):
    listen_on(page, 4)
    expect(row(page, 4)).to_have_class(IS_SPOKEN)

    page.keyboard.press("Enter")
    expect(page.locator(".ss-play")).to_have_attribute("aria-label", "播放")
    page.locator(".ss-typing").fill("改过了。")
    page.keyboard.press("Enter")

    expect(page.locator(".ss-play")).to_have_attribute("aria-label", "暂停")
    expect(page.locator(".ss-typing")).to_have_count(0)
    wait_for_row(page, 5, "ss-current")
    saved(page)
    assert stored(reviewed, made)["utterances"][4]["text"] == "改过了。"


def test_who_goes_back_to_a_row_stays_there_until_they_return_to_what_is_heard(page):
    listen_on(page, 6)
    page.keyboard.press("ArrowUp")
    expect(row(page, 5)).to_have_class(IS_CURRENT)
    expect(follow_button(page)).to_have_attribute("aria-pressed", "false")

    wait_for_row(page, 7, "ss-spoken")
    expect(row(page, 5)).to_have_class(IS_CURRENT)
    page.keyboard.press("l")

    expect(row(page, 7)).to_have_class(IS_CURRENT)
    expect(follow_button(page)).to_have_attribute("aria-pressed", "true")


def test_who_scrolls_away_is_not_torn_back(page):
    listen_on(page, 8)
    page.locator(".ss-rows").hover()
    page.mouse.wheel(0, 2_500)
    page.wait_for_function("document.querySelector('.ss-rows').scrollTop > 2_000")

    page.wait_for_function(
        "(from) => Number(document.querySelector('.ss-lanes').ariaValueNow) > from",
        arg=25,
    )

    assert page.locator(".ss-rows").evaluate("(list) => list.scrollTop") > 2_000
    expect(follow_button(page)).to_have_attribute("aria-pressed", "false")


def test_following_can_be_left_off_for_good(page, context, reviewed, made):
    follow_button(page).click()
    listen_on(page, 10)

    wait_for_row(page, 11, "ss-spoken")
    expect(row(page, 10)).to_have_class(IS_CURRENT)
    again = opened_page(context, reviewed, made)
    expect(follow_button(again)).to_have_attribute("aria-pressed", "false")


def test_a_verdict_does_not_interrupt_who_listens_on(page, reviewed, made):
    listen_on(page, 12)
    wait_for_row(page, 13, "ss-current")

    page.keyboard.press("v")

    wait_for_row(page, 14, "ss-current")
    saved(page)
    assert stored(reviewed, made)["utterances"][13]["status"] == "verified"


def test_a_double_click_selects_the_word_to_type_over(page):
    words = row(page, 3).locator(".ss-text")
    place = words.bounding_box()
    page.mouse.dblclick(place["x"] + 6, place["y"] + place["height"] / 2)
    page.keyboard.type("某")
    page.keyboard.press("Escape")
    page.mouse.dblclick(place["x"] + 6, place["y"] + place["height"] / 2)

    chosen = page.locator(".ss-typing").evaluate(
        "(box) => box.value.slice(box.selectionStart, box.selectionEnd)"
    )

    assert words.inner_text() == ""
    assert "第3句大家好".startswith(chosen)
    assert chosen != ""


def test_a_row_shows_its_words_as_soon_as_typing_is_left(page):
    words = row(page, 3).locator(".ss-text").inner_text()
    choose(page, 3)
    page.keyboard.press("Enter")
    page.keyboard.type("某")

    shown = page.locator(".ss-typing").evaluate(
        """(box) => {
          const place = box.parentElement;
          box.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
          return place.textContent;
        }"""
    )

    assert shown == words


def test_enter_selects_what_is_in_doubt(page):
    scroll_to(page, 20)
    wait_for_doubt_mark(page, 20)
    choose(page, 20)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")

    chosen = page.locator(".ss-typing").evaluate(
        "(box) => box.value.slice(box.selectionStart, box.selectionEnd)"
    )

    assert chosen == "句"  # "第20句": its fourth token is the one the recogniser was unsure of


def test_enter_that_goes_on_to_the_next_row_selects_its_doubt_too(page):
    scroll_to(page, 20)
    wait_for_doubt_mark(page, 20)
    choose(page, 19)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(row(page, 20).locator(".ss-typing")).to_be_focused()

    chosen = (
        row(page, 20)
        .locator(".ss-typing")
        .evaluate("(box) => box.value.slice(box.selectionStart, box.selectionEnd)")
    )

    assert chosen == "句"


def test_sentences_heard_to_the_end_are_verified_while_the_mode_is_on(page, reviewed, made):
    mode = page.locator("[data-control=listening-review]")
    mode.click()
    expect(mode).to_have_attribute("aria-pressed", "true")
    listen_on(page, 2)

    page.wait_for_function(
        """() => document.querySelector("[data-control=listening-review]")
             .textContent.includes("听过即核对 · 1 句")"""
    )
    mode.click()
    page.keyboard.press("Space")

    expect(mode).not_to_contain_text("听过即核对")
    saved(page)
    statuses = [each["status"] for each in stored(reviewed, made)["utterances"]]
    assert statuses[:3] == ["machine", "machine", "verified"]
    assert "machine" in statuses[3:5]
