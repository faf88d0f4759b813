"""Two people change the same sentence: both versions are shown, and one of them is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.editor_page import (
    back_to_the_start,
    choose,
    opened_page,
    row,
    saved,
    send_edit,
    stored,
    type_in,
)
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp

THEIRS, MINE = "别人的文字。", "我的文字。"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    return make_workspace(tmp_path_factory.mktemp("conflicts") / "workspace", num_sentences=20)


@pytest.fixture
def editor(context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace) -> Iterator[Page]:
    page = opened_page(context, reviewed, made)
    yield page
    back_to_the_start(page, reviewed, made)


def correct_elsewhere(
    reviewed: RunningApp, made: MadeWorkspace, index: int, text: str = THEIRS
) -> None:
    utterance_id = stored(reviewed, made)["utterances"][index]["id"]
    send_edit(reviewed, made, kind="correct_text", utterance_id=utterance_id, text=text)


def hold_back_changes(page: Page) -> None:
    page.route("**/changes/*", lambda route: route.abort())


def hold(page: Page, pattern: str) -> Callable[[], None]:
    """Keep requests unanswered; return the function that lets them and later ones through."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    def release() -> None:
        for route in held:
            route.continue_()
        page.unroute(pattern)

    page.route(pattern, keep)
    return release


def in_conflict(page: Page, reviewed: RunningApp, made: MadeWorkspace, index: int) -> None:
    add_conflict(page, reviewed, made, index)
    expect(page.locator("[data-whose=theirs]")).to_contain_text(THEIRS)
    expect(page.locator("[data-whose=mine]")).to_contain_text(MINE)


def add_conflict(page: Page, reviewed: RunningApp, made: MadeWorkspace, index: int) -> None:
    number = page.locator(".ss-conflict").count()
    hold_back_changes(page)
    type_in(page, index, MINE)
    correct_elsewhere(reviewed, made, index)
    page.keyboard.press("Tab")
    expect(page.locator(".ss-conflict")).to_have_count(number + 1)
    page.unroute("**/changes/*")


def test_theirs_is_kept(editor, reviewed, made):
    in_conflict(editor, reviewed, made, 3)

    editor.get_by_role("button", name="保留对方版本").click()

    expect(editor.locator(".ss-conflict")).to_have_count(0)
    expect(row(editor, 3)).to_contain_text(THEIRS)
    assert stored(reviewed, made)["utterances"][3]["text"] == THEIRS


def test_mine_is_put_over_theirs_as_an_edit_that_can_be_undone(editor, reviewed, made):
    in_conflict(editor, reviewed, made, 4)

    editor.get_by_role("button", name="采用我的版本").click()
    expect(row(editor, 4)).to_contain_text(MINE)
    saved(editor)
    assert stored(reviewed, made)["utterances"][4]["text"] == MINE

    editor.keyboard.press("Control+z")
    expect(row(editor, 4)).to_contain_text(THEIRS)


def test_a_choice_counts_as_not_saved_until_the_server_has_it(editor, reviewed, made):
    in_conflict(editor, reviewed, made, 7)
    release = hold(editor, "**/changes/*")

    editor.get_by_role("button", name="采用我的版本").click()
    expect(editor.locator(".ss-saved")).to_have_attribute("data-state", "saving")
    release()
    saved(editor)

    assert stored(reviewed, made)["utterances"][7]["text"] == MINE


def test_a_choice_made_while_other_edits_wait_is_not_refused_again(editor, reviewed, made):
    in_conflict(editor, reviewed, made, 3)
    release = hold(editor, "**/edits")
    choose(editor, 4)
    editor.keyboard.press("3")
    expect(editor.locator(".ss-saved")).to_have_attribute("data-state", "saving")

    editor.get_by_role("button", name="采用我的版本").click()
    release()
    saved(editor)

    expect(editor.locator(".ss-conflict")).to_have_count(0)
    assert stored(reviewed, made)["utterances"][3]["text"] == MINE


def test_words_that_arrive_while_one_types_are_not_overwritten_unseen(editor, reviewed, made):
    type_in(editor, 5, MINE)
    correct_elsewhere(reviewed, made, 5)
    correct_elsewhere(reviewed, made, 6)
    expect(row(editor, 6)).to_contain_text(THEIRS, timeout=15_000)
    editor.keyboard.press("Tab")

    expect(editor.locator("[data-whose=theirs]")).to_contain_text(THEIRS)
    assert stored(reviewed, made)["utterances"][5]["text"] == THEIRS
    editor.get_by_role("button", name="采用我的版本").click()
    saved(editor)
    assert stored(reviewed, made)["utterances"][5]["text"] == MINE


def test_a_speaker_conflict_shows_both_speakers(editor, reviewed, made):
    hold_back_changes(editor)
    view = stored(reviewed, made)
    row_id = view["utterances"][6]["id"]
    _, second, third = (each["id"] for each in view["speakers"])
    send_edit(reviewed, made, kind="assign_speaker", utterance_ids=[row_id], speaker_id=third)
    choose(editor, 6)
    editor.keyboard.press("2")

    expect(editor.locator("[data-whose=theirs]")).to_contain_text("说话人 3")
    expect(editor.locator("[data-whose=mine]")).to_contain_text("说话人 2")
    editor.unroute("**/changes/*")
    editor.get_by_role("button", name="采用我的版本").click()
    saved(editor)
    assert stored(reviewed, made)["utterances"][6]["speaker_id"] == second


def test_what_is_shown_as_theirs_follows_what_they_go_on_to_change(editor, reviewed, made):
    in_conflict(editor, reviewed, made, 8)
    third = stored(reviewed, made)["speakers"][2]["id"]
    row_id = stored(reviewed, made)["utterances"][8]["id"]

    correct_elsewhere(reviewed, made, 8, "别人又改了一次。")
    send_edit(reviewed, made, kind="assign_speaker", utterance_ids=[row_id], speaker_id=third)

    theirs, mine = (editor.locator(f"[data-whose={whose}]") for whose in ("theirs", "mine"))
    expect(theirs).to_contain_text("别人又改了一次。", timeout=15_000)
    expect(theirs).to_contain_text("说话人 3")
    expect(mine).to_contain_text(MINE)
    expect(mine).to_contain_text("说话人 3")  # mine is of the words alone
    editor.get_by_role("button", name="采用我的版本").click()
    saved(editor)
    now = stored(reviewed, made)["utterances"][8]
    assert (now["text"], now["speaker_id"]) == (MINE, third)


def test_a_conflict_is_over_when_others_have_come_to_the_same(editor, reviewed, made):
    in_conflict(editor, reviewed, made, 9)

    correct_elsewhere(reviewed, made, 9, MINE)

    expect(editor.locator(".ss-conflict")).to_have_count(0, timeout=15_000)


def test_conflicts_are_decided_one_after_the_other_and_leave_room_for_the_rows(
    editor, reviewed, made
):
    for index in (10, 11, 12):
        add_conflict(editor, reviewed, made, index)
    box = editor.locator(".ss-conflict:visible")
    expect(box).to_have_count(1)
    expect(box).to_contain_text("还有 2 处")
    height = (editor.locator(".ss-rows").bounding_box() or {})["height"]
    assert height > 250

    editor.locator("button:visible", has_text="采用我的版本").click()
    expect(box).to_contain_text("还有 1 处")
    editor.locator("button:visible", has_text="保留对方版本").click()
    expect(box).not_to_contain_text("还有")
    editor.locator("button:visible", has_text="采用我的版本").click()

    expect(editor.locator(".ss-conflict")).to_have_count(0)
    saved(editor)
    texts = [each["text"] for each in stored(reviewed, made)["utterances"][10:13]]
    assert texts == [MINE, THEIRS, MINE]


def test_a_conflict_that_nobody_has_decided_is_there_again_after_a_reload(editor, reviewed, made):
    in_conflict(editor, reviewed, made, 13)

    editor.reload()

    expect(editor.locator("[data-whose=theirs]")).to_contain_text(THEIRS)
    expect(editor.locator("[data-whose=mine]")).to_contain_text(MINE)
    editor.get_by_role("button", name="采用我的版本").click()
    saved(editor)
    assert stored(reviewed, made)["utterances"][13]["text"] == MINE
    editor.reload()
    expect(row(editor, 13)).to_contain_text(MINE)
    expect(editor.locator(".ss-conflict")).to_have_count(0)


def test_words_that_are_refused_stay_until_their_author_has_no_more_use_for_them(editor, made):
    long = "长" * 10_001
    type_in(editor, 14, long)
    editor.keyboard.press("Tab")
    words = editor.locator(".ss-unstored-item")
    expect(words).to_contain_text("10001")
    expect(words.locator(".ss-lost")).to_have_text(long)
    assert (editor.locator(".ss-rows").bounding_box() or {})["height"] > 250

    editor.keyboard.press("Escape")
    editor.keyboard.press("ArrowDown")
    editor.reload()

    expect(words.locator(".ss-lost")).to_have_text(long)
    editor.get_by_role("button", name="丢弃").click()
    expect(words).to_have_count(0)
    editor.reload()
    expect(row(editor, 14)).to_be_visible()
    expect(words).to_have_count(0)


def test_a_sentence_that_is_gone_leaves_only_what_was_typed(editor, reviewed, made):
    hold_back_changes(editor)
    type_in(editor, 7, MINE)
    utterance_id = stored(reviewed, made)["utterances"][7]["id"]
    send_edit(reviewed, made, kind="delete_utterances", utterance_ids=[utterance_id])
    editor.keyboard.press("Tab")

    expect(editor.get_by_role("button", name="采用我的版本")).to_have_count(0)
    expect(editor.locator("[role=alert]", has_text=MINE).first).to_be_visible()
