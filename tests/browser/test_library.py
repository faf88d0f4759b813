"""The list of recordings: searched, described, another transcript chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import RunningApp, Visit

RERUN_MS = 120_000
HOSTILE = "<img src=x onerror=alert(1)> ${1+1}"


@pytest.fixture
def page(browser: Browser, app: RunningApp) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    visit = Visit(context, app.url)
    opened = visit.open()
    opened.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    yield opened
    assert visit.foreign_requests == []
    context.close()


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


def test_what_a_person_says_of_a_recording_is_shown_kept_and_found(page: Page) -> None:
    row = page.locator(".ss-item").first
    row.hover()
    row.locator(".ss-item-edit").click()
    dialog = page.locator(".ss-dialog")
    dialog.locator("[name=tags]").fill(f"重点，{HOSTILE}")
    dialog.locator("[name=notes]").fill(f"第一行\n{HOSTILE}")
    dialog.locator("[name=language]").select_option("zh")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_be_hidden()
    expect(row.locator(".ss-tag")).to_have_text([HOSTILE, "重点"])
    page.reload()
    page.wait_for_selector(".ss-tag")
    page.locator(".ss-search").fill("第一行 onerror")

    expect(page.locator(".ss-item")).to_have_count(1)
    page.locator(".ss-item").first.hover()
    page.locator(".ss-item-edit").first.click()
    expect(page.locator(".ss-dialog [name=notes]")).to_have_value(f"第一行\n{HOSTILE}")
    expect(page.locator(".ss-dialog [name=language]")).to_have_value("zh")


def test_a_second_transcript_stands_beside_the_first_and_can_be_chosen(
    page: Page, app: RunningApp
) -> None:
    (recording,) = httpx.get(f"{app.url}/studio/recordings").json()["recordings"]
    first = recording["transcript_id"]
    httpx.post(f"{app.url}/studio/runs/{recording['run']['id']}/again", json={}).raise_for_status()
    choice = page.locator(".ss-item-body .ss-select")
    expect(choice).to_be_visible(timeout=RERUN_MS)
    expect(choice.locator("option")).to_have_count(2)
    expect(choice.locator("option").first).to_have_text(
        re.compile("Whisper base"), timeout=RERUN_MS
    )
    assert choice.input_value() != first

    choice.select_option(first)

    expect(choice).to_have_value(first)
    page.reload()
    expect(page.locator(".ss-item-body .ss-select")).to_have_value(first)
