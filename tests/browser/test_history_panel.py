"""What the history panel tells: one sentence's life, the machine's errors, people's pace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.editor_page import (
    back_to_the_start,
    choose,
    open_panel,
    opened_page,
    row,
    saved,
    send_edit,
    stored,
)
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    return make_workspace(tmp_path_factory.mktemp("history") / "workspace", num_sentences=20)


@pytest.fixture
def editor(context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace) -> Iterator[Page]:
    page = opened_page(context, reviewed, made)
    yield page
    back_to_the_start(page, reviewed, made)


def num_edits(reviewed: RunningApp, made: MadeWorkspace) -> int:
    answer = httpx.get(f"{reviewed.url}/studio/transcripts/{made.transcript_id}/history")
    return len(answer.json()["edits"])


def test_the_current_sentence_tells_its_life_and_another_one_its_own(editor, reviewed, made):
    utterance = stored(reviewed, made)["utterances"][2]
    send_edit(reviewed, made, kind="correct_text", utterance_id=utterance["id"], text="先改一次。")
    send_edit(reviewed, made, kind="verify", utterance_ids=[utterance["id"]])
    open_panel(editor, "history")
    choose(editor, 2)
    life = editor.get_by_role("region", name="本句修改记录")

    expect(life.locator("li")).to_have_count(3)
    expect(life.locator("li").nth(0)).to_contain_text(utterance["text"])
    expect(life.locator("li").nth(1)).to_contain_text("先改一次。")
    expect(life.locator("li").nth(2)).to_contain_text("核对")

    choose(editor, 3)
    expect(life.locator("li")).to_have_count(1)


def test_the_history_shows_what_an_edit_changed_and_goes_back_to_it(editor, reviewed, made):
    num_before = num_edits(reviewed, made)  # undone edits of other tests are listed too
    view = stored(reviewed, made)
    first, second = view["utterances"][:2]
    text = f"改{first['text'][1:]}"
    send_edit(reviewed, made, kind="correct_text", utterance_id=first["id"], text=text)
    send_edit(
        reviewed,
        made,
        kind="assign_speaker",
        utterance_ids=[second["id"]],
        speaker_id=view["speakers"][0]["id"],
    )
    expect(row(editor, 0)).to_contain_text(text)
    open_panel(editor, "history")
    lines = editor.locator(".ss-history-all .ss-edit")
    expect(lines).to_have_count(num_before + 2)
    speaker, corrected, machine = lines.nth(0), lines.nth(1), lines.last

    expect(corrected.locator("del")).to_have_text(first["text"][0])
    expect(corrected.locator("ins")).to_have_text("改")
    expect(speaker).to_contain_text("说话人 2 → 说话人 1")
    expect(speaker).to_contain_text("当前")
    machine.hover()
    machine.get_by_role("button", name="恢复到此").click()
    expect(row(editor, 0)).to_contain_text(first["text"])
    saved(editor)
    assert stored(reviewed, made)["utterances"][0]["text"] == first["text"]


def test_older_changes_are_shown_on_request_and_stay(editor, reviewed, made):
    utterance = stored(reviewed, made)["utterances"][2]
    for text in ("先改一次。", "再改一次。"):
        send_edit(reviewed, made, kind="correct_text", utterance_id=utterance["id"], text=text)

    def answer(route: Route) -> None:
        history = route.fetch().json()
        route.fulfill(json={**history, "edits": history["edits"][:1], "has_older": True})

    editor.route("**/history", answer)
    open_panel(editor, "history")
    lines = editor.locator(".ss-history-all .ss-edit")
    expect(lines).to_have_count(1)
    editor.get_by_role("button", name="更早的修改").click()

    expect(lines).to_have_count(num_edits(reviewed, made))
    expect(lines.last).to_contain_text("机器转写")
    expect(editor.get_by_role("button", name="更早的修改")).to_be_hidden()
    send_edit(reviewed, made, kind="correct_text", utterance_id=utterance["id"], text="又改一次。")
    expect(lines.first).to_contain_text("又")
    expect(lines).to_have_count(num_edits(reviewed, made))


def test_a_change_of_many_sentences_says_of_how_many(editor, reviewed, made):
    utterances = stored(reviewed, made)["utterances"]
    send_edit(reviewed, made, kind="verify", utterance_ids=[each["id"] for each in utterances[:7]])

    open_panel(editor, "history")

    expect(editor.locator(".ss-edit-head")).to_contain_text("7 句")


def test_the_machines_errors_are_told_once_something_is_verified(editor, reviewed, made):
    open_panel(editor, "quality")
    figures = editor.locator(".ss-figures")
    expect(figures).to_contain_text("核对几句后")

    utterance = stored(reviewed, made)["utterances"][0]
    send_edit(
        reviewed,
        made,
        kind="correct_text",
        utterance_id=utterance["id"],
        text=f"啊{utterance['text']}",
    )
    send_edit(reviewed, made, kind="verify", utterance_ids=[utterance["id"]])
    open_panel(editor, "people")
    open_panel(editor, "quality")

    num_characters = len(utterance["text"]) - 1  # the full stop is no character of speech
    expect(figures).to_contain_text(f"{100 / (num_characters + 1):.1f} %")
    expect(figures).to_contain_text("0.0 %")
    expect(figures).to_contain_text("1 / 20 句")
    expect(figures).to_contain_text("0:02")
    expect(figures).to_contain_text("未署名")


def test_a_file_imported_as_corrections_is_one_change_that_can_be_undone(
    editor, reviewed, made, tmp_path: Path
):
    first = stored(reviewed, made)["utterances"][0]
    file = tmp_path / "corrected.srt"
    file.write_text("1\n00:00:00,000 --> 00:00:02,000\n文件里的文字。\n", encoding="utf-8")
    editor.locator("[data-part=head-menu]").click()
    editor.get_by_role("menuitem", name="导入文件").click()
    with editor.expect_file_chooser() as chooser:
        editor.get_by_role("button", name="作为修改导入").click()
    chooser.value.set_files(file)

    expect(row(editor, 0)).to_contain_text("文件里的文字。", timeout=15_000)
    assert stored(reviewed, made)["id"] == made.transcript_id
    editor.locator(".ss-rows").focus()
    editor.keyboard.press("Control+z")
    expect(row(editor, 0)).to_contain_text(first["text"])
    saved(editor)
    assert stored(reviewed, made)["utterances"][0]["text"] == first["text"]


def test_panels_that_were_opened_offline_fill_when_the_server_is_back(editor, reviewed, made):
    editor.route("**/studio/**", lambda route: route.abort())
    open_panel(editor, "map")
    expect(editor.locator(".ss-map-note")).to_contain_text("连接已断开")
    open_panel(editor, "history")
    expect(editor.get_by_role("tabpanel", name="修改记录")).to_contain_text("连接已断开")

    editor.unroute("**/studio/**")

    panel = editor.get_by_role("tabpanel", name="修改记录")
    expect(panel).to_contain_text("机器转写", timeout=15_000)
    open_panel(editor, "map")
    editor.wait_for_selector(".ss-map-plot[data-state]", timeout=30_000)


def test_a_folded_column_leaves_the_width_to_the_workspace_and_stays_folded(editor):
    wide = editor.locator(".ss-editor").bounding_box()["width"]
    editor.locator(".ss-rows").focus()
    editor.keyboard.press("\\")
    expect(editor.locator("#library")).to_be_hidden()
    assert editor.locator(".ss-editor").bounding_box()["width"] > wide + 250

    editor.reload()
    editor.wait_for_selector(".ss-row")
    expect(editor.locator("#library")).to_be_hidden()
    editor.get_by_role("button", name="展开左栏").click()
    expect(editor.locator("#library")).to_be_visible()
