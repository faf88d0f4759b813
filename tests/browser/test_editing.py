"""Tests of the editor's menus, bars and keys: everything that can be done without knowing a key."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import RunningApp
from tests.browser.editor_page import back_to_the_start, choose, opened_page, row, saved, stored
from tests.browser.reader_profile import ReaderProfile
from tests.browser.review_workspace import MadeWorkspace, make_workspace

NUM_SENTENCES = 40
IS_CURRENT = re.compile("ss-current")
IS_VERIFIED = re.compile("ss-is-verified")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    folder = tmp_path_factory.mktemp("editing") / "workspace"
    return make_workspace(folder, num_sentences=NUM_SENTENCES)


# The player is not part of the page's tree; the test takes hold of it where it is made.
CATCH_PLAYER = """
  const Made = window.Audio;
  window.Audio = function (...given) { return (window.caughtPlayer = new Made(...given)); };
"""


@pytest.fixture(scope="module")
def reader_profile(reader_profile: ReaderProfile) -> ReaderProfile:
    reader_profile.context.add_init_script(CATCH_PLAYER)
    return reader_profile


@pytest.fixture
def editor(context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace) -> Iterator[Page]:
    page = opened_page(context, reviewed, made)
    yield page
    back_to_the_start(page, reviewed, made)


def speakers_of(app: RunningApp, made: MadeWorkspace) -> list[str]:
    view = stored(app, made)
    labels = {each["id"]: each["label"] for each in view["speakers"]}
    return [labels[each["speaker_id"]] for each in view["utterances"]]


def test_keys_work_after_load_after_a_menu_and_after_a_press_on_a_button(editor):
    editor.keyboard.press("ArrowDown")
    expect(row(editor, 0)).to_have_class(IS_CURRENT)

    row(editor, 0).locator("[data-act=menu]").click()
    editor.get_by_role("menuitem", name="从这里播放").click()
    editor.wait_for_function("() => !window.caughtPlayer.paused")
    editor.keyboard.press("Space")
    editor.wait_for_function("() => window.caughtPlayer.paused")

    editor.locator(".ss-verify").click()
    expect(row(editor, 0)).to_have_class(IS_VERIFIED)
    expect(row(editor, 1)).to_have_class(IS_CURRENT)
    editor.keyboard.press("Space")
    expect(row(editor, 1)).not_to_have_class(IS_VERIFIED)


def test_space_resumes_where_it_stopped_and_arrows_skip_two_seconds(editor):
    now = "() => window.caughtPlayer.currentTime"
    choose(editor, 3)
    editor.wait_for_function("() => window.caughtPlayer.currentTime > 7.6")
    editor.keyboard.press("Space")
    editor.wait_for_function("() => window.caughtPlayer.paused")
    stopped_s = editor.evaluate(now)
    editor.keyboard.press("Space")
    editor.wait_for_function("() => !window.caughtPlayer.paused")
    assert editor.evaluate(now) >= stopped_s - 0.001

    editor.wait_for_function("() => window.caughtPlayer.paused")
    before_s = editor.evaluate(now)
    editor.keyboard.press("ArrowRight")
    editor.wait_for_function(
        "(at) => Math.abs(window.caughtPlayer.currentTime - at) < 0.01", arg=before_s + 2
    )
    editor.keyboard.press("ArrowLeft")
    editor.wait_for_function(
        "(at) => Math.abs(window.caughtPlayer.currentTime - at) < 0.01", arg=before_s
    )


def test_a_click_on_a_word_plays_from_it(editor):
    editor.wait_for_function(
        "() => CSS.highlights.get('ss-doubtful-word')"
    )  # word times are loaded

    row(editor, 4).locator(".ss-text").click(position={"x": 16 * 8, "y": 13})

    editor.wait_for_function("() => !window.caughtPlayer.paused")
    assert editor.evaluate("window.caughtPlayer.currentTime") > 4 * 2.4 + 0.5


def test_ctrl_enter_commits_verifies_and_goes_on(editor, reviewed, made):
    choose(editor, 2)
    editor.keyboard.press("Enter")
    editor.locator(".ss-typing").fill("改过的。")
    editor.keyboard.press("Control+Enter")
    expect(row(editor, 3).locator(".ss-typing")).to_be_focused()
    editor.keyboard.press("Control+Enter")
    expect(row(editor, 4).locator(".ss-typing")).to_be_focused()
    editor.keyboard.press("Escape")

    saved(editor)
    rows = stored(reviewed, made)["utterances"]
    assert [each["status"] for each in rows[2:5]] == ["verified", "verified", "machine"]
    assert rows[2]["text"] == "改过的。"


def test_a_press_elsewhere_commits_the_text_and_edits_no_other(editor, reviewed, made):
    choose(editor, 1)
    editor.keyboard.press("Enter")
    editor.locator(".ss-typing").fill("改过的。")
    row(editor, 5).locator(".ss-start").click()

    expect(row(editor, 1)).to_contain_text("改过的。")
    expect(editor.locator(".ss-typing")).to_have_count(0)
    saved(editor)
    assert stored(reviewed, made)["utterances"][1]["text"] == "改过的。"


def test_g_goes_to_the_first_sentence_that_is_not_verified(editor):
    choose(editor, 0)
    editor.keyboard.press("v")
    editor.keyboard.press("v")
    choose(editor, 9)

    editor.keyboard.press("g")

    expect(row(editor, 2)).to_have_class(IS_CURRENT)


def test_the_help_opens_without_focus_on_a_button_and_lists_the_sidebars_key(editor):
    editor.keyboard.press("?")

    expect(editor.locator(".ss-help")).to_be_focused()
    expect(editor.locator(".ss-keys")).to_contain_text("侧栏")


def test_the_menu_of_a_row_does_what_keys_do(editor, reviewed, made):
    before = len(stored(reviewed, made)["utterances"])
    row(editor, 5).click(button="right", position={"x": 300, "y": 30})
    menu = editor.get_by_role("menu", name="更多操作")
    expect(menu.get_by_role("menuitem")).to_have_text(
        [
            "改文字↵",
            "从这里播放Shift ␣",
            "核对V",
            "在播放处拆分S",
            "与下句合并M",
            "在后面插入一句I",
            "换说话人P",
            "标记并写备注F",
            "本句修改记录H",
            "排除X",
            "删除Del",
        ]
    )
    menu.get_by_role("menuitem", name="排除").click()
    expect(row(editor, 5)).to_have_class(re.compile("ss-is-rejected"))

    row(editor, 5).locator("[data-act=menu]").click()
    editor.keyboard.press("Delete")
    saved(editor)
    assert len(stored(reviewed, made)["utterances"]) == before - 1


def test_a_selection_is_given_to_a_speaker_verified_and_left_in_its_bar(editor, reviewed, made):
    choose(editor, 0)
    row(editor, 2).locator(".ss-text").click(modifiers=["Shift"])
    bar = editor.locator(".ss-selection")
    expect(bar).to_contain_text("已选 3 句")
    assert editor.evaluate("String(getSelection())") == ""

    bar.get_by_role("button", name="说话人 2").click()
    bar.get_by_role("button", name="核对").click()
    saved(editor)

    assert speakers_of(reviewed, made)[:3] == ["S2"] * 3
    rows = stored(reviewed, made)["utterances"]
    assert [each["status"] for each in rows[:3]] == ["verified"] * 3
    expect(bar).to_be_hidden()


def test_bars_move_no_row(editor):
    where = "() => document.querySelector('.ss-rows').getBoundingClientRect().toJSON()"
    before = editor.evaluate(where)
    choose(editor, 0)
    editor.keyboard.press("Shift+ArrowDown")
    expect(editor.locator(".ss-selection")).to_be_visible()
    editor.keyboard.press("Control+f")
    expect(editor.locator(".ss-find")).to_be_visible()

    assert editor.evaluate(where) == before


def test_the_menu_of_speakers_changes_all_sentences_of_one(editor, reviewed, made):
    row(editor, 0).locator(".ss-name").click()
    chooser = editor.get_by_role("dialog", name="选择说话人")
    menu = chooser.get_by_role("menu", name="选择说话人")
    expect(menu.get_by_role("menuitemradio", name="说话人 1")).to_have_attribute(
        "aria-checked", "true"
    )
    chooser.get_by_role("button", name="说话人 1 全部").click()
    menu.get_by_role("menuitemradio", name="说话人 3").click()
    saved(editor)

    assert set(speakers_of(reviewed, made)) == {"S2", "S3"}


def test_many_speakers_are_found_by_name_and_a_new_one_is_in_view(editor, reviewed, made):
    for number in range(8):
        choose(editor, number)
        editor.keyboard.press("p")
        editor.get_by_role("menuitem", name="新说话人").click()
        saved(editor)
    choose(editor, 9)
    editor.keyboard.press("p")
    expect(editor.get_by_role("menuitem", name="新说话人")).to_be_in_viewport()

    editor.get_by_label("查找说话人").fill("11")
    expect(editor.get_by_role("menuitemradio")).to_have_count(1)
    editor.keyboard.press("Enter")

    saved(editor)
    assert speakers_of(reviewed, made)[9] == "S11"


def test_chips_filter_the_rows_and_count_them(editor):
    choose(editor, 1)
    editor.keyboard.press("v")
    chips = editor.locator(".ss-filter-chip")
    expect(chips.nth(2)).to_have_text(f"未核对{NUM_SENTENCES - 1}")

    chips.nth(1).click()
    expect(editor.locator(".ss-rows")).to_have_attribute("aria-rowcount", re.compile("^[45]$"))

    editor.locator("[data-filter=more]").click()
    editor.get_by_role("menuitemradio", name="已核对").click()
    expect(row(editor, 0)).to_contain_text("第1句")
    editor.keyboard.press("Escape")
    expect(editor.locator(".ss-rows")).to_have_attribute("aria-rowcount", str(NUM_SENTENCES))


def test_a_doubtful_place_is_counted_and_announced(editor):
    steps = editor.locator(".ss-doubt-steps")
    expect(steps).to_contain_text("存疑 –/4")

    editor.keyboard.press("n")

    expect(steps.get_by_role("status")).to_have_text(re.compile("^存疑 1/4: 第0句"))


def test_the_title_is_changed_where_it_stands(editor):
    errors: list[str] = []
    editor.on("pageerror", lambda error: errors.append(str(error)))
    editor.locator(".ss-head .ss-title").dblclick()
    editor.locator(".ss-title-box").fill("周会")
    editor.keyboard.press("Enter")

    expect(editor.locator(".ss-head .ss-title")).to_have_text("周会")
    expect(editor.locator("#library")).to_contain_text("周会")
    assert errors == []


def test_the_end_of_the_review_says_what_comes_next_and_how_long_it_took(editor):
    def answer(route: Route) -> None:
        works = [{"active_ms": 40 * 60_000}, {"active_ms": 70_000}]
        route.fulfill(json={"annotators": works})

    editor.route("**/annotators", answer)
    editor.keyboard.press("ArrowDown")
    editor.keyboard.press("Control+a")
    editor.keyboard.press("v")
    saved(editor)
    editor.keyboard.press("ArrowUp")

    expect(editor.locator(".ss-done")).to_contain_text(
        f"{NUM_SENTENCES} 句全部核对完，用时 41 分钟"
    )


def test_a_tapped_row_opens_a_strip_of_actions(browser: Browser, reviewed, made):
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 820, "height": 1180}, has_touch=True
    )
    page = opened_page(context, reviewed, made)

    row(page, 2).locator(".ss-text").tap()
    strip = page.locator(".ss-row-strip")
    expect(strip).to_have_count(1)
    for button in strip.get_by_role("button").all():
        size = button.bounding_box()
        assert min(size["width"], size["height"]) >= 40
    strip.get_by_role("button", name="核对").tap()

    expect(row(page, 2)).to_have_class(IS_VERIFIED)
    saved(page)
    back_to_the_start(page, reviewed, made)
    context.close()
