"""Simulated corrections in a plain page with one dropdown and one text box per row."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, Locator, Page

from benchmarks.counted_hands import CountedHands, mark_word
from benchmarks.effort_task import Fault

PAGE = Path(__file__).with_name("plain_editor.html")
HEARD_S = 0.5  # time after the start of a row at which the user notices its error
SCREENFUL_PX = 700

_SHOWN = """[...document.querySelectorAll(".row")].map((line) => ({
  text: line.querySelector(".text").value,
  speaker: line.querySelector("select").selectedIndex,
  end_ms: 1000 * line.querySelector(".end").value,
}))"""


def corrected_plainly(
    browser: Browser, sound: str, rows: list[dict[str, Any]], wrong: list[Fault], *, rate: float
) -> tuple[Counter[str], list[dict[str, Any]]]:
    """Correct all errors in the plain page; return the counted actions and the final rows.

    Args:
        browser: browser to use.
        sound: URL of the recording.
        rows: rows of the transcript with errors.
        wrong: errors to correct, in order of time.
        rate: playback rate.
    """
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    address = urljoin(sound, "/plain-editor")  # of the app, which gives its sound to no other site
    content = PAGE.read_text(encoding="utf-8")
    page.route(address, lambda route: route.fulfill(body=content, content_type="text/html"))
    page.goto(address)
    names = [f"Speaker {number + 1}" for number in range(max(each["speaker"] for each in rows) + 1)]
    page.evaluate("([sound, rows, names]) => fill(sound, rows, names)", [sound, rows, names])
    page.evaluate("(rate) => { audio.defaultPlaybackRate = audio.playbackRate = rate; }", rate)
    hands = CountedHands(page)
    play = page.locator("#play")
    hands.click(play)
    for fault in wrong:
        _wait_until(page, rows[fault.row]["start_ms"] / 1000 + HEARD_S)
        line = page.locator(".row").nth(fault.row)
        if not line.evaluate("(node) => node.getBoundingClientRect().bottom < innerHeight"):
            hands.turn_wheel(SCREENFUL_PX)
        if fault.end_ms:
            _type_end(hands, page, line, fault.end_ms / 1000)
        elif fault.wrong:
            hands.click(play)
            hands.click(line.locator(".text"), times=2)
            mark_word(line.locator(".text"), fault.wrong)
            hands.type_word(fault.keys, str(fault.right))
            hands.click(play)
        else:
            hands.choose(line.locator("select"), names[int(fault.right)])
    shown: list[dict[str, Any]] = page.evaluate(_SHOWN)
    page.close()
    return hands.counts, shown


def _wait_until(page: Page, seconds: float) -> None:
    page.wait_for_function("(at) => audio.currentTime >= at", arg=seconds, timeout=240_000)


def _type_end(hands: CountedHands, page: Page, line: Locator, end_s: float) -> None:
    """Replay the end of a row to find its time in seconds, and type it."""
    play = page.locator("#play")
    hands.click(play)
    hands.click(page.locator("#time"))
    page.evaluate("(at) => { audio.currentTime = at; }", end_s - HEARD_S)
    hands.click(play)
    _wait_until(page, end_s)
    hands.click(play)
    hands.click(line.locator(".end"), times=3)
    hands.type_digits(f"{end_s:.2f}")
    hands.click(play)
