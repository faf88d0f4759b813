"""Two people change the same sentence: both versions are shown, and one of them is chosen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.editor_page import (
    back_to_the_start,
    choose,
    opened_page,
    row,
    saved,
    send_edit,
    stored,
)
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp

THEIRS, MINE = "别人的文字。", "我的文字。"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    return make_workspace(tmp_path_factory.mktemp("conflicts") / "workspace", num_sentences=20)


@pytest.fixture(scope="module")
def app(made: MadeWorkspace) -> Iterator[RunningApp]:
    running = RunningApp(made.folder, "--no-demo", "--offline")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def editor(browser: Browser, app: RunningApp, made: MadeWorkspace) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    yield opened_page(context, app, made)
    context.close()
    back_to_the_start(app, made)


def type_in(page: Page, index: int, text: str) -> None:
    choose(page, index)
    page.keyboard.press("Enter")
    page.locator(".ss-typing").fill(text)


def correct_elsewhere(app: RunningApp, made: MadeWorkspace, index: int) -> None:
    utterance_id = stored(app, made)["utterances"][index]["id"]
    send_edit(app, made, kind="correct_text", utterance_id=utterance_id, text=THEIRS)


def hold_back_changes(page: Page) -> None:
    page.route("**/changes/*", lambda route: route.abort())


def in_conflict(page: Page, app: RunningApp, made: MadeWorkspace, index: int) -> None:
    hold_back_changes(page)
    type_in(page, index, MINE)
    correct_elsewhere(app, made, index)
    page.keyboard.press("Tab")
    expect(page.locator("[data-whose=theirs]")).to_contain_text(THEIRS)
    expect(page.locator("[data-whose=mine]")).to_contain_text(MINE)
    page.unroute("**/changes/*")


def test_theirs_is_kept(editor, app, made):
    in_conflict(editor, app, made, 3)

    editor.get_by_role("button", name="保留别人的").click()

    expect(editor.locator(".ss-conflict")).to_have_count(0)
    expect(row(editor, 3)).to_contain_text(THEIRS)
    assert stored(app, made)["utterances"][3]["text"] == THEIRS


def test_mine_is_put_over_theirs_as_an_edit_that_can_be_undone(editor, app, made):
    in_conflict(editor, app, made, 4)

    editor.get_by_role("button", name="用我的").click()
    expect(row(editor, 4)).to_contain_text(MINE)
    saved(editor)
    assert stored(app, made)["utterances"][4]["text"] == MINE

    editor.keyboard.press("Control+z")
    expect(row(editor, 4)).to_contain_text(THEIRS)


def test_words_that_arrive_while_one_types_are_not_overwritten_unseen(editor, app, made):
    type_in(editor, 5, MINE)
    correct_elsewhere(app, made, 5)
    correct_elsewhere(app, made, 6)
    expect(row(editor, 6)).to_contain_text(THEIRS, timeout=15_000)
    editor.keyboard.press("Tab")

    expect(editor.locator("[data-whose=theirs]")).to_contain_text(THEIRS)
    assert stored(app, made)["utterances"][5]["text"] == THEIRS
    editor.get_by_role("button", name="用我的").click()
    saved(editor)
    assert stored(app, made)["utterances"][5]["text"] == MINE


def test_a_speaker_conflict_shows_both_speakers(editor, app, made):
    hold_back_changes(editor)
    view = stored(app, made)
    row_id = view["utterances"][6]["id"]
    _, second, third = (each["id"] for each in view["speakers"])
    send_edit(app, made, kind="assign_speaker", utterance_ids=[row_id], speaker_id=third)
    choose(editor, 6)
    editor.keyboard.press("2")

    expect(editor.locator("[data-whose=theirs]")).to_contain_text("说话人 3")
    expect(editor.locator("[data-whose=mine]")).to_contain_text("说话人 2")
    editor.unroute("**/changes/*")
    editor.get_by_role("button", name="用我的").click()
    saved(editor)
    assert stored(app, made)["utterances"][6]["speaker_id"] == second


def test_a_sentence_that_is_gone_leaves_only_what_was_typed(editor, app, made):
    hold_back_changes(editor)
    type_in(editor, 7, MINE)
    utterance_id = stored(app, made)["utterances"][7]["id"]
    send_edit(app, made, kind="delete_utterances", utterance_ids=[utterance_id])
    editor.keyboard.press("Tab")

    expect(editor.get_by_role("button", name="用我的")).to_have_count(0)
    expect(editor.locator("[role=alert]", has_text=MINE).first).to_be_visible()
