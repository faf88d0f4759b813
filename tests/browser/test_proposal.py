"""Voices told apart anew: a proposal beside the present speakers, taken over whole or in part."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

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

NUM_SENTENCES = 30  # of three voices in turn


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    folder = tmp_path_factory.mktemp("proposal") / "workspace"
    return make_workspace(folder, num_sentences=NUM_SENTENCES)


@pytest.fixture
def one_speaker(
    context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace
) -> Iterator[Page]:
    """The editor of a transcript in which all three are taken for the first speaker."""
    first, *others = stored(reviewed, made)["speakers"]
    gone = [each["id"] for each in others]
    send_edit(reviewed, made, kind="merge_speakers", speaker_ids=gone, into_speaker_id=first["id"])
    page = opened_page(context, reviewed, made)
    open_panel(page, "map")
    yield page
    back_to_the_start(page, reviewed, made)


def propose(page: Page, count: str) -> None:
    page.locator("[data-control=regroup]").click()
    page.get_by_role("menuitem", name=re.compile(f"^{count} 位")).click()
    expect(page.locator(".ss-proposal [role=status]")).to_contain_text("建议", timeout=30_000)
    expect(page.locator(".ss-proposed").first).to_be_visible()  # rows are drawn a frame later


def speakers(reviewed: RunningApp, made: MadeWorkspace) -> list[str | None]:
    view = stored(reviewed, made)
    labels = {each["id"]: each["label"] for each in view["speakers"]}
    return [labels.get(each["speaker_id"]) for each in view["utterances"]]


def test_a_proposal_is_shown_beside_what_is_and_changes_nothing(one_speaker, reviewed, made):
    before = stored(reviewed, made)

    propose(one_speaker, "3")

    expect(one_speaker.locator(".ss-pair")).to_have_count(2)
    chips = [row(one_speaker, i).locator(".ss-proposed") for i in range(3)]
    assert sorted(each.count() for each in chips) == [0, 1, 1]
    assert stored(reviewed, made) == before


def test_the_whole_proposal_is_one_edit_that_can_be_undone(one_speaker, reviewed, made):
    propose(one_speaker, "3")
    one_speaker.get_by_role("button", name="全部采纳").click()
    saved(one_speaker)

    found = speakers(reviewed, made)
    assert len(set(found[:3])) == 3
    assert found == found[:3] * (NUM_SENTENCES // 3)
    expect(one_speaker.locator(".ss-proposed")).to_have_count(0)

    one_speaker.locator(".ss-rows").focus()
    one_speaker.keyboard.press("Control+z")
    saved(one_speaker)
    expect(one_speaker.locator(".ss-pair")).to_have_count(2)
    assert set(speakers(reviewed, made)) == {"S1"}


def test_one_row_is_taken_and_the_rest_of_that_voice_goes_to_the_same_new_speaker(
    one_speaker, reviewed, made
):
    propose(one_speaker, "3")
    index = next(i for i in range(3) if row(one_speaker, i).locator(".ss-proposed").count())
    row(one_speaker, index).locator(".ss-proposed").click()
    saved(one_speaker)
    taken = speakers(reviewed, made)
    assert [i for i, each in enumerate(taken) if each != "S1"] == [index]

    choose(one_speaker, index + 3)
    one_speaker.keyboard.press("y")
    saved(one_speaker)
    pair = one_speaker.locator(".ss-pair", has_text=f"说话人 {taken[index][1:]}")
    pair.get_by_role("button", name="采纳: ").first.click()
    saved(one_speaker)

    assert [i for i, each in enumerate(speakers(reviewed, made)) if each == taken[index]] == [
        *range(index, NUM_SENTENCES, 3)
    ]
    assert len(stored(reviewed, made)["speakers"]) == 2


def test_a_proposal_is_dismissed_for_a_row_and_as_a_whole(one_speaker, reviewed, made):
    propose(one_speaker, "3")
    index = next(i for i in range(3) if row(one_speaker, i).locator(".ss-proposed").count())
    choose(one_speaker, index)
    one_speaker.keyboard.press("Shift+Y")
    expect(row(one_speaker, index).locator(".ss-proposed")).to_have_count(0)
    assert one_speaker.locator(".ss-proposed").count() > 0

    one_speaker.get_by_role("button", name="忽略建议").click()

    expect(one_speaker.locator(".ss-proposed")).to_have_count(0)
    expect(one_speaker.locator(".ss-proposal [role=status]")).to_have_text("")
    assert set(speakers(reviewed, made)) == {"S1"}


def test_who_corrects_by_hand_is_not_asked_again_about_that_row(one_speaker, reviewed, made):
    propose(one_speaker, "3")
    index = next(i for i in range(3) if row(one_speaker, i).locator(".ss-proposed").count())
    choose(one_speaker, index)
    one_speaker.keyboard.press("v")

    expect(row(one_speaker, index).locator(".ss-proposed")).to_have_count(0)


def test_after_all_is_accepted_the_panel_says_so_and_offers_nothing_more(one_speaker):
    propose(one_speaker, "3")
    count = one_speaker.locator(".ss-proposed").count()
    one_speaker.get_by_role("button", name="全部采纳").click()
    saved(one_speaker)

    status = one_speaker.locator(".ss-proposal [role=status]")
    expect(status).to_contain_text("已采纳：20 句更换了说话人")
    assert count > 0
    expect(one_speaker.get_by_role("button", name="全部采纳")).to_be_hidden()


def test_the_menu_of_speaker_numbers_is_worked_by_keys(one_speaker):
    one_speaker.locator("[data-control=regroup]").focus()
    one_speaker.keyboard.press("Enter")
    expect(one_speaker.get_by_role("menuitem", name="自动")).to_be_focused()
    one_speaker.keyboard.press("3")

    expect(one_speaker.locator(".ss-pair")).to_have_count(2, timeout=30_000)
