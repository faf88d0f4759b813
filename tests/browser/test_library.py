"""The list of recordings: searched, described, named."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.browser.conftest import RunningApp, Visit

HOSTILE = "<img src=x onerror=alert(1)> ${1+1}"


@pytest.fixture(scope="module")
def viewport() -> ViewportSize:
    return ViewportSize(width=1280, height=800)


@pytest.fixture
def page(context: BrowserContext, app: RunningApp) -> Iterator[Page]:
    visit = Visit(context, app.url)
    opened = visit.open()
    opened.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    yield opened
    assert visit.foreign_requests == []


def first_sentences(app: RunningApp) -> list[str]:
    (recording,) = httpx.get(f"{app.url}/studio/recordings").json()["recordings"]
    opened = httpx.get(f"{app.url}/studio/recordings/{recording['id']}").json()
    return [sentence["text"] for sentence in opened["sentences"]]


@pytest.mark.parametrize("length", [2, 4])
def test_a_recording_is_found_by_a_part_of_what_was_said(
    page: Page, app: RunningApp, length: int
) -> None:
    part = first_sentences(app)[0][1 : 1 + length]

    page.locator(".ss-search").fill(part)

    expect(page.locator(".ss-hit mark").first).to_have_text(part)
    expect(page.locator(".ss-item")).to_have_count(1)


def test_nothing_found_is_said_and_an_empty_search_shows_all(page: Page) -> None:
    page.locator(".ss-search").fill("从来没有人说过这句话")
    expect(page.locator(".ss-list")).to_have_text("没有找到匹配的录音。")

    page.locator(".ss-search").fill("")

    expect(page.locator(".ss-item")).to_have_count(1)


def test_a_hit_opens_the_recording_at_its_sentence(page: Page, app: RunningApp) -> None:
    last = first_sentences(app)[-1]
    page.locator(".ss-search").fill(last[:6])

    page.locator(".ss-hit").first.click()

    expect(page.locator(".ss-row[aria-selected=true]")).to_contain_text(last[:6])


def open_menu(page: Page) -> None:
    page.locator(".ss-item").first.hover()
    page.locator(".ss-item [data-part=more]").first.click()


def test_what_a_person_says_of_a_recording_is_shown_kept_and_found(page: Page) -> None:
    open_menu(page)
    page.locator(".ss-pop [data-action=edit]").click()
    dialog = page.get_by_role("dialog", name="编辑信息")
    dialog.locator("[name=tags]").fill(f"重点，{HOSTILE}")
    dialog.locator("[name=notes]").fill(f"第一行\n{HOSTILE}")
    dialog.locator("[name=language]").select_option("zh")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".ss-item").first.locator(".ss-tag")).to_have_text([HOSTILE, "重点"])
    page.reload()
    page.wait_for_selector(".ss-tag")
    page.locator(".ss-search").fill("第一行 onerror")

    expect(page.locator(".ss-item")).to_have_count(1)
    open_menu(page)
    page.locator(".ss-pop [data-action=edit]").click()
    expect(page.locator(".ss-dialog [name=notes]")).to_have_value(f"第一行\n{HOSTILE}")
    expect(page.locator(".ss-dialog [name=language]")).to_have_value("zh")


def test_a_line_has_its_length_people_and_shares_and_stands_under_its_day(page: Page) -> None:
    item = page.locator(".ss-item").first

    expect(page.locator(".ss-day").first).to_have_text("今天")
    expect(item.locator(".ss-item-size")).to_have_text(re.compile(r"^1:3\d · \d 人$"))
    widths = item.locator(".ss-talk > span").evaluate_all(
        "parts => parts.map((part) => part.getBoundingClientRect().width)"
    )
    assert len(widths) > 1
    assert widths == sorted(widths, reverse=True)


def test_the_library_is_worked_by_keys_and_a_refresh_keeps_the_focus(page: Page) -> None:
    stops = page.locator(".ss-list [tabindex='0']")
    expect(stops).to_have_count(1)
    page.keyboard.press("Control+k")
    expect(page.locator(".ss-search")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".ss-item-main").first).to_be_focused()

    page.keyboard.press("ArrowRight")
    more = page.locator(".ss-item [data-part=more]").first
    expect(more).to_be_focused()
    with page.expect_response(re.compile(r"/studio/recordings\?since=")):
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".ss-pop [role^=menuitem]:focus")).to_have_count(1)
    page.keyboard.press("Home")
    expect(page.locator(".ss-pop [data-action=edit]")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".ss-pop [data-action=delete]")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator(".ss-pop")).to_have_count(0)
    expect(more).to_be_focused()


def test_deleting_asks_first_and_keeps_the_recording_unless_confirmed(page: Page) -> None:
    for leave in ("Enter", "Escape"):
        open_menu(page)
        page.locator(".ss-pop [data-action=delete]").click()
        question = page.locator(".ss-confirm")
        expect(question).to_contain_text("无法恢复")
        page.keyboard.press(leave)
        expect(question).to_have_count(0)

    expect(page.locator(".ss-item")).to_have_count(1)


def test_a_name_is_given_in_place_and_kept(page: Page) -> None:
    page.locator("[data-control=name]").click()
    page.locator(".ss-who-field").fill("安安")
    page.keyboard.press("Enter")
    expect(page.locator("[data-control=name]")).to_have_text("安安安")  # initial and name

    page.reload()

    expect(page.locator("[data-control=name]")).to_have_accessible_name("你的名字: 安安")
    page.locator("[data-control=name]").click()
    page.locator(".ss-who-field").fill("别人")
    page.keyboard.press("Escape")
    expect(page.locator("[data-control=name]")).to_have_accessible_name("你的名字: 安安")
