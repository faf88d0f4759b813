"""What an annotator has to say of a sentence: flags, and the comments that go with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import RunningApp
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

FIELD = ".ss-comment .ss-input"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    return make_workspace(tmp_path_factory.mktemp("flags") / "workspace", num_sentences=20)


@pytest.fixture
def editor(context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace) -> Iterator[Page]:
    page = opened_page(context, reviewed, made)
    yield page
    back_to_the_start(page, reviewed, made)


def flag_of(app: RunningApp, made: MadeWorkspace, index: int) -> tuple[bool, str]:
    utterance: dict[str, Any] = stored(app, made)["utterances"][index]
    return utterance["is_flagged"], utterance["comment"]


def flag(app: RunningApp, made: MadeWorkspace, *, index: int, comment: str) -> None:
    utterance = stored(app, made)["utterances"][index]
    send_edit(app, made, kind="flag", utterance_ids=[utterance["id"]], comment=comment)


def test_a_comment_is_kept_with_enter_and_the_keys_go_on_at_the_row(editor, reviewed, made):
    choose(editor, 2)
    editor.keyboard.press("f")
    editor.keyboard.type("名字要问")

    editor.keyboard.press("Enter")
    editor.keyboard.press("v")

    saved(editor)
    assert flag_of(reviewed, made, 2) == (True, "名字要问")
    assert stored(reviewed, made)["utterances"][2]["status"] == "verified"


def test_a_flag_is_opened_with_its_comment_and_escape_leaves_it(editor, reviewed, made):
    flag(reviewed, made, index=3, comment="听不清")
    expect(row(editor, 3).locator(".ss-flagged")).to_have_attribute("title", "已标记: 听不清")
    choose(editor, 3)
    editor.keyboard.press("f")
    expect(editor.locator(FIELD)).to_have_value("听不清")
    editor.locator(FIELD).fill("不要了")

    editor.keyboard.press("Escape")

    expect(editor.locator(FIELD)).to_have_count(0)
    expect(editor.locator(".ss-rows")).to_be_focused()
    assert flag_of(reviewed, made, 3) == (True, "听不清")


def test_enter_while_an_input_method_composes_does_not_end_the_comment(editor):
    choose(editor, 1)
    editor.keyboard.press("f")

    editor.locator(FIELD).evaluate(
        """(field) => {
          for (const key of ["Enter", "Escape"]) {
            const composing = { key, isComposing: true, bubbles: true };
            field.dispatchEvent(new KeyboardEvent("keydown", composing));
          }
        }"""
    )

    expect(editor.locator(FIELD)).to_be_focused()


def test_a_comment_is_kept_by_whoever_clicks_elsewhere(editor, reviewed, made):
    choose(editor, 4)
    editor.keyboard.press("f")
    editor.keyboard.type("再听一遍")

    choose(editor, 6)

    expect(row(editor, 4).locator(".ss-flagged")).to_have_count(1)
    saved(editor)
    assert flag_of(reviewed, made, 4) == (True, "再听一遍")


def test_a_row_whose_field_was_only_opened_is_not_flagged(editor, reviewed, made):
    choose(editor, 4)
    editor.keyboard.press("f")

    choose(editor, 6)

    expect(editor.locator(FIELD)).to_have_count(0)
    assert flag_of(reviewed, made, 4) == (False, "")


def test_a_comment_being_typed_when_the_page_is_loaded_again_is_not_lost(editor, reviewed, made):
    choose(editor, 5)
    editor.keyboard.press("f")
    editor.keyboard.type("写到一半")

    editor.reload()

    expect(row(editor, 5).locator(".ss-flagged")).to_have_attribute("title", "已标记: 写到一半")
    saved(editor)
    assert flag_of(reviewed, made, 5) == (True, "写到一半")


def test_a_comment_written_while_the_server_is_away_arrives_when_it_is_back(
    editor, context, reviewed, made
):
    context.route("**/studio/transcripts/**", lambda route: route.abort())
    choose(editor, 7)
    editor.keyboard.press("f")
    editor.keyboard.type("断网时写的")
    editor.keyboard.press("Enter")
    expect(editor.locator(".ss-saved")).to_contain_text("1 处待同步")

    context.unroute("**/studio/transcripts/**")

    saved(editor)
    assert flag_of(reviewed, made, 7) == (True, "断网时写的")


def test_flags_are_taken_off_a_selection_by_key(editor, reviewed, made):
    flag(reviewed, made, index=8, comment="一")
    flag(reviewed, made, index=9, comment="二")
    expect(row(editor, 9).locator(".ss-flagged")).to_have_count(1)
    choose(editor, 8)
    editor.keyboard.press("Shift+ArrowDown")

    editor.keyboard.press("Shift+F")

    expect(editor.locator(".ss-flagged")).to_have_count(0)
    saved(editor)
    assert [flag_of(reviewed, made, i) for i in (8, 9)] == [(False, ""), (False, "")]


def test_a_flag_is_taken_off_where_its_comment_is_read(editor, reviewed, made):
    flag(reviewed, made, index=10, comment="好了")
    expect(row(editor, 10).locator(".ss-flagged")).to_have_count(1)
    choose(editor, 10)
    editor.keyboard.press("f")

    editor.get_by_role("button", name="取消标记").click()

    expect(editor.locator(".ss-flagged")).to_have_count(0)
    saved(editor)
    assert flag_of(reviewed, made, 10) == (False, "")
