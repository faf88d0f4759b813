"""Tests of the transcript's layout: turns, density, overlapping speech."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.browser.editor_page import opened_page, row, send_edit, stored
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp

NUM_SENTENCES = 60
HIGHEST_FIRST_ROW_PX = 140


@pytest.fixture(scope="module")
def viewport() -> ViewportSize:
    return ViewportSize(width=1500, height=950)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    folder = tmp_path_factory.mktemp("turns") / "workspace"
    return make_workspace(folder, num_sentences=NUM_SENTENCES)


@pytest.fixture(scope="module")
def app(reviewed: RunningApp, made: MadeWorkspace) -> RunningApp:
    """The app with a transcript whose speakers say two sentences each."""
    view = stored(reviewed, made)
    speakers = [each["id"] for each in view["speakers"]]
    by_speaker: dict[str, list[str]] = {each: [] for each in speakers}
    for number, each in enumerate(view["utterances"]):
        by_speaker[speakers[number // 2 % len(speakers)]].append(each["id"])
    for speaker, ids in by_speaker.items():
        send_edit(reviewed, made, kind="assign_speaker", utterance_ids=ids, speaker_id=speaker)
    second, third = view["utterances"][1:3]
    send_edit(
        reviewed,
        made,
        kind="retime_utterance",
        utterance_id=second["id"],
        start_ms=second["start_ms"],
        end_ms=third["start_ms"] + 900,
    )
    return reviewed


@pytest.fixture
def page(context: BrowserContext, app: RunningApp, made: MadeWorkspace) -> Page:
    return opened_page(context, app, made)


def top_of_text(page: Page) -> float:
    """Return where the first row's text begins; read in one step, as rows may be drawn again."""
    top: float = page.evaluate(
        """() => {
          const text = document.querySelector(".ss-row[aria-rowindex='1'] .ss-text");
          return text.getBoundingClientRect().top;
        }"""
    )
    return top


def rows_in_view(page: Page) -> int:
    """Return the number of rows that are whole in the view of the list."""
    shown: int = page.evaluate(
        """() => {
          const view = document.querySelector(".ss-rows").getBoundingClientRect();
          return [...document.querySelectorAll(".ss-row .ss-text")].filter((row) => {
            const { top, bottom } = row.getBoundingClientRect();
            return top >= view.top && bottom <= view.bottom;
          }).length;
        }"""
    )
    return shown


def make_compact(page: Page) -> None:
    page.evaluate("localStorage.setItem('speaker-studio:density', 'compact')")
    page.reload()
    page.wait_for_selector(".ss-compact .ss-row")


def test_a_turn_shows_its_speaker_and_start_once(page):
    expect(row(page, 0).locator(".ss-turn")).to_have_text("说话人 10:00")
    expect(row(page, 1).locator(".ss-turn")).to_have_count(0)
    expect(row(page, 2).locator(".ss-turn")).to_contain_text("说话人 2")
    assert row(page, 1).locator(".ss-name").text_content() == "说话人 1"


def test_a_row_that_gets_another_speaker_begins_a_turn_and_so_does_the_next(page, app, made):
    row(page, 5).locator(".ss-start").click()
    page.keyboard.press("1")

    expect(row(page, 5).locator(".ss-turn")).to_contain_text("说话人 1")
    expect(row(page, 6).locator(".ss-turn")).to_have_count(0)  # the next turn is speaker 1's
    page.keyboard.press("Control+z")
    expect(row(page, 6).locator(".ss-turn")).to_contain_text("说话人 1")
    expect(row(page, 5).locator(".ss-turn")).to_have_count(0)


def test_overlapping_speech_is_marked_in_both_turns_and_noted_at_the_second(page):
    expect(row(page, 1).locator(".ss-strand-other")).to_have_count(1)
    expect(row(page, 2).locator(".ss-strand-other")).to_have_count(1)
    expect(row(page, 2).locator(".ss-turn-overlap")).to_have_text("与 说话人 1 重叠 0.9 秒")
    expect(page.locator(".ss-turn-overlap")).to_have_count(1)


def test_a_turn_notes_the_speaker_before_a_person_assigned_another(page):
    expect(row(page, 0).locator(".ss-turn-former")).to_have_count(0)
    expect(row(page, 2).locator(".ss-turn-former")).to_have_text("原为 说话人 3")
    expect(row(page, 1).locator(".ss-start")).to_have_attribute("title", "原为 说话人 2")

    row(page, 2).locator(".ss-start").click()
    page.keyboard.press("3")
    expect(row(page, 2).locator(".ss-turn")).to_contain_text("说话人 3")
    expect(row(page, 2).locator(".ss-turn-former")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(row(page, 2).locator(".ss-turn-former")).to_have_text("原为 说话人 3")


def test_the_text_begins_near_the_top_and_a_dozen_rows_fit(page):
    assert 0 < top_of_text(page) <= HIGHEST_FIRST_ROW_PX
    assert rows_in_view(page) >= 12


@pytest.mark.parametrize(("size", "least"), [((1500, 950), 19), ((1280, 720), 12)])
def test_compact_density_shows_more_rows_and_is_remembered(page, size, least):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    make_compact(page)

    assert rows_in_view(page) >= least
    expect(row(page, 0).locator(".ss-turn")).to_be_visible()


def test_the_rows_in_view_stay_where_they_are_when_the_current_one_moves(page):
    where = "() => [...document.querySelectorAll('.ss-text')].map((each) => each.offsetTop)"
    expect(row(page, 2).locator(".ss-turn-former")).to_be_visible()  # loaded after the rows
    expect(page.locator(".ss-doubt-steps")).to_be_visible()
    before = page.evaluate(where)

    for _ in range(4):
        page.locator(".ss-rows").press("ArrowDown")
    row(page, 2).hover()

    assert page.evaluate(where) == before
