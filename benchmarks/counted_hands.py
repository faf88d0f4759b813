"""Simulated keyboard and mouse input to a page, with a count of the actions."""

from __future__ import annotations

from collections import Counter

from playwright.sync_api import Locator, Page


class CountedHands:
    """Keyboard and mouse input to a page, with counts by kind.

    A key held with another counts as two actions; a double click or a drag as one.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.counts: Counter[str] = Counter()

    def press(self, key: str) -> None:
        """Press a key, or a combination such as "Shift+Space", and count each key."""
        self.counts["keys"] += len(key.split("+"))
        self.page.keyboard.press(key)

    def type_word(self, keys: str, word: str) -> None:
        """Enter a word, and count the keys of an input method and one key to select the word."""
        self.counts["keys"] += len(keys) + 1
        self.page.keyboard.insert_text(word)

    def type_digits(self, digits: str) -> None:
        """Type text that needs no input method, and count its keys."""
        self.counts["keys"] += len(digits)
        self.page.keyboard.type(digits)

    def click(self, place: Locator, *, times: int = 1) -> None:
        """Click an element once or several times, and count one click."""
        self.counts["clicks"] += 1
        place.click(click_count=times)

    def choose(self, dropdown: Locator, label: str) -> None:
        """Choose an option of a dropdown, and count two clicks."""
        self.counts["clicks"] += 2
        dropdown.select_option(label=label)

    def double_click_at(self, x: float, y: float) -> None:
        """Double-click at a position, and count one click."""
        self.counts["clicks"] += 1
        self.page.mouse.dblclick(x, y)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag the mouse from one position to another, and count one drag."""
        self.counts["drags"] += 1
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()

    def turn_wheel(self, pixels: float) -> None:
        """Scroll with the mouse wheel, and count one turn."""
        self.counts["wheel"] += 1
        self.page.mouse.wheel(0, pixels)


def mark_word(box: Locator, word: str) -> None:
    """Select the first occurrence of a word in a text box, without counting an action."""
    box.evaluate(
        """(box, word) => {
          const at = box.value.indexOf(word);
          box.setSelectionRange(at, at + word.length);
        }""",
        word,
    )
