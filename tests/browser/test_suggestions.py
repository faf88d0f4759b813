"""Suggestions after a correction: taken whole, row by row, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.editor_page import (
    back_to_the_start,
    choose,
    opened_page,
    saved,
    send_edit,
    stored,
)
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp

NUM_SENTENCES = 30  # of three voices in turn
OTHERS = list(range(5, NUM_SENTENCES, 3))  # of the third voice, besides its first sentence


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    folder = tmp_path_factory.mktemp("suggestions") / "workspace"
    return make_workspace(folder, num_sentences=NUM_SENTENCES)


@pytest.fixture
def editor(context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace) -> Iterator[Page]:
    """The editor of a transcript in which the third voice is taken for the second."""
    _, second, third = stored(reviewed, made)["speakers"]
    send_edit(
        reviewed,
        made,
        kind="merge_speakers",
        speaker_ids=[third["id"]],
        into_speaker_id=second["id"],
    )
    page = opened_page(context, reviewed, made)
    yield page
    back_to_the_start(page, reviewed, made)


def add_speaker(page: Page) -> None:
    """Give the first sentence of the third voice to a new speaker."""
    choose(page, 2)
    page.keyboard.press("0")
    expect(page.locator(".ss-suggestions")).to_contain_text(f"还有 {len(OTHERS)} 句很可能也是")


def said_by_the_last_speaker(reviewed: RunningApp, made: MadeWorkspace) -> list[int]:
    view = stored(reviewed, made)
    last = view["speakers"][-1]["id"]
    return [i for i, each in enumerate(view["utterances"]) if each["speaker_id"] == last]


def test_all_similar_sentences_are_taken_by_one_key_and_one_edit(editor, reviewed, made):
    add_speaker(editor)
    assert said_by_the_last_speaker(reviewed, made) == [2]

    editor.keyboard.press("y")
    saved(editor)

    assert said_by_the_last_speaker(reviewed, made) == [2, *OTHERS]
    expect(editor.locator(".ss-suggestions")).to_be_empty()
    editor.keyboard.press("Control+z")
    saved(editor)
    assert said_by_the_last_speaker(reviewed, made) == [2]


def test_viewed_sentences_are_accepted_and_declined_one_by_one(editor, reviewed, made):
    add_speaker(editor)

    editor.locator("[data-control=view-suggestions]").click()
    rows = editor.locator(".ss-row")
    expect(rows).to_have_count(len(OTHERS))
    expect(editor.locator(".ss-row.ss-current")).to_have_attribute("aria-rowindex", "1")
    shown = _numbers(editor)
    assert sorted(shown) == OTHERS
    editor.keyboard.press("y")
    saved(editor)
    expect(rows).to_have_count(len(OTHERS) - 1)
    editor.locator(".ss-current [data-act=drop_proposed]").click()
    expect(rows).to_have_count(len(OTHERS) - 2)
    editor.keyboard.press("Escape")

    expect(editor.locator(".ss-rows")).to_have_attribute("aria-rowcount", str(NUM_SENTENCES))
    expect(editor.locator(".ss-suggestions")).to_contain_text(f"还有 {len(OTHERS) - 2} 句")
    assert said_by_the_last_speaker(reviewed, made) == sorted([2, shown[0]])
    editor.locator("[data-control=take-suggestions]").click()
    saved(editor)
    assert shown[1] not in said_by_the_last_speaker(reviewed, made)


def test_a_dismissed_suggestion_changes_nothing_and_does_not_stay(editor, reviewed, made):
    add_speaker(editor)

    editor.locator(".ss-suggestions").get_by_role("button", name="忽略").click()

    expect(editor.locator(".ss-suggestions")).to_be_empty()
    editor.keyboard.press("y")
    assert said_by_the_last_speaker(reviewed, made) == [2]


def test_the_next_edit_takes_the_suggestion_away(editor):
    add_speaker(editor)

    choose(editor, 0)
    editor.keyboard.press("v")
    saved(editor)

    expect(editor.locator(".ss-suggestions")).to_be_empty()


def _numbers(page: Page) -> list[int]:
    """Return the numbers of the shown sentences, in the order of the list."""
    texts = page.locator(".ss-row .ss-text").all_inner_texts()
    return [int(each[1 : each.index("句")]) for each in texts]


def test_a_corrected_word_is_offered_where_it_is_wrong_too_and_gets_into_the_glossary(
    editor, reviewed, made
):
    before = stored(reviewed, made)["utterances"]
    choose(editor, 1)
    editor.keyboard.press("Enter")
    editor.keyboard.press("Control+a")
    editor.keyboard.insert_text(before[1]["text"].replace("项目", "课题"))
    editor.keyboard.press("Tab")
    editor.keyboard.press("Escape")
    bar = editor.locator(".ss-suggestions")
    expect(bar).to_contain_text(f"还有 {NUM_SENTENCES - 1} 句也有“项目”，改为“课题”？")

    editor.locator("[data-control=view-suggestions]").click()
    expect(editor.locator(".ss-current .ss-proposed")).to_contain_text("讨论课题进展")
    editor.locator(".ss-current [data-act=drop_proposed]").click()
    with editor.expect_response("**/studio/glossary"):
        editor.locator("[data-control=take-suggestions]").click()
    saved(editor)

    texts = [each["text"] for each in stored(reviewed, made)["utterances"]]
    assert ["项目" in each for each in texts] == [True, *[False] * (NUM_SENTENCES - 1)]
    (word,) = httpx.get(f"{reviewed.url}/studio/glossary").json()["words"]
    assert (word["word"], word["heard_as"]) == ("课题", "项目")
    editor.goto(f"{reviewed.url}/#words")
    words = editor.get_by_role("region", name="词汇")
    listed = words.get_by_role("list", name="词汇表")
    expect(listed.locator(".ss-word")).to_contain_text("课题")
    expect(listed.locator(".ss-word")).to_contain_text(f"改过 {NUM_SENTENCES - 1} 句")
    editor.get_by_role("button", name="从词汇表删除“课题”").click()
    expect(listed).to_contain_text("还没有词")
    expect(words.get_by_role("list", name="从修改中学到的词")).to_contain_text("目前没有建议")
