"""Count of the actions that correct a transcript verified row by row, as measured in the design.

The task is that of a real recording of 24 sentences with 17 wrong texts and right speakers. It took
135 actions, a press of a key or of the mouse, before one key committed, verified and went on; what
is typed is counted as characters, not as actions.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import RunningApp
from tests.browser.editor_page import back_to_the_start, choose, opened_page, row, saved, stored
from tests.browser.review_workspace import MadeWorkspace, make_workspace

NUM_SENTENCES = 24
NUM_WRONG = 17
MOST_ACTIONS = 85
WRONG, RIGHT = "项目", "工程"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    folder = tmp_path_factory.mktemp("effort") / "workspace"
    return make_workspace(folder, num_sentences=NUM_SENTENCES)


@pytest.fixture
def editor(context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace) -> Iterator[Page]:
    page = opened_page(context, reviewed, made)
    yield page
    back_to_the_start(page, reviewed, made)


class Hands:
    """Works the page and counts the actions."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.num_actions = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.num_actions += 1

    def choose(self, index: int) -> None:
        choose(self.page, index)
        self.num_actions += 1

    def select_word(self, index: int, at: int) -> None:
        """Double-click the word at a character, which selects it in the text box."""
        place = row(self.page, index).locator(".ss-typing").bounding_box()
        assert place is not None
        self.page.mouse.dblclick(place["x"] + 8 + 16 * at + 6, place["y"] + 13)
        self.num_actions += 2

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)


def test_a_transcript_is_corrected_and_verified_row_by_row_with_few_actions(editor, reviewed, made):
    texts = [each["text"] for each in stored(reviewed, made)["utterances"]]
    hands = Hands(editor)
    hands.choose(0)
    hands.press("Enter")
    for index in range(NUM_SENTENCES):
        box = row(editor, index).locator(".ss-typing")
        expect(box).to_be_focused()
        if index < NUM_WRONG:
            before = texts[index].index(WRONG)
            digits = len(str(index))  # half as wide as the other characters
            hands.select_word(index, before - digits + (digits + 1) // 2)
            hands.type(RIGHT)
        hands.press("Control+Enter")
    saved(editor)

    rows = stored(reviewed, made)["utterances"]
    assert [each["status"] for each in rows] == ["verified"] * NUM_SENTENCES
    corrected = [each.replace(WRONG, RIGHT) for each in texts[:NUM_WRONG]]
    assert [each["text"] for each in rows] == corrected + texts[NUM_WRONG:]
    assert hands.num_actions <= MOST_ACTIONS
