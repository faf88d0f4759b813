"""Comparison of the key presses and mouse actions to correct a transcript in two editors.

python -m benchmarks.review_effort

A hundred sentences with 20 wrong texts, 15 wrong speakers and 5 wrong end times are corrected twice
in a real browser: in our editor, and in a plain page (plain_editor.html) with a player and, in each
row, a dropdown, a text box and a box for the end time. Both simulated users listen to everything
once, know the corrections, and select a wrong word with one double click, which is assumed to
select exactly that word. In our editor the right word is among the candidates of 11 of the 20
texts, which is the share that `python -m benchmarks.word_candidates` measures; a digit selects it.
In the plain page the user reads along, so finding the row costs only turns of the mouse wheel; an
end time is found by replaying its surroundings, and then typed.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.counted_hands import CountedHands, mark_word
from benchmarks.effort_task import NUM_SENTENCES, Fault, faults, offered_words
from benchmarks.plain_effort import corrected_plainly
from benchmarks.tables import print_table
from tests.browser.editor_page import row, saved
from tests.browser.review_workspace import NUM_SPEAKERS, MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp, launch_browser

FEWER_PERCENT = 60  # smallest reduction of the actions, compared with the plain page
RATE = 1.5  # playback rate in both editors; setting it is not counted
BORDER_TOLERANCE_MS = 60
KINDS = ("keys", "clicks", "drags", "wheel")


def main() -> None:
    """Correct the same errors in both editors and print the counts; exit without a browser."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch_browser(playwright)
        if browser is None:
            raise SystemExit("There is no Chromium on this machine.")
        made = make_workspace(
            Path(folder) / "workspace",
            num_sentences=NUM_SENTENCES,
            offers=offered_words(NUM_SENTENCES),
        )
        app = RunningApp(made.folder, "--no-demo", "--offline")
        app.start()
        try:
            rows = _rows(app, made)
            wrong = faults(rows, NUM_SPEAKERS)
            sound = f"{app.url}/studio/recordings/{made.recording_id}/audio"
            plain, shown = corrected_plainly(browser, sound, rows, wrong, rate=RATE)
            _check(shown, wrong)
            ours = _in_our_editor(browser, app, made, rows, wrong)
            _check(_rows(app, made), wrong)
        finally:
            app.stop()
    _report(ours, plain)


def _rows(app: RunningApp, made: MadeWorkspace) -> list[dict[str, Any]]:
    view = httpx.get(f"{app.url}/studio/transcripts/{made.transcript_id}", timeout=60).json()
    numbers = {each["id"]: number for number, each in enumerate(view["speakers"])}
    return [{**each, "speaker": numbers[each["speaker_id"]]} for each in view["utterances"]]


def _in_our_editor(
    browser: Browser,
    app: RunningApp,
    made: MadeWorkspace,
    rows: list[dict[str, Any]],
    wrong: list[Fault],
) -> Counter[str]:
    page = browser.new_page(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page.goto(f"{app.url}/#recording={made.recording_id}")
    page.wait_for_selector(".ss-editor .ss-row")
    page.locator("[data-control=rate]").click()
    page.get_by_role("menuitemradio", name=f"{RATE}×").click()
    page.locator(".ss-rows").focus()
    hands = CountedHands(page)
    hands.press("Shift+Space")
    for fault in wrong:
        _wait_for_row(page, fault.row)
        if fault.end_ms:
            _drag_end(hands, page, fault, rows[fault.row]["end_ms"])
        elif fault.wrong:
            _type_over(hands, page, fault)
        else:
            _assign(hands, page, fault)
    saved(page)
    page.close()
    return hands.counts


def _wait_for_row(page: Page, index: int) -> None:
    """Wait until playback has made the row the current one."""
    page.wait_for_function(
        "(number) => document.querySelector('.ss-current')?.ariaRowIndex === number",
        arg=str(index + 1),
        timeout=240_000,
        polling=20,
    )


def _assign(hands: CountedHands, page: Page, fault: Fault) -> None:
    """Assign the correct speaker with a digit key, moving back if playback has left the row."""
    number = int(page.locator(".ss-current").get_attribute("aria-rowindex") or 0)
    late = number - 1 - fault.row
    for _ in range(late):
        hands.press("ArrowUp")
    hands.press(str(int(fault.right) + 1))
    if late > 0:
        hands.press("l")


def _type_over(hands: CountedHands, page: Page, fault: Fault) -> None:
    words = row(page, fault.row).locator(".ss-text")
    place = words.evaluate(
        """(node, word) => {
          const range = document.createRange();
          const at = node.textContent.indexOf(word);
          range.setStart(node.firstChild, at);
          range.setEnd(node.firstChild, at + word.length);
          const box = range.getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        fault.wrong,
    )
    hands.double_click_at(*place)
    if fault.row in offered_words(NUM_SENTENCES):
        _take_offered(hands, page, str(fault.right))
        return
    mark_word(page.locator(".ss-typing"), fault.wrong)
    hands.type_word(fault.keys, str(fault.right))
    hands.press("Enter")


def _take_offered(hands: CountedHands, page: Page, right: str) -> None:
    """Choose the candidate by its digit key, as soon as the list is shown."""
    chips = page.locator(".ss-word-offer button").filter(has_text=right)
    hands.press(chips.first.locator("kbd").inner_text())


def _drag_end(hands: CountedHands, page: Page, fault: Fault, end_ms: int) -> None:
    """Drag the end of a row in the waveform to its correct time."""
    box = page.locator(".ss-detail").bounding_box()
    assert box is not None
    shown = page.locator(".ss-detail").evaluate("({ dataset }) => [dataset.fromMs, dataset.spanMs]")
    first_ms, span_ms = map(float, shown)
    across = [box["x"] + (ms - first_ms) / span_ms * box["width"] for ms in (end_ms, fault.end_ms)]
    y = box["y"] + box["height"] / 2
    hands.drag((across[0], y), (across[1], y))


def _check(rows: list[dict[str, Any]], wrong: list[Fault]) -> None:
    """Assert that all errors are corrected in the given rows."""
    for fault in wrong:
        now = rows[fault.row]
        if fault.end_ms:
            assert abs(now["end_ms"] - fault.end_ms) <= BORDER_TOLERANCE_MS, (fault, now)
        elif fault.wrong:
            assert str(fault.right) in now["text"], (fault, now)
        else:
            assert now["speaker"] == fault.right, (fault, now)


def _report(ours: Counter[str], plain: Counter[str]) -> None:
    print_table(
        ["", *KINDS, "together"],
        [
            [name, *(str(counts[kind]) for kind in KINDS), str(counts.total())]
            for name, counts in (("a dropdown and a text box a row", plain), ("our editor", ours))
        ],
    )
    fewer = 100 * (1 - ours.total() / plain.total())
    print(f"{fewer:.0f} % fewer; {FEWER_PERCENT} % are promised")
    if fewer < FEWER_PERCENT:
        sys.exit(1)


if __name__ == "__main__":
    main()
