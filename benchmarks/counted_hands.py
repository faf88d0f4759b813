"""Counts keyboard and mouse actions on a page."""

from __future__ import annotations

from collections import Counter

from playwright.sync_api import Locator, Page


class CountedHands:
    """Keyboard and mouse; a key held with another is two actions, a double click or drag one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.counts: Counter[str] = Counter()

    def press(self, key: str) -> None:
        """Press a key, or several such as "Shift+Space"."""
        self.counts["keys"] += len(key.split("+"))
        self.page.keyboard.press(key)

    def type_word(self, keys: str, word: str) -> None:
        """Type a word with an input method: its keys, and one that selects the word."""
        self.counts["keys"] += len(keys) + 1
        self.page.keyboard.insert_text(word)

    def type_digits(self, digits: str) -> None:
        """Type text that needs no input method."""
        self.counts["keys"] += len(digits)
        self.page.keyboard.type(digits)

    def click(self, place: Locator, *, times: int = 1) -> None:
        """Click once, twice or three times: one action."""
        self.counts["clicks"] += 1
        place.click(click_count=times)

    def choose(self, dropdown: Locator, label: str) -> None:
        """Open a dropdown and choose from it."""
        self.counts["clicks"] += 2
        dropdown.select_option(label=label)

    def double_click_at(self, x: float, y: float) -> None:
        """Double-click on a word."""
        self.counts["clicks"] += 1
        self.page.mouse.dblclick(x, y)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Press the mouse button, move and release."""
        self.counts["drags"] += 1
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()

    def turn_wheel(self, pixels: float) -> None:
        """Turn the wheel once, by any distance."""
        self.counts["wheel"] += 1
        self.page.mouse.wheel(0, pixels)


def mark_word(box: Locator, word: str) -> None:
    """Select the word that a double click would select."""
    box.evaluate(
        """(box, word) => {
          const at = box.value.indexOf(word);
          box.setSelectionRange(at, at + word.length);
        }""",
        word,
    )
