"""The correction of a wrong word in the other recordings of the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import RunningApp
from tests.browser.editor_page import choose, opened_page, row, saved, send_edit
from tests.browser.review_workspace import MadeWorkspace, add_talk, make_workspace

NUM_SENTENCES = 3
WRONG, RIGHT = "项目", "工程"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    folder = tmp_path_factory.mktemp("elsewhere") / "workspace"
    return make_workspace(folder, num_sentences=NUM_SENTENCES)


@pytest.fixture(scope="module")
def other(made: MadeWorkspace) -> MadeWorkspace:
    return add_talk(made.folder, "bb", num_sentences=NUM_SENTENCES)


@pytest.fixture
def editor(
    context: BrowserContext, other: MadeWorkspace, reviewed: RunningApp, made: MadeWorkspace
) -> Iterator[Page]:
    return opened_page(context, reviewed, made)


def view_of(app: RunningApp, talk: MadeWorkspace) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{app.url}/studio/transcripts/{talk.transcript_id}").json()
    return found


def test_a_corrected_word_is_changed_in_another_recording_by_one_edit(
    editor, reviewed, made, other
):
    before = [each["text"] for each in view_of(reviewed, other)["utterances"]]
    choose(editor, 1)
    editor.keyboard.press("Enter")
    text = row(editor, 1).locator(".ss-typing").input_value()
    row(editor, 1).locator(".ss-typing").fill(text.replace(WRONG, RIGHT))
    editor.keyboard.press("Tab")
    editor.keyboard.press("Escape")
    saved(editor)

    editor.get_by_role("button", name="也在其他录音里找").click()
    dialog = editor.get_by_role("dialog", name="其他录音里的")
    expect(dialog.locator("li")).to_have_count(NUM_SENTENCES)
    dialog.get_by_role("button", name=f"改这份录音的 {NUM_SENTENCES} 句").click()
    expect(dialog.get_by_role("status")).to_contain_text(f"已改 {NUM_SENTENCES} 句")

    now = [each["text"] for each in view_of(reviewed, other)["utterances"]]
    assert now == [each.replace(WRONG, RIGHT) for each in before]
    send_edit(reviewed, other, kind="undo")
    assert [each["text"] for each in view_of(reviewed, other)["utterances"]] == before
