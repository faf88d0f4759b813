"""What an annotator does with a transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import RunningApp
from tests.browser.editor_page import (
    back_to_the_start,
    choose,
    draw_around,
    open_map,
    open_panel,
    opened_page,
    places_on_map,
    rename_speaker,
    row,
    saved,
    send_edit,
    stored,
    type_in,
)
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.conditions import eventually

HOSTILE = (
    "${alert(1)}<img src=x onerror=alert(2)></script>\u202eabc`\U0001f469\u200d\U0001f467e\u0301"
)

SHOWN_MS = 20_000  # of the waveform close up, at first


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    return make_workspace(tmp_path_factory.mktemp("review") / "workspace", num_sentences=200)


@pytest.fixture(scope="module", autouse=True)
def begun_map(reviewed: RunningApp, made: MadeWorkspace) -> None:
    """Begin the voice map: the first one compiles numba code for half a minute."""
    map_of(reviewed, made)


@pytest.fixture
def errors() -> list[str]:
    return []


@pytest.fixture
def editor(
    context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace, errors: list[str]
) -> Iterator[Page]:
    """The editor with the transcript as the machine made it."""
    page = opened_page(context, reviewed, made)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    back_to_the_start(page, reviewed, made)


def stored_texts(app: RunningApp, made: MadeWorkspace) -> list[str]:
    return [each["text"] for each in stored(app, made)["utterances"]]


def test_a_text_is_corrected_in_place_and_enter_goes_on_with_the_next(editor, reviewed, made):
    type_in(editor, 1, "改过的第一句。")
    editor.keyboard.press("Enter")

    expect(row(editor, 2).locator(".ss-typing")).to_be_focused()
    expect(row(editor, 1)).to_contain_text("改过的第一句。")
    saved(editor)
    assert stored_texts(reviewed, made)[1] == "改过的第一句。"


def test_a_click_counts_although_somebody_else_changes_the_row_while_it_is_pressed(
    editor, reviewed, made
):
    ids = [each["id"] for each in stored(reviewed, made)["utterances"]]
    choose(editor, 5)
    row(editor, 2).locator(".ss-start").hover()
    editor.mouse.down()

    send_edit(reviewed, made, kind="verify", utterance_ids=ids[2:4])
    expect(row(editor, 3)).to_have_class(re.compile("ss-is-verified"))
    editor.mouse.up()

    expect(row(editor, 2)).to_have_class(re.compile("ss-current"))
    expect(row(editor, 2)).to_have_class(re.compile("ss-is-verified"))


def test_shift_enter_splits_at_the_caret_and_backspace_at_the_start_merges(editor, reviewed, made):
    before = stored_texts(reviewed, made)
    choose(editor, 4)
    editor.keyboard.press("Enter")
    editor.locator(".ss-typing").evaluate("(box) => box.setSelectionRange(5, 5)")
    editor.keyboard.press("Shift+Enter")

    expect(row(editor, 5)).to_contain_text(before[4][5:])
    saved(editor)
    assert stored_texts(reviewed, made)[4:6] == [before[4][:5], before[4][5:]]

    choose(editor, 5)
    editor.keyboard.press("Enter")
    editor.locator(".ss-typing").evaluate("(box) => box.setSelectionRange(0, 0)")
    editor.keyboard.press("Backspace")

    expect(row(editor, 4).locator(".ss-typing")).to_have_value(before[4])
    assert stored_texts(reviewed, made) == before


def test_a_split_behind_signs_of_two_halves_is_where_the_caret_was(editor, reviewed, made):
    choose(editor, 4)
    editor.keyboard.press("Enter")
    box = editor.locator(".ss-typing")
    box.fill("\U0001f469\U00020bb7一二三四")
    box.evaluate("(box) => box.setSelectionRange(5, 5)")
    editor.keyboard.press("Shift+Enter")

    expect(row(editor, 5)).to_contain_text("二三四")
    saved(editor)
    assert stored_texts(reviewed, made)[4:6] == ["\U0001f469\U00020bb7一", "二三四"]


def test_number_keys_give_the_selection_to_a_speaker(editor, reviewed, made):
    choose(editor, 0)
    editor.keyboard.press("Shift+ArrowDown")
    editor.keyboard.press("Shift+ArrowDown")
    editor.keyboard.press("3")

    expect(row(editor, 0).locator(".ss-name")).to_have_text("说话人 3")
    saved(editor)
    view = stored(reviewed, made)
    third = view["speakers"][2]["id"]
    assert [each["speaker_id"] == third for each in view["utterances"][:4]] == [
        *(True, True, True),
        False,
    ]


def test_the_page_shows_the_servers_rows_after_several_are_joined_or_deleted(
    editor, reviewed, made
):
    grid = editor.locator(".ss-rows")
    choose(editor, 0)
    for _ in range(3):
        editor.keyboard.press("Shift+ArrowDown")
    editor.keyboard.press("1")
    editor.keyboard.press("m")
    saved(editor)

    expect(grid).to_have_attribute("aria-rowcount", str(len(stored_texts(reviewed, made))))

    choose(editor, 1)
    for _ in range(2):
        editor.keyboard.press("Shift+ArrowDown")
    editor.keyboard.press("Delete")
    saved(editor)

    expect(grid).to_have_attribute("aria-rowcount", str(len(stored_texts(reviewed, made))))
    assert len(stored_texts(reviewed, made)) == 200 - 6


def test_speech_that_the_recogniser_missed_is_inserted_and_typed(editor, reviewed, made):
    choose(editor, 2)
    editor.keyboard.press("i")
    expect(row(editor, 3).locator(".ss-typing")).to_be_focused()
    editor.keyboard.type("漏掉的一句。")
    editor.keyboard.press("Escape")
    expect(row(editor, 3).locator(".ss-text")).to_have_attribute("data-empty", "（还没有文字）")
    type_in(editor, 3, "漏掉的一句。")
    editor.keyboard.press("Enter")
    saved(editor)

    inserted = stored(reviewed, made)["utterances"][3]
    assert inserted["text"] == "漏掉的一句。"
    assert inserted["speaker_id"] == stored(reviewed, made)["utterances"][2]["speaker_id"]


def test_a_speaker_cannot_take_the_default_name_of_another(editor, reviewed, made):
    open_panel(editor, "people")
    rename_speaker(editor, 1, "speaker 3")

    expect(editor.get_by_text("已有名为“speaker 3”的说话人")).to_be_visible()
    assert stored(reviewed, made)["speakers"][1]["name"] is None


def test_undo_and_redo_by_key_survive_a_reload(editor, reviewed, made):
    before = stored_texts(reviewed, made)
    choose(editor, 3)
    editor.keyboard.press("v")
    expect(row(editor, 3)).to_have_class(re.compile("ss-is-verified"))
    saved(editor)

    editor.reload()
    editor.wait_for_selector(".ss-row")
    editor.locator(".ss-rows").focus()
    editor.keyboard.press("Control+z")
    expect(row(editor, 3)).to_have_class(re.compile("ss-is-machine"))
    editor.keyboard.press("Control+Shift+z")
    expect(row(editor, 3)).to_have_class(re.compile("ss-is-verified"))

    assert stored_texts(reviewed, made) == before


def test_a_recording_opens_where_its_reader_was_and_offers_to_continue(editor, reviewed, made):
    ids = [each["id"] for each in stored(reviewed, made)["utterances"]]
    send_edit(reviewed, made, kind="verify", utterance_ids=ids[:3])
    editor.locator(".ss-rows").evaluate("(list) => { list.scrollTop = list.scrollHeight / 2; }")
    row(editor, 100).scroll_into_view_if_needed()
    choose(editor, 100)
    editor.wait_for_function(
        "(id) => JSON.stringify({ ...localStorage }).includes(id)", arg=ids[100]
    )
    top = row(editor, 100).evaluate("(row) => row.getBoundingClientRect().top")

    editor.reload()

    expect(row(editor, 100)).to_have_class(re.compile("ss-current"))
    editor.wait_for_function(  # heights above are measured as the rows are drawn
        "([id, top]) => Math.abs(document.getElementById(`row-${id}`)?.getBoundingClientRect().top"
        " - top) <= 40",
        arg=[ids[100], top],
    )
    expect(editor.locator(".ss-continue")).to_contain_text("第一句未核对的在 0:07")
    editor.locator("[data-control=continue]").click()
    expect(row(editor, 3)).to_have_class(re.compile("ss-current"))
    expect(editor.locator(".ss-continue")).to_be_empty()


def test_a_speaker_is_renamed_everywhere_and_merged(editor, reviewed, made):
    open_panel(editor, "people")
    rename_speaker(editor, 0, "王老师")
    expect(row(editor, 0).locator(".ss-name")).to_have_text("王老师")

    first = editor.locator(".ss-person").first
    first.hover()
    first.locator("[data-part=more]").click()
    editor.get_by_role("menuitem", name="合并到…").click()
    editor.get_by_role("menuitem", name="说话人 2").click()
    expect(editor.locator(".ss-person")).to_have_count(2)
    expect(row(editor, 0).locator(".ss-name")).to_have_text("说话人 2")


def test_keys_work_on_the_rows_after_a_rename_and_a_choice_in_a_menu(editor):
    open_panel(editor, "people")
    choose(editor, 0)
    rename_speaker(editor, 0, "王老师")
    expect(editor.locator(".ss-rows")).to_be_focused()
    editor.keyboard.press("ArrowDown")
    expect(row(editor, 1)).to_have_class(re.compile("ss-current"))

    editor.locator("[data-control=rate]").click()
    editor.get_by_role("menuitemradio", name="2.0×").click()
    expect(editor.locator(".ss-rows")).to_be_focused()
    editor.keyboard.press("ArrowDown")
    expect(row(editor, 2)).to_have_class(re.compile("ss-current"))

    name = editor.locator(".ss-person [data-part=name]").nth(1)
    name.focus()
    editor.keyboard.press("Enter")
    editor.keyboard.press("Enter")
    expect(name).to_be_focused()


def test_a_name_that_another_speaker_has_leads_to_an_offer_to_merge(editor, reviewed, made):
    open_panel(editor, "people")
    rename_speaker(editor, 1, "说话人 3")
    expect(editor.get_by_role("alert").filter(has_text="是同一个人吗")).to_be_visible()
    editor.get_by_role("button", name="不是").click()
    expect(editor.locator(".ss-person")).to_have_count(3)
    assert stored(reviewed, made)["speakers"][1]["name"] is None

    rename_speaker(editor, 1, "说话人 3")
    editor.get_by_role("button", name="合并", exact=True).click()

    expect(editor.locator(".ss-person")).to_have_count(2)
    saved(editor)
    assert {each["label"] for each in stored(reviewed, made)["speakers"]} == {"S1", "S3"}


def test_the_list_of_speakers_is_one_tab_stop_with_arrows(editor):
    open_panel(editor, "people")
    names = editor.locator(".ss-person [data-part=name]")
    names.first.focus()
    editor.keyboard.press("ArrowDown")
    expect(names.nth(1)).to_be_focused()
    for _ in range(4):
        editor.keyboard.press("ArrowRight")
    expect(editor.locator(".ss-person").nth(1).locator("[data-part=more]")).to_be_focused()
    assert editor.locator(".ss-people [tabindex='0']").count() == 1

    editor.keyboard.press("Enter")
    editor.keyboard.press("ArrowDown")
    expect(editor.get_by_role("menuitem", name="播放时跳过")).to_be_focused()
    editor.keyboard.press("Enter")
    expect(editor.locator(".ss-person").nth(1)).to_have_class(re.compile("ss-muted"))


def box_of(locator):
    """Return the box of an element, which has none for a moment while it is drawn anew."""
    boxes = []
    eventually(lambda: boxes.append(locator.bounding_box()) or boxes[-1] is not None)
    return boxes[-1]


def test_the_panel_lies_over_the_text_of_a_middle_window_and_moves_no_row(editor):
    expect(row(editor, 0)).to_be_visible()
    before = box_of(row(editor, 0))
    open_panel(editor, "history")
    expect(editor.get_by_role("tab", name="历史")).to_be_focused()
    assert box_of(row(editor, 0)) == before

    editor.keyboard.press("Escape")

    expect(editor.get_by_role("tabpanel")).to_have_count(0)
    expect(editor.locator("[data-rail=open]")).to_be_focused()


def test_a_narrow_window_shows_the_transcript_or_a_panel(editor):
    editor.set_viewport_size({"width": 820, "height": 1180})
    editor.get_by_role("tab", name="说话人与地图").click()
    expect(editor.locator(".ss-person").first).to_be_visible()
    expect(editor.locator(".ss-rows")).to_be_hidden()

    editor.get_by_role("tab", name="文稿").click()

    expect(row(editor, 0)).to_be_visible()
    expect(editor.locator(".ss-person").first).to_be_hidden()
    expect(editor.locator(".ss-rail")).to_be_hidden()
    assert editor.locator(".ss-doc").bounding_box()["width"] == 820


def test_find_goes_from_hit_to_hit_and_marks_them_in_the_rows(editor):
    editor.keyboard.press("Control+f")
    editor.get_by_label("查找", exact=True).fill("项目")
    expect(editor.locator(".ss-found")).to_have_text("–/200 处")
    marked = "() => CSS.highlights.get('ss-found-words')?.size ?? 0"
    assert editor.evaluate(marked) >= 10

    editor.keyboard.press("Enter")
    expect(row(editor, 0)).to_have_class(re.compile("ss-current"))
    editor.keyboard.press("Enter")
    expect(row(editor, 1)).to_have_class(re.compile("ss-current"))
    expect(editor.locator(".ss-found")).to_have_text("2/200 处")
    editor.keyboard.press("Shift+Enter")
    editor.keyboard.press("Shift+Enter")
    expect(row(editor, 199)).to_have_class(re.compile("ss-current"))
    expect(editor.get_by_label("查找", exact=True)).to_be_focused()
    editor.keyboard.press("Escape")
    assert editor.evaluate(marked) == 0


def test_one_hit_is_replaced_or_all_as_one_edit(editor, reviewed, made):
    before = stored_texts(reviewed, made)
    editor.keyboard.press("Control+f")
    editor.get_by_label("查找", exact=True).fill("项目")
    editor.get_by_label("替换为").fill("工程")
    editor.get_by_role("button", name="下一处", exact=True).click()
    editor.get_by_role("button", name="替换", exact=True).click()

    expect(row(editor, 0)).to_contain_text("工程")
    expect(editor.locator(".ss-found")).to_have_text("1/199 处")
    saved(editor)
    assert stored_texts(reviewed, made) == [before[0].replace("项目", "工程"), *before[1:]]

    editor.get_by_text("全部替换").click()
    saved(editor)
    assert stored_texts(reviewed, made) == [each.replace("项目", "工程") for each in before]
    editor.keyboard.press("Control+z")
    expect(row(editor, 1)).to_contain_text("项目")
    saved(editor)
    assert stored_texts(reviewed, made) == [before[0].replace("项目", "工程"), *before[1:]]


def test_what_is_typed_while_the_server_is_away_arrives_when_it_is_back(
    editor, context, reviewed, made
):
    context.route("**/studio/transcripts/**", lambda route: route.abort())
    type_in(editor, 2, "断网时写的。")
    editor.keyboard.press("Tab")
    expect(editor.locator(".ss-saved")).to_contain_text("1 处待同步")
    expect(row(editor, 2)).to_contain_text("断网时写的。")

    editor.close()
    context.unroute("**/studio/transcripts/**")
    again = opened_page(context, reviewed, made)

    expect(row(again, 2)).to_contain_text("断网时写的。")
    saved(again)
    assert stored_texts(reviewed, made)[2] == "断网时写的。"


@pytest.mark.parametrize("status", [200, 403, 404, 429])  # a hotel's network, proxies, a limit
def test_an_answer_that_is_not_the_servers_own_takes_nothing_from_what_was_typed(
    editor, context, reviewed, made, errors, status
):
    def somebody_else(route: Route) -> None:
        route.fulfill(status=status, content_type="text/html", body="<p>Please log in</p>")

    context.route("**/studio/transcripts/**", somebody_else)
    type_in(editor, 2, "在酒店写的。")
    editor.keyboard.press("Tab")
    expect(editor.locator(".ss-saved")).to_contain_text("1 处待同步")
    expect(row(editor, 2)).to_contain_text("在酒店写的。")

    context.unroute("**/studio/transcripts/**")

    saved(editor)
    assert stored_texts(reviewed, made)[2] == "在酒店写的。"
    assert errors == []


def test_what_was_being_typed_when_the_page_closed_is_there_again(editor, reviewed, made):
    type_in(editor, 6, "还没有写完")

    editor.reload()

    expect(editor.locator(".ss-typing")).to_have_value("还没有写完")
    assert "还没有写完" not in stored_texts(reviewed, made)


def test_what_is_being_typed_in_one_tab_stays_there_when_another_is_opened(
    editor, context, reviewed, made
):
    type_in(editor, 6, "还没有写完")

    other = opened_page(context, reviewed, made)
    type_and_commit(other, 9, "另一页写的。")
    other.wait_for_timeout(1_000)

    expect(other.locator(".ss-typing")).to_have_count(0)
    expect(editor.locator(".ss-typing")).to_have_value("还没有写完")
    assert "还没有写完" not in stored_texts(reviewed, made)
    other.close()
    editor.reload()
    expect(editor.locator(".ss-typing")).to_have_value("还没有写完")


def test_what_was_being_typed_in_a_tab_that_was_closed_is_there_in_the_next(
    editor, context, reviewed, made
):
    page = opened_page(context, reviewed, made)
    type_in(page, 6, "还没有写完")
    page.close()

    again = opened_page(context, reviewed, made)

    expect(again.locator(".ss-typing")).to_have_value("还没有写完")
    again.keyboard.press("Escape")


def type_and_commit(page: Page, index: int, text: str) -> None:
    type_in(page, index, text)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    saved(page)


def test_two_tabs_are_kept_in_step_and_a_conflict_is_told_to_the_one_who_lost(
    editor, context, reviewed, made
):
    other = opened_page(context, reviewed, made)
    choose(editor, 8)
    editor.keyboard.press("Enter")
    type_in(other, 8, "乙的文字。")
    other.keyboard.press("Tab")
    saved(other)
    editor.locator(".ss-typing").fill("甲的文字。")
    editor.keyboard.press("Tab")

    expect(editor.locator(".ss-conflict [data-whose=mine]")).to_contain_text("甲的文字。")
    expect(editor.locator(".ss-conflict [data-whose=theirs]")).to_contain_text("乙的文字。")
    expect(row(editor, 8)).to_contain_text("乙的文字。")
    assert stored_texts(reviewed, made)[8] == "乙的文字。"


def test_two_hundred_quick_edits_of_one_row_end_in_the_last_value(editor, reviewed, made):
    second, third = (each["id"] for each in stored(reviewed, made)["speakers"][1:])
    choose(editor, 10)
    for _ in range(100):
        editor.keyboard.press("2")
        editor.keyboard.press("3")

    saved(editor)
    assert second != third
    assert stored(reviewed, made)["utterances"][10]["speaker_id"] == third


def test_hostile_text_and_names_are_shown_as_they_are(editor, reviewed, made, errors):
    type_in(editor, 11, HOSTILE)
    editor.keyboard.press("Tab")
    open_panel(editor, "people")
    rename_speaker(editor, 0, HOSTILE[:60])
    open_map(editor)
    saved(editor)

    editor.reload()
    editor.wait_for_selector(".ss-row")
    expect(row(editor, 11).locator(".ss-text")).to_have_text(HOSTILE)
    assert editor.locator(".ss-editor img").count() == 0
    assert stored_texts(reviewed, made)[11] == HOSTILE
    assert errors == []


def test_keys_pressed_while_an_input_method_composes_do_nothing(editor, reviewed, made):
    before = stored(reviewed, made)["revision"]
    choose(editor, 1)
    editor.locator(".ss-rows").evaluate(
        """(list) => {
          const composing = { isComposing: true, bubbles: true };
          for (const key of ["v", "Delete", "3", "Enter"]) {
            list.dispatchEvent(new KeyboardEvent("keydown", { key, ...composing }));
          }
        }"""
    )

    expect(editor.locator(".ss-typing")).to_have_count(0)
    assert stored(reviewed, made)["revision"] == before


def test_the_next_doubtful_place_is_one_key_away(editor):
    expect(row(editor, 0).locator(".ss-start")).to_contain_text("存疑")
    editor.locator(".ss-rows").focus()

    editor.keyboard.press("n")
    expect(row(editor, 0)).to_have_class(re.compile("ss-current"))
    editor.keyboard.press("n")
    expect(row(editor, 10)).to_have_class(re.compile("ss-current"))


def test_doubtful_sentences_have_ticks_along_the_scroll_bar(editor):
    ticks = editor.locator(".ss-ticks span")
    expect(editor.locator(".ss-doubt-steps")).to_be_visible()
    count = int(editor.locator(".ss-doubt-count").inner_text().split("/")[1])
    expect(ticks).to_have_count(count)
    tops = [
        float(top.rstrip("%")) for top in ticks.evaluate_all("all => all.map(e => e.style.top)")
    ]
    assert tops == sorted(set(tops))
    assert 0 < tops[0] < tops[-1] < 100

    choose(editor, 0)
    editor.keyboard.press("v")
    expect(ticks).to_have_count(count - 1)


def test_points_drawn_around_on_the_map_become_a_selection_to_reassign(editor, reviewed, made):
    box = open_map(editor).bounding_box()
    corners = [(0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95), (0.05, 0.06)]
    draw_around(
        editor, [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    )

    expect(row(editor, 1)).to_have_class(re.compile("ss-selected"))
    expect(editor.locator(".ss-map-note")).to_contain_text("圈选 200 句 · 按 1–3 指定说话人")
    editor.locator(".ss-rows").focus()
    editor.keyboard.press("1")
    saved(editor)
    view = stored(reviewed, made)
    first = view["speakers"][0]["id"]
    assert {each["speaker_id"] for each in view["utterances"]} == {first}
    choose(editor, 0)
    expect(editor.locator(".ss-map-note")).to_have_text("")


def map_of(app: RunningApp, made: MadeWorkspace) -> dict:
    return httpx.get(f"{app.url}/studio/transcripts/{made.transcript_id}/map").json()


def points_of(voices: dict, sentence: dict) -> list[int]:
    return [
        i
        for i, (start, end) in enumerate(voices["windows"])
        if sentence["start_ms"] <= (start + end) / 2 < sentence["end_ms"]
    ]


def lonely_point(voices: dict, view: dict) -> tuple[int, int]:
    """Return a sentence and one of its points that has no other close to it."""
    for index, sentence in enumerate(view["utterances"]):
        for point in points_of(voices, sentence):
            x, y = voices["points"][point]
            near = sum(abs(x - u) < 0.02 and abs(y - v) < 0.02 for u, v in voices["points"])
            if near == 1:
                return index, point
    raise AssertionError("every point has another beside it")


def test_a_point_under_the_pointer_says_who_when_and_what(editor, reviewed, made, errors):
    plot = open_map(editor)
    voices = map_of(reviewed, made)
    index, point = lonely_point(voices, stored(reviewed, made))
    x, y = places_on_map(plot, voices["points"])[point]
    editor.mouse.click(x, y)
    expect(row(editor, index)).to_have_class(re.compile("ss-current"))
    editor.locator(".ss-rows").focus()
    editor.keyboard.press("2")  # who becomes somebody else on the map as well
    editor.keyboard.press("Enter")
    editor.locator(".ss-typing").fill(HOSTILE)
    editor.keyboard.press("Tab")
    editor.keyboard.press("Escape")
    saved(editor)
    editor.mouse.move(x - 3, y)
    editor.mouse.move(x, y)

    words = editor.locator(".ss-point-words")
    expect(words).to_be_visible()
    expect(words.locator("div")).to_have_text(f"{HOSTILE[:40]}…")
    expect(words).to_contain_text(re.compile(r"说话人 2 \d:\d\d"))
    editor.mouse.move(0, 0)
    expect(words).to_be_hidden()
    assert editor.locator(".ss-editor img").count() == 0
    assert errors == []


def test_a_click_on_a_point_goes_to_its_sentence(editor, reviewed, made):
    plot = open_map(editor)
    voices = map_of(reviewed, made)
    index, point = lonely_point(voices, stored(reviewed, made))
    editor.mouse.click(*places_on_map(plot, voices["points"])[point])

    expect(row(editor, index)).to_have_class(re.compile("ss-current"))
    expect(editor.locator(".ss-map-foot")).to_contain_text("本句")


def test_the_enlarged_map_lists_the_sentences_drawn_around_and_assigns_them(editor, reviewed, made):
    plot = open_map(editor)
    width = plot.bounding_box()["width"]
    editor.locator("[data-control=expand-map]").click()
    voices = map_of(reviewed, made)
    index, point = lonely_point(voices, stored(reviewed, made))
    assert plot.bounding_box()["width"] > width + 100
    x, y = places_on_map(plot, voices["points"])[point]
    draw_around(editor, [(x - 4, y - 4), (x + 4, y - 4), (x + 4, y + 4), (x - 4, y + 4)])

    picked = editor.locator(".ss-picked")
    expect(picked.locator("li")).to_have_count(1)
    expect(picked).to_contain_text("圈选的 1 句")
    picked.get_by_role("button", name="指定给 说话人 3").click()
    saved(editor)
    view = stored(reviewed, made)
    assert view["utterances"][index]["speaker_id"] == view["speakers"][2]["id"]
    editor.keyboard.press("Escape")
    assert plot.bounding_box()["width"] == width


def test_the_map_says_in_words_how_many_points_each_speaker_has(editor, reviewed, made):
    plot = open_map(editor)
    words = plot.get_attribute("aria-label")

    counts = [int(each) for each in re.findall(r"说话人 \d：(\d+) 点", words or "")]
    assert len(counts) == 3
    assert sum(counts) == len(map_of(reviewed, made)["points"])


def test_only_the_rows_in_view_are_in_the_page(editor):
    assert editor.locator(".ss-row").count() < 80
    editor.locator(".ss-rows").evaluate("(list) => { list.scrollTop = list.scrollHeight; }")
    expect(row(editor, 199)).to_be_visible()
    assert editor.evaluate("document.querySelectorAll('*').length") < 2_000


def test_a_border_is_dragged_on_the_waveform(editor, reviewed, made):
    choose(editor, 0)
    box = editor.locator(".ss-detail").bounding_box()
    at = box["x"] + box["width"] * 2_000 / SHOWN_MS  # sentence 0 ends there
    editor.mouse.move(at, box["y"] + 20)
    editor.mouse.down()
    editor.mouse.move(at - 40, box["y"] + 20, steps=4)
    editor.mouse.up()

    saved(editor)
    editor.keyboard.press("v")  # the keys have not been lost to the waveform
    expect(row(editor, 0)).to_have_class(re.compile("ss-is-verified"))
    saved(editor)
    end_ms = stored(reviewed, made)["utterances"][0]["end_ms"]
    assert end_ms == pytest.approx(2_000 - 40 / box["width"] * SHOWN_MS, abs=50)


def test_the_keys_are_shown_and_can_be_changed(editor):
    editor.locator(".ss-rows").focus()
    editor.keyboard.press("?")
    expect(editor.locator(".ss-help")).to_be_visible()
    key = editor.locator(".ss-key", has_text=re.compile("^V$"))
    key.click()
    editor.keyboard.press("b")
    editor.keyboard.press("Escape")

    choose(editor, 12)
    editor.keyboard.press("b")
    expect(row(editor, 12)).to_have_class(re.compile("ss-is-verified"))


def test_a_refusal_is_told_in_the_language_of_the_page(editor):
    choose(editor, 0)
    editor.keyboard.press("m")

    expect(editor.locator(".ss-editor .ss-notice")).to_have_text(
        re.compile("^这些句子的说话人不同")
    )
