"""Other words for doubtful words, taken by a digit, a press or a tap."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import RunningApp
from tests.browser.editor_page import back_to_the_start, choose, opened_page, row, saved, stored
from tests.browser.review_workspace import BY_MODEL, MadeWorkspace, make_workspace

NUM_SENTENCES = 12
DOUBTFUL = 0  # the sentence whose word 大家 is doubtful
OFFERED = ("搭架", "<b>大伙</b>", "大加")
TOUCH_PX = 40
MARKED = """[...(CSS.highlights.get("ss-model-word") ?? [])].map((range) =>
  range.startContainer.data.slice(range.startOffset, range.endOffset))"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    folder = tmp_path_factory.mktemp("candidates") / "workspace"
    return make_workspace(folder, num_sentences=NUM_SENTENCES, offers={DOUBTFUL: ("大家", OFFERED)})


@pytest.fixture
def editor(context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace) -> Iterator[Page]:
    page = opened_page(context, reviewed, made)
    yield page
    back_to_the_start(page, reviewed, made)


def edit_doubtful(page: Page) -> None:
    """Edit the doubtful sentence; its words are selected once their times are loaded."""
    choose(page, DOUBTFUL)
    page.wait_for_function("() => CSS.highlights.has('ss-doubtful-word')")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="可能的字词")).to_be_visible()


def middle_of(of: Locator, word: str) -> list[float]:
    middle: list[float] = of.locator(".ss-text").evaluate(
        """(node, word) => {
          const range = document.createRange();
          const at = node.textContent.indexOf(word);
          range.setStart(node.firstChild, at);
          range.setEnd(node.firstChild, at + word.length);
          const { x, y, width, height } = range.getBoundingClientRect();
          return [x + width / 2, y + height / 2];
        }""",
        word,
    )
    return middle


def times_of(app: RunningApp, made: MadeWorkspace, index: int) -> list[list[object]]:
    row_id = stored(app, made)["utterances"][index]["id"]
    path = f"{app.url}/studio/transcripts/{made.transcript_id}/tokens?ids={row_id}"
    return [token[:2] for token in httpx.get(path).json()["tokens"][row_id]]


def test_a_digit_takes_an_offered_word_as_one_edit_that_keeps_the_times(editor, reviewed, made):
    before = stored(reviewed, made)["utterances"][DOUBTFUL]["text"]
    times = times_of(reviewed, made, DOUBTFUL)
    edit_doubtful(editor)

    editor.keyboard.press("1")
    saved(editor)

    expect(editor.locator(".ss-typing")).to_have_count(0)
    now = stored(reviewed, made)["utterances"][DOUBTFUL]
    assert now["text"] == before.replace("大家", OFFERED[0])
    assert now["status"] == "corrected"
    assert times_of(reviewed, made, DOUBTFUL) == times
    editor.keyboard.press("Control+z")
    saved(editor)
    assert stored(reviewed, made)["utterances"][DOUBTFUL]["text"] == before


def test_zero_or_typing_goes_on_to_normal_editing(editor, reviewed, made):
    before = stored(reviewed, made)["utterances"][DOUBTFUL]["text"]
    edit_doubtful(editor)
    editor.keyboard.press("0")
    expect(editor.get_by_role("list", name="可能的字词")).to_have_count(0)
    editor.keyboard.press("2")
    editor.keyboard.press("Enter")
    saved(editor)
    assert stored(reviewed, made)["utterances"][DOUBTFUL]["text"] == before.replace("大家", "2")


def test_offered_words_are_shown_as_text_alone(editor):
    edit_doubtful(editor)
    chips = editor.locator(".ss-word-offer button span")
    expect(chips).to_have_text([*OFFERED, "自行输入"])
    expect(editor.locator(".ss-word-offer b")).to_have_count(0)
    described = editor.locator(".ss-typing").get_attribute("aria-describedby")
    assert editor.locator(".ss-word-offer").get_attribute("id") == described


def test_a_double_click_on_any_word_offers_what_sounds_like_it(editor, reviewed, made):
    before = stored(reviewed, made)["utterances"][1]["text"]
    editor.mouse.dblclick(*middle_of(row(editor, 1), "项目"))
    first = editor.locator(".ss-word-offer button").first
    expect(first).to_be_visible()
    word = first.locator("span").inner_text()

    first.click()
    saved(editor)

    now = stored(reviewed, made)["utterances"][1]["text"]
    assert now != before
    assert word in now


def test_chips_are_large_enough_for_fingers(browser: Browser, reviewed, made):
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = opened_page(context, reviewed, made)
    edit_doubtful(page)
    for chip in page.locator(".ss-word-offer button").all():
        size = chip.bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= TOUCH_PX
    page.locator(".ss-word-offer button").first.tap()
    saved(page)
    assert OFFERED[0] in stored(reviewed, made)["utterances"][DOUBTFUL]["text"]
    back_to_the_start(page, reviewed, made)
    context.close()


def test_a_word_that_a_language_model_chose_is_marked_until_its_sentence_is_verified(editor):
    editor.wait_for_function(f"() => String({MARKED}) === '家'")
    words = row(editor, BY_MODEL).locator(".ss-text")

    editor.mouse.move(*middle_of(row(editor, BY_MODEL), "家"))
    expect(words).to_have_attribute("title", "“家”由语言模型选定；不用语言模型时识别为“加”")
    editor.mouse.move(*middle_of(row(editor, BY_MODEL), "项目"))
    expect(words).not_to_have_attribute("title", re.compile("."))

    choose(editor, BY_MODEL)
    editor.keyboard.press("v")
    editor.wait_for_function("() => !CSS.highlights.has('ss-model-word')")
