"""A voice that is remembered in one recording, found in another, and forgotten again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.editor_page import opened_page, saved, send_edit, stored
from tests.browser.review_workspace import MadeWorkspace, add_talk
from tests.browser.running_app import RunningApp

NUM_SENTENCES = 18  # of three voices in turn, two seconds each


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> list[MadeWorkspace]:
    folder = tmp_path_factory.mktemp("voices") / "workspace"
    return [add_talk(folder, name, num_sentences=NUM_SENTENCES) for name in ("aa", "bb")]


@pytest.fixture(scope="module")
def app(talks: list[MadeWorkspace]) -> Iterator[RunningApp]:
    running = RunningApp(talks[0].folder, "--no-demo", "--offline")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def wide(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1600, "height": 900})
    yield context
    context.close()


def test_a_remembered_voice_is_offered_in_another_recording(
    wide: BrowserContext, app: RunningApp, talks: list[MadeWorkspace]
) -> None:
    first, second = talks
    view = stored(app, first)
    speaker = view["speakers"][0]["id"]
    own = [each["id"] for each in view["utterances"] if each["speaker_id"] == speaker]
    send_edit(app, first, kind="rename_speaker", speaker_id=speaker, name="王经理")
    send_edit(app, first, kind="verify", utterance_ids=own)

    with wide.expect_event("response", lambda answer: answer.url.endswith("/known-voices")):
        page = opened_page(wide, app, first)
    _open_menu(page, "王经理")
    page.get_by_role("menuitem", name="记住这个声音").click()
    expect(page.locator(".ss-editor .ss-notice")).to_contain_text("已记住王经理的声音")
    _open_menu(page, "说话人 2")
    expect(page.get_by_role("menuitem", name="记住这个声音")).to_have_count(0)
    page.close()

    page = opened_page(wide, app, second)
    expect(page.locator(".ss-like")).to_contain_text("像是 王经理（")
    page.locator(".ss-like").get_by_role("button", name="采用").click()
    saved(page)
    assert stored(app, second)["speakers"][0]["name"] == "王经理"
    expect(page.locator(".ss-like")).to_have_count(0)

    page.goto(f"{app.url}/#voices")
    page.get_by_role("button", name="王经理的全部发言").click()
    said = page.get_by_role("dialog", name="王经理的全部发言")
    expect(said.locator("[data-control=sentence]")).to_have_count(2 * len(own))
    said.get_by_role("region", name="aa").locator("[data-control=sentence]").nth(1).click()
    expect(page.locator(f".ss-row.ss-current[data-id='{own[1]}']")).to_be_visible()

    page.goto(f"{app.url}/#voices")
    page.get_by_role("button", name="删除“王经理”的声音").click()
    page.locator("dialog").get_by_role("button", name="删除", exact=True).click()
    expect(page.locator(".ss-known-person")).to_have_count(0)
    page.close()


def _open_menu(page: Page, name: str) -> None:
    person = page.locator(".ss-person", has_text=name)
    person.hover()
    person.locator("[data-part=more]").click()


def test_a_person_found_by_name_is_opened_at_the_first_sentence(
    wide: BrowserContext, app: RunningApp, talks: list[MadeWorkspace]
) -> None:
    talk = talks[1]
    view = stored(app, talk)
    speaker = view["speakers"][2]["id"]
    said = [each["id"] for each in view["utterances"] if each["speaker_id"] == speaker]
    send_edit(app, talk, kind="rename_speaker", speaker_id=speaker, name="陈晓")
    page = opened_page(wide, app, talks[0])

    page.locator(".ss-search").fill("陈晓")
    expect(page.locator(".ss-hit mark")).to_have_text("陈晓")
    page.locator(".ss-hit").click()

    expect(page.locator(f".ss-row[aria-selected=true][data-id='{said[0]}']")).to_be_visible()
